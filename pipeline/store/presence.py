"""Which workers there are: each says so every few seconds, and who is silent for a while is lost.

Kept beside the ledger and not in Redis, so that a Redis which lost its memory has not lost the workers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from pipeline.store.plain_sql import Transaction, rows, run

BEAT_SECONDS = 5
"""Between two signs of life."""
LOST_SECONDS = 20
"""Silent for so long, a worker is lost: killed, stopped, without store, or its host is gone."""
REMEMBERED_SECONDS = 3600
"""So long a lost worker is told of."""


@dataclass(frozen=True)
class Worker:
    """One ``copydesk worker`` (or the worker of a ``run``), as it told of itself."""

    name: str
    """Where it runs, and its process id there; see ``workers.processes.here``."""
    host: str
    signs: str
    """How the names of its processes begin, as they stand in the ledger."""
    stages: tuple[str, ...]
    processes: int
    memory: int
    """Bytes, of all of its processes; what they share is counted once."""
    started_at: float
    """Seconds since the epoch, as ``seen_at``."""
    seen_at: float
    trouble: str | None = None
    """Why nothing moves there, in one line: Redis that cannot be reached, memory or a disk that is full."""


@dataclass(frozen=True)
class Seen:
    """A worker as it is known of."""

    worker: Worker
    state: Literal["alive", "lost"]
    holds: dict[str, int]
    """Documents in its hands now, by stage."""


_COLUMNS = [column.name for column in fields(Worker)]
_ANNOUNCE = f"""
  INSERT INTO workers ({", ".join(_COLUMNS)}) VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
  ON CONFLICT (name) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
"""  # noqa: S608 - no input in it
_SEEN = f"SELECT {', '.join(_COLUMNS)} FROM workers ORDER BY host, name"  # noqa: S608


def announce(tx: Transaction, worker: Worker) -> None:
    """It is alive."""
    run(tx, _ANNOUNCE, **asdict(worker) | {"stages": ",".join(worker.stages)})


def leave(tx: Transaction, name: str) -> None:
    """It ends, as it should."""
    run(tx, "DELETE FROM workers WHERE name = :name", name=name)


def forget_lost(tx: Transaction, *, now: float) -> None:
    """Those that were not seen for ``REMEMBERED_SECONDS``."""
    run(tx, "DELETE FROM workers WHERE seen_at < :since", since=now - REMEMBERED_SECONDS)


def seen(tx: Transaction, *, now: float) -> list[Seen]:
    """All workers, those that live first; ``now``: the store's clock."""
    workers = [_worker(row) for row in rows(tx, _SEEN)]
    held = _held(tx) if workers else []
    return sorted((_seen(worker, held, now) for worker in workers), key=lambda each: each.state)


def _worker(row: Sequence[Any]) -> Worker:
    told = dict(zip(_COLUMNS, row, strict=True))
    return Worker(**told | {"stages": tuple(told["stages"].split(","))})


def _seen(worker: Worker, held: Sequence[tuple[str, str, int]], now: float) -> Seen:
    holds: Counter[str] = Counter()
    for process, stage, number in held:
        if process.startswith(worker.signs):
            holds[stage] += number
    return Seen(worker, "alive" if now - worker.seen_at < LOST_SECONDS else "lost", dict(holds))


def _held(tx: Transaction) -> list[tuple[str, str, int]]:
    query = "SELECT worker, stage, count(*) FROM documents WHERE state = 'working' GROUP BY worker, stage"
    return [(worker or "", stage, number) for worker, stage, number in rows(tx, query)]
