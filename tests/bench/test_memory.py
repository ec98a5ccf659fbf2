"""What the processes of a fleet take of the memory while they read 20,000 articles, and whether it grows.

``pytest -s -m bench tests/bench/test_memory.py``; with ``BENCH_ARTICLES`` fewer of them.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from tests.bench.cpu_of import pss
from tests.bench.fleet_of_one import fleet
from tests.bench.results import keep
from tests.pages import make_pages

MOST = int(os.environ.get("BENCH_ARTICLES", "20000"))
AT = tuple(number for number in (1_000, 5_000, 10_000, 15_000, 20_000) if number <= MOST)
PARAGRAPHS = 2
BOUNDS = {"cpu": 450, "fetch": 250, "dispatcher": 150}
"""MB of the largest process of a role."""
GROWTH = 30
"""MB that it may have more at the end than at the second look."""


@pytest.mark.bench
def test_memory_of_the_processes(tmp_path: Path) -> None:
    make_pages(tmp_path / "files", AT[-1], seed=3, paragraphs=PARAGRAPHS)
    workers = [("fetch", 1, ["fetch"]), ("cpu", 2, ["clean", "enrich", "store"])]
    seen: dict[str, list[tuple[float, float]]] = {role: [] for role in BOUNDS}
    with fleet(tmp_path / "fleet", workers) as found:
        found.add(tmp_path / "files")
        for number in AT:
            found.wait_for(number)
            for role, looks in seen.items():
                looks.append(largest(found.members(role)))
                print(f"{number} {role}: {looks[-1][0]:.0f} MB, its share {looks[-1][1]:.0f} MB", flush=True)
    keep(
        "memory", {role: {str(at): look[0] for at, look in zip(AT, looks, strict=True)} for role, looks in seen.items()}
    )
    for role, looks in seen.items():
        assert max(rss for rss, _ in looks) <= BOUNDS[role], role
        assert looks[-1][0] - looks[:2][-1][0] <= GROWTH, role


def largest(processes: Sequence[psutil.Process]) -> tuple[float, float]:
    """MB resident in the process that has most, and its proportional share."""
    return max((process.memory_info().rss / 2**20, pss(process.pid)) for process in processes)
