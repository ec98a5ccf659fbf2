"""How close a fleet comes to the pace that it is allowed, and that it never passes it, as the server sees it."""

from pathlib import Path

import pytest

from tests.integration.fetch.fleet import observe

HOSTS, DELAY = 50, 0.2


@pytest.mark.bench
def test_six_processes_keep_200_ms_between_requests_and_lose_less_than_a_tenth(tmp_path: Path) -> None:
    seen = observe(tmp_path, processes=6, network="127.8.2", hosts=HOSTS, port=8088, delay=DELAY, seconds=20)
    possible = HOSTS / DELAY
    print(
        f"\n{seen.requests} requests, {seen.rate:.0f}/s of {possible:.0f} possible, shortest gap "
        f"{1000 * seen.shortest_gap:.1f} ms, {1000 * seen.cpu / seen.requests:.2f} ms CPU a request"
    )
    assert seen.shortest_gap >= DELAY - 0.02
    assert seen.rate >= 0.9 * possible
