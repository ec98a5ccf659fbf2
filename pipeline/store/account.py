"""The account: counts out of the ledger, each read in one consistent state so that they add up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.stage import PIPELINE
from pipeline.store import tallies
from pipeline.store.plain_sql import Transaction, rows
from pipeline.store.states import FAILED, TERMINAL
from pipeline.store.tallies import Tally

RATE_SECONDS = 60
"""Rates are means over the last minute."""


@dataclass(frozen=True)
class Progress:
    """How far the documents of one stage are."""

    waiting: int = 0
    queued: int = 0
    working: int = 0
    done: int = 0
    """Came through this stage, or ended in it."""


@dataclass(frozen=True)
class Account:
    """What became of all accepted inputs: accepted = stored + duplicate + rejected + dead + in_flight, always."""

    accepted: int
    stored: int
    duplicate: int
    rejected: int
    dead: int
    in_flight: int
    """Accepted and not ended: waiting, queued or working."""
    reasons: dict[str, int]
    """Rejected and dead documents by reason."""
    stages: dict[str, Progress]


class Waiting(NamedTuple):
    """A document that has not ended."""

    id: str
    input: str
    state: str
    stage: str
    accepted_at: float
    """Seconds since the epoch."""


def account(tx: Transaction, *, submission: str | None = None) -> Account:
    """The account of the whole ledger, or of one submission."""
    found = tallies.read(tx) if submission is None else _counted(tx, submission)
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for _, state, reason, number in found:
        states[state] += number
        if state in FAILED:
            reasons[reason or "unknown"] += number
    ended = {state: states[state] for state in TERMINAL}
    accepted = states.total()
    return Account(
        accepted=accepted, **ended, in_flight=accepted - sum(ended.values()),
        reasons=dict(sorted(reasons.items(), key=lambda counted: (-counted[1], counted[0]))), stages=_stages(found),
    )  # fmt: skip


def recent(tx: Transaction, *, now: float) -> dict[str, float]:
    """Documents finished per second over the last minute, by state."""
    # state || '': else SQLite walks the whole index of states, as it lies in that order
    query = "SELECT state || '', count(*) FROM documents WHERE finished_at > :since GROUP BY state || ''"
    return {state: round(number / RATE_SECONDS, 2) for state, number in rows(tx, query, since=now - RATE_SECONDS)}


def oldest(tx: Transaction) -> Waiting | None:
    """The document that has waited longest for its end; ``None`` where all have ended."""
    columns = ", ".join(Waiting._fields)
    query = f"SELECT {columns} FROM documents WHERE finished_at IS NULL ORDER BY accepted_at LIMIT 1"  # noqa: S608
    return next((Waiting(*row) for row in rows(tx, query)), None)


def longest_lines(tx: Transaction, *, now: float, limit: int = 5) -> list[tuple[str, float, float]]:
    """The slowest hosts: name, seconds between two requests, and seconds until the last document in line is due."""
    query = """
      SELECT host, spacing, line_end FROM hosts WHERE line_end > :now ORDER BY line_end DESC, host LIMIT :most
    """
    return [(host, spacing, end - now) for host, spacing, end in rows(tx, query, now=now, most=limit)]


def _counted(tx: Transaction, submission: str) -> list[Tally]:
    columns = "stage, state, reason"
    query = f"SELECT {columns}, count(*) FROM documents WHERE submission = :name GROUP BY {columns}"  # noqa: S608
    return [(stage, state, reason, number) for stage, state, reason, number in rows(tx, query, name=submission)]


def _stages(tallied: Sequence[Tally]) -> dict[str, Progress]:
    order = {stage.name: place for place, stage in enumerate(PIPELINE)}
    stages = {}
    for name, place in order.items():
        here = {
            state: sum(n for at, s, _, n in tallied if s == state and at == name)
            for state in ("waiting", "queued", "working")
        }
        done = sum(n for at, s, _, n in tallied if order[at] > place or (at == name and s in TERMINAL))
        stages[name] = Progress(**here, done=done)
    return stages
