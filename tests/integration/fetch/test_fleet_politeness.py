"""A small fleet keeps its pace, as the server sees it; the whole one is in tests/bench."""

from pathlib import Path

from tests.integration.fetch.fleet import observe


def test_three_processes_keep_the_pace(tmp_path: Path) -> None:
    seen = observe(tmp_path, processes=3, network="127.8.3", hosts=20, port=8089, delay=0.2, seconds=5)
    # As the server sees it: on a machine that runs other tests meanwhile a request may be noticed late, and the next in
    # time, so one gap says little (the bench asks for 0.18). Processes that shared no turns were soon seconds ahead.
    assert seen.ahead < 0.6
    assert seen.rate >= 0.5 * 20 / 0.2
