"""Which workers there are: each says so every few seconds, and who is silent for a while is lost.

Kept beside the ledger and not in Redis, so that a Redis which lost its memory has not lost the workers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, select

from pipeline.store.database import insert_into
from pipeline.store.schema import documents, workers

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

    def row(self) -> dict[str, Any]:
        """As it stands in the table."""
        return asdict(self) | {"stages": ",".join(self.stages)}


@dataclass(frozen=True)
class Seen:
    """A worker as it is known of."""

    worker: Worker
    state: Literal["alive", "lost"]
    holds: dict[str, int]
    """Documents in its hands now, by stage."""


def announce(tx: Connection, worker: Worker) -> None:
    """It is alive."""
    row = worker.row()
    tx.execute(insert_into(tx, workers).values(row).on_conflict_do_update(index_elements=["name"], set_=row))


def leave(tx: Connection, name: str) -> None:
    """It ends, as it should."""
    tx.execute(delete(workers).where(workers.c.name == name))


def forget_lost(tx: Connection, *, now: float) -> None:
    """Those that were not seen for ``REMEMBERED_SECONDS``."""
    tx.execute(delete(workers).where(workers.c.seen_at < now - REMEMBERED_SECONDS))


def seen(tx: Connection, *, now: float) -> list[Seen]:
    """All workers, those that live first; ``now``: the store's clock."""
    rows = tx.execute(select(workers).order_by(workers.c.host, workers.c.name)).all()
    held = _held(tx) if rows else []
    return sorted((_seen(_worker(row), held, now) for row in rows), key=lambda each: each.state)


def _worker(row: Row[Any]) -> Worker:
    return Worker(**{**row._mapping, "stages": tuple(row.stages.split(","))})


def _seen(worker: Worker, held: Sequence[tuple[str, str, int]], now: float) -> Seen:
    holds: Counter[str] = Counter()
    for process, stage, number in held:
        if process.startswith(worker.signs):
            holds[stage] += number
    return Seen(worker, "alive" if now - worker.seen_at < LOST_SECONDS else "lost", dict(holds))


def _held(tx: Connection) -> list[tuple[str, str, int]]:
    columns = documents.c.worker, documents.c.stage
    query = select(*columns, func.count()).where(documents.c.state == "working").group_by(*columns)
    return [(worker or "", stage, number) for worker, stage, number in tx.execute(query)]
