"""What an article costs beside clean and enrich: queue, Redis, ledger, store, JSON, and the fetching of a file.

``pytest -s -m bench tests/bench/test_plumbing.py``: real Redis, SQLite, dispatcher and worker processes, made pages.
What the functions of clean and enrich take is measured inside the workers and subtracted; starting is not counted.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from pipeline.stage import PIPELINE
from tests.bench.fleet_of_one import Usage, fleet
from tests.bench.results import keep
from tests.bench.test_peers_speed import pages, write_pages
from tests.pages import make_pages

ALL = [stage.name for stage in PIPELINE]
FIRST, ARTICLES = 200, 2_000
"""Articles until all is loaded, which are not counted; those that are."""
SCRIPTED = {"hget", "hmget", "hset", "hlen", "hincrby", "expire", "rename"}
"""Commands that only the script of the sites' memory calls, within Redis: nobody sends them."""
WARM, EACH = 100, 300
"""Articles of one round of one process against two: until all is loaded, and those that count."""
ROUNDS = 3


def spent(before: Usage, after: Usage, number: int) -> dict[str, float]:
    """What one of ``number`` articles cost between two moments: CPU in ms, and how often."""
    cpu = {role: 1000 * (after.cpu[role] - before.cpu[role]) / number for role in after.cpu}
    counts = Counter({name: value / number for name, value in (after.counts - before.counts).items()})
    stages = {name: 1000 * counts[name] for name in ("clean", "enrich", "store")}
    whole = sum(cpu.values())
    commands = after.redis_commands - before.redis_commands
    return {
        "whole": whole, **{f"of {role}": value for role, value in cpu.items()},
        **{f"function {name}": value for name, value in stages.items()},
        "plumbing": whole - stages["clean"] - stages["enrich"],
        "commands": sum(calls for name, calls in commands.items() if name not in SCRIPTED) / number,
        "commands in scripts": sum(calls for name, calls in commands.items() if name in SCRIPTED) / number,
        "bytes to redis": (after.redis_bytes[0] - before.redis_bytes[0]) / number,
        "bytes from redis": (after.redis_bytes[1] - before.redis_bytes[1]) / number,
        **{name: counts[name] for name in ("transactions", "statements", "rows")},
    }  # fmt: skip


def small(folder: Path) -> int:
    """Made articles of 300 words; returns how many count."""
    make_pages(folder / "first", FIRST, seed=1)
    make_pages(folder / "files", ARTICLES, seed=2)
    return ARTICLES


def real(folder: Path) -> int:
    """Real pages, of 1,200 words and 170 KB on average, where there are any."""
    every = pages()
    write_pages(folder / "first", every[:FIRST])
    write_pages(folder / "files", every[FIRST:])
    return len(every) - FIRST


@pytest.mark.bench
@pytest.mark.parametrize("make", [small, real])
def test_what_is_between_the_stages(make: Callable[[Path], int], tmp_path: Path) -> None:
    number = make(tmp_path)
    with fleet(tmp_path / "fleet", [("worker", 2, ALL)]) as found:
        before, after = found.work_off(tmp_path / "first", FIRST, tmp_path / "files", number)
    cost = spent(before, after, number)
    print(
        f"\nan article, over {number} {make.__name__} ones (CPU in ms):",
        ", ".join(f"{name} {value:.2f}" for name, value in cost.items()),
    )
    commands = (after.redis_commands - before.redis_commands).most_common(12)
    print("Redis commands:", ", ".join(f"{name} {calls / number:.2f}" for name, calls in commands))
    keep(f"plumbing, {make.__name__}", {"article": cost})
    if make is real:
        return
    assert cost["commands"] <= 12
    assert cost["plumbing"] <= 3


def rate(folder: Path, files: Path, processes: int) -> tuple[float, float]:
    """Articles a second of that many worker processes, once all is loaded: as it was, and had they had the cores."""
    with fleet(folder, [("worker", processes, ALL)]) as found:
        before, after = found.work_off(files / "first", WARM, files / "files", EACH)
    wall = after.wall - before.wall
    return EACH / wall, EACH / (wall - after.kept_waiting["worker"] + before.kept_waiting["worker"])


@pytest.mark.bench
def test_two_processes_against_one(tmp_path: Path) -> None:
    """Cores that other programs have meanwhile are no fault of ours; their time is known, and taken out."""
    make_pages(tmp_path / "first", WARM, seed=1)
    make_pages(tmp_path / "files", EACH, seed=2)
    seen, free = [], []
    for number in range(ROUNDS):
        (one, one_free), (two, two_free) = (rate(tmp_path / f"{number}-{n}", tmp_path, n) for n in (1, 2))
        seen.append(two / one)
        free.append(two_free / one_free)
        print(
            f"\narticles a second: {one:.1f} and {two:.1f}; with the cores to themselves {one_free:.1f} {two_free:.1f}"
        )
    print(f"two processes: {median(seen):.2f} x, with the cores to themselves {median(free):.2f} x {free}")
    keep("processes", {"two": {"ratio": median(free), "ratio_seen": median(seen)}})
    assert median(free) >= 1.85
