"""Rejected and dead documents: which there are, chosen by what is known of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, desc, select

from pipeline.store.ledger import FAILED
from pipeline.store.schema import documents, tracebacks

ROWS = 500
"""Ids in one IN clause."""


@dataclass(frozen=True)
class Which:
    """A choice of failed documents; what is ``None`` or empty does not narrow it."""

    ids: tuple[str, ...] = ()
    """Ids, or inputs as they were given, or URLs."""
    submission: str | None = None
    state: str | None = None
    reason: str | None = None
    stage: str | None = None
    host: str | None = None
    since: float | None = None
    """Ended at this moment or after it, seconds since the epoch."""
    until: float | None = None
    """Ended before this moment."""
    traceback: str | None = None
    """Failed by this bug: the digest of its traceback."""
    dropped: bool = False
    """Those that were dropped, instead of those that were not."""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What must hold of a row, the ids left out."""
        columns = documents.c
        yield columns.state.in_(FAILED)
        yield columns.dropped_at.is_not(None) if self.dropped else columns.dropped_at.is_(None)
        for name in ("submission", "state", "reason", "stage", "host", "traceback"):
            if (wanted := getattr(self, name)) is not None:
                yield columns[name] == wanted
        if self.since is not None:
            yield columns.finished_at >= self.since
        if self.until is not None:
            yield columns.finished_at < self.until


def failures(tx: Connection, which: Which, *, limit: int | None = None) -> Iterator[Any]:
    """Their rows in the ledger, newest first (by named id: in parts of some hundred)."""
    query = select(documents).where(*which.conditions()).order_by(desc(documents.c.finished_at), documents.c.id)
    if limit is not None:
        query = query.limit(limit)
    if not which.ids:
        yield from tx.execution_options(yield_per=ROWS).execute(query)
        return
    for at in range(0, len(which.ids), ROWS):
        yield from tx.execute(query.where(_named(which.ids[at : at + ROWS])))


def traceback_of(tx: Connection, digest: str | None) -> str | None:
    """The text of a traceback."""
    return tx.execute(select(tracebacks.c.text).where(tracebacks.c.digest == digest)).scalar() if digest else None


def _named(ids: Sequence[str]) -> ColumnElement[bool]:
    columns = documents.c
    return columns.id.in_(ids) | columns.url.in_(ids) | columns.input.in_(ids)
