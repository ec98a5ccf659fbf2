"""The change feed: every article that came into the store or changed in it, in the order of ``seq``.

``seq`` is given out under a lock that is held until the transaction commits (``lock_writes``), so a reader that has
seen a number never misses a smaller one that is committed later. Readers poll: a NOTIFY would take PostgreSQL's one
lock for all of them at every commit, and SQLite has none.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy import Connection, select

from pipeline.documents import StoredArticle
from pipeline.errors import StoreDamagedError, UnavailableError
from pipeline.store.database import Database
from pipeline.store.schema import WRITTEN, feed, versions

PAGE = 100
"""Changes read at a time."""
SHORTEST_WAIT, LONGEST_WAIT = 0.05, 1.0
"""Seconds between two looks when nothing comes: the longer nothing came, the longer."""
T = TypeVar("T")
_THIS = (versions.c.article_id == feed.c.article_id) & (versions.c.version == feed.c.version)


@dataclass(frozen=True)
class Change:
    """One row of the feed, without the article."""

    seq: int
    article_id: str
    version: int
    at: str
    """When it was stored, ISO 8601."""
    kind: Literal["new", "changed"]
    """``changed``: it has another text, or other findings in the same text."""


def changes(tx: Connection, *, after: int, limit: int = PAGE) -> list[Change]:
    """Up to ``limit`` changes after this ``seq``, oldest first."""
    query = select(feed, versions.c.stored_at).join(versions, _THIS).where(feed.c.seq > after)
    rows = tx.execute(query.order_by(feed.c.seq).limit(limit))
    return [
        Change(row.seq, row.article_id, row.version, row.at, _kind(row.version, row.at, row.stored_at)) for row in rows
    ]


def changed_articles(tx: Connection, *, after: int, limit: int = PAGE) -> list[StoredArticle]:
    """The same with the articles: each in the version that came then.

    What was read again in the same version since has its newest findings, under the ``seq`` of the change.
    """
    query = select(feed.c.seq, WRITTEN).join(versions, _THIS).where(feed.c.seq > after)
    rows = tx.execute(query.order_by(feed.c.seq).limit(limit))
    return [StoredArticle.model_validate_json(document).model_copy(update={"seq": seq}) for seq, document in rows]


def last_seq(tx: Connection) -> int:
    """The newest ``seq``; 0 in an empty store."""
    return tx.execute(select(feed.c.seq).order_by(feed.c.seq.desc()).limit(1)).scalar() or 0


def never() -> bool:
    """For who follows without end."""
    return False


def followed(
    look: Callable[[], Sequence[T]],
    *,
    until: Callable[[], bool],
    away: Callable[[UnavailableError], None] | None = None,
) -> Iterator[Sequence[T]]:
    """What each look finds, without end; looks are rarer while they find nothing. See ``Reader.follow``."""
    wait, is_away = SHORTEST_WAIT, False
    while not until():
        found: Sequence[T] = ()
        try:
            found, is_away = look(), False
        except UnavailableError as exc:
            if away is None or isinstance(exc, StoreDamagedError):
                raise
            if not is_away:
                away(exc)
            is_away, wait = True, LONGEST_WAIT
        if found:
            wait = SHORTEST_WAIT
            yield found
        else:
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)


class Reader:
    """Reads on from a place in the feed; each change comes once and in order."""

    def __init__(self, database: Database, after: int = 0, *, page: int = PAGE) -> None:
        """``after``: the last ``seq`` that was dealt with; ``page``: changes read at a time."""
        self._database = database
        self._page = page
        self.seq = after
        """The last change that was handed out: keep it once that is dealt with, and begin after it the next time."""

    def __iter__(self) -> Iterator[StoredArticle]:
        """What there is now."""
        while found := self._next():
            yield from self._handed_out(found)

    def follow(
        self, *, until: Callable[[], bool] = never, away: Callable[[UnavailableError], None] | None = None
    ) -> Iterator[StoredArticle]:
        """What there is and what comes; ends when ``until`` says so, which is asked at least once a second.

        ``away``: told when the store cannot be reached, once each time; it is waited for. Without it, and where
        waiting does not help, UnavailableError is raised.
        """
        for page in followed(self._next, until=until, away=away):
            yield from self._handed_out(page, until)

    def _next(self) -> list[StoredArticle]:
        with self._database.read() as tx:
            return changed_articles(tx, after=self.seq, limit=self._page)

    def _handed_out(self, found: Sequence[StoredArticle], until: Callable[[], bool] = never) -> Iterator[StoredArticle]:
        for stored in found:
            if until():
                return
            self.seq = stored.seq
            yield stored


def _kind(version: int, at: str, came: str) -> Literal["new", "changed"]:
    """What is read again keeps its version, and the moment when that came."""
    return "new" if version == 1 and at == came else "changed"
