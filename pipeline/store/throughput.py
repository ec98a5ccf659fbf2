"""How much each stage does, and how long it takes: counted in the transaction that settles a batch, so that it adds up.

Counts of the last day lie in periods, for charts and rates; how long attempts took is counted since the ledger began,
for histograms. Each process counts in rows of its own (``slot``), so that nobody waits for another one's commit.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from sqlalchemy import Connection, delete, func, select

from pipeline.store.many import insert_rows
from pipeline.store.pace import PERIOD
from pipeline.store.rules import Result
from pipeline.store.schema import throughput, timings

KEPT_SECONDS = 86_400
BOUNDS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000)
"""Milliseconds: upper ends of the histogram's classes."""
LONGER = -1
"""The class of what took longer than all of them."""
SLOTS = 64
_ADDED = " ON CONFLICT ({}) DO UPDATE SET number = {}.number + excluded.number"


@dataclass(frozen=True)
class Timing:
    """How long the attempts of one stage took that ended in one way."""

    stage: str
    outcome: str
    counts: tuple[int, ...]
    """How many took no longer than each of ``BOUNDS`` (and longer than the one before), and last the longer ones."""
    seconds: float
    """Of all of them together."""


def note(tx: Connection, stage: str, results: Iterable[Result], *, worker: str, now: float) -> None:
    """Count how a batch ended."""
    slot, period = crc32(worker.encode()) % SLOTS, int(now) // PERIOD * PERIOD
    outcomes: Counter[str] = Counter()
    numbers: Counter[tuple[str, int]] = Counter()
    spent: Counter[tuple[str, int]] = Counter()
    for result in results:
        place = bisect_left(BOUNDS, result.ms)
        key = (result.outcome, BOUNDS[place] if place < len(BOUNDS) else LONGER)
        outcomes[result.outcome] += 1
        numbers[key] += 1
        spent[key] += result.ms
    if not outcomes:
        return
    # In one order everywhere: who shares a slot must not lock rows crosswise.
    periods = [(period, stage, outcome, slot, n) for outcome, n in sorted(outcomes.items())]
    insert_rows(tx, throughput, periods, or_else=_ADDED.format("period, stage, outcome, slot", "throughput"))
    took = [(stage, *key, slot, n, spent[key]) for key, n in sorted(numbers.items())]
    more = _ADDED.format("stage, outcome, at_most, slot", "timings") + ", ms = timings.ms + excluded.ms"
    insert_rows(tx, timings, took, or_else=more)


def forget_old(tx: Connection, *, now: float) -> None:
    """Periods that are longer ago than ``KEPT_SECONDS``."""
    tx.execute(delete(throughput).where(throughput.c.period < now - KEPT_SECONDS))


def histogram(tx: Connection) -> list[Timing]:
    """How long all attempts took, by stage and outcome."""
    columns = timings.c
    group = columns.stage, columns.outcome, columns.at_most
    query = select(*group, func.sum(columns.number), func.sum(columns.ms)).group_by(*group).order_by(*group)
    places = {bound: place for place, bound in enumerate((*BOUNDS, LONGER))}
    counts: dict[tuple[str, str], list[int]] = {}
    spent: Counter[tuple[str, str]] = Counter()
    for stage, outcome, at_most, number, ms in tx.execute(query):
        counts.setdefault((stage, outcome), [0] * len(places))[places[at_most]] += int(number)
        spent[stage, outcome] += int(ms)
    return [Timing(*key, tuple(found), spent[key] / 1000) for key, found in counts.items()]
