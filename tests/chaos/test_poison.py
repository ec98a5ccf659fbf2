"""Documents that end, hold up or swell whoever works on them, among documents that are well."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from tests.chaos.fleet import Fleet, report, wait_until
from tests.chaos.poison import SPELLS
from tests.pages import make_page

LIMITS = {
    "COPYDESK_ENRICHERS": "poison:poison", "COPYDESK_DOCUMENT_CPU": "2", "COPYDESK_DOCUMENT_LIMIT": "4",
    "COPYDESK_WORKER_MEMORY": "600000000",
}  # fmt: skip
FLOODS = {
    "attributes": lambda page: page.replace("<article", "<article " + " ".join(f'a{n}="1"' for n in range(100_000)), 1),
    "tables": lambda page: page.replace("<p>", "<table><tr><td>" * 40_000 + "</table>text" * 40_000 + "<p>", 1),
}
"""Pages that hang parsers."""


def poisoned(folder: Path, spells: tuple[str, ...]) -> int:
    """Write a page for each spell and each flood; returns how many."""
    folder.mkdir()
    for number, word in enumerate(spells):
        (folder / f"poison-{word}.html").write_text(make_page(20 * number, 7).replace('rel="canonical"', 'rel="x"'))
    for word, flood in FLOODS.items():
        (folder / f"poison-{word}.html").write_text(flood(make_page(0, 8).replace('rel="canonical"', 'rel="x"')))
    return len(spells) + len(FLOODS)


def time_to_store(desk: Fleet, count: int) -> float:
    """Start two processes; seconds from the first stored document to the last of ``count``."""
    desk.start_worker(2)
    wait_until(lambda: desk.account()["stored"] > 0, 60, desk.told, pause=0.02)
    began, first = time.monotonic(), desk.account()["stored"]
    wait_until(lambda: desk.account()["stored"] >= count, 180, desk.told)
    return (time.monotonic() - began) * count / (count - first)


def time_alone(desk: Fleet, count: int) -> float:
    desk.add(count)
    took = time_to_store(desk, count)
    desk.stop()
    return took


@pytest.mark.parametrize(
    ("count", "spells"),
    [pytest.param(1200, SPELLS, marks=pytest.mark.chaos), (200, ("segfault", "swells"))],
    ids=["full", "short"],
)
def test_poison_among_the_others(fleet: Callable[..., Fleet], short_folder: Path, count: int, spells) -> None:
    shutil.copy(Path(__file__).with_name("poison.py"), short_folder)
    alone = [time_alone(fleet("one", **LIMITS), count)]
    number = poisoned(short_folder / "poison", spells)
    mixed = fleet("mixed", **LIMITS)
    mixed.run("add", short_folder / "poison")
    mixed.add(count)
    beside = time_to_store(mixed, count)
    mixed.rest(120)
    mixed.stop()
    alone.append(time_alone(fleet("two", **LIMITS), count))
    rate = mean(alone) / beside

    state = mixed.account()
    report("poison", rate_of_the_others=f"{rate:.0%}", alone=[round(each) for each in alone], dead=state["dead"])
    assert (state["accepted"], state["stored"], state["in_flight"]) == (count + number, count, 0)
    rows = [row for row in mixed.rows() if "poison-" in row.input]
    reasons = {row.input.rpartition("poison-")[2].removesuffix(".html"): row.reason for row in rows}
    assert reasons == dict.fromkeys(spells, "crash") | dict.fromkeys(FLOODS, "too_complex")
    starts = {row.input: starts_of(mixed, row.id) for row in rows}
    assert max(starts[row.input] for row in rows if "killed" not in row.input and "leaves" not in row.input) <= 3
    assert max(starts.values()) <= 4, "one more where nobody can tell whether it was killed from outside"
    if count >= 1000:
        assert rate >= 0.8


def starts_of(desk: Fleet, document: str) -> int:
    """How often a worker began with it in the stage it ended in."""
    story = json.loads(desk.run("trace", document, "--json").stdout)
    begun = [event["stage"] for event in story["events"] if event["outcome"] != "handed back"]
    return max(Counter(begun).values())
