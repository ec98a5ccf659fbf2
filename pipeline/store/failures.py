"""Rejected and dead documents: which there are, chosen by what is known of them, and what is done about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, and_, desc, or_, select

from pipeline.store.database import Database
from pipeline.store.schema import documents, tracebacks
from pipeline.store.states import FAILED

ROWS = 500
"""Ids in one IN clause, and documents changed in one transaction."""


class Change(Protocol):
    """A transition of the ledger that somebody asks for: ``replay`` or ``drop``."""

    def __call__(self, tx: Connection, ids: Sequence[str], *, by: str, now: float) -> list[str]:
        """Returns the ids that were changed."""


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
    behind: tuple[float, str] | None = None
    """Only those that come after this one in the list: when it ended, and its id."""

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
        if self.behind is not None:
            ended, last = self.behind
            yield or_(columns.finished_at < ended, and_(columns.finished_at == ended, columns.id > last))


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


def change_all(
    database: Database, which: Which, change: Change, *, by: str, now: float, limit: int | None = None
) -> int:
    """Do this to all of them (the newest ``limit``), some hundred at a time, in the name of who asked.

    Returns how many were changed.
    """
    with database.read() as tx:
        # Who names a document by its id means it, dropped or not.
        choices = [which, replace(which, dropped=True)] if which.ids else [which]
        ids = [row.id for each in choices for row in failures(tx, each, limit=limit)]
    changed = 0
    for at in range(0, len(ids), ROWS):
        with database.write() as tx:
            changed += len(change(tx, ids[at : at + ROWS], by=by, now=now))
    return changed


def traceback_of(tx: Connection, digest: str | None) -> str | None:
    """The text of a traceback."""
    return tx.execute(select(tracebacks.c.text).where(tracebacks.c.digest == digest)).scalar() if digest else None


def _named(ids: Sequence[str]) -> ColumnElement[bool]:
    columns = documents.c
    return columns.id.in_(ids) | columns.url.in_(ids) | columns.input.in_(ids)
