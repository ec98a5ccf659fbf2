"""The change feed: every article that came into the store or changed in it, in the order of ``seq``.

``seq`` is given out under a lock that is held until the transaction commits (``lock_writes``), so a reader that has
seen a number never misses a smaller one that is committed later.
"""

from sqlalchemy import Connection, select

from pipeline.documents import StoredArticle
from pipeline.store.schema import feed, versions

PAGE = 200
"""Changes read at a time."""


def changes(tx: Connection, *, after: int, limit: int = PAGE) -> list[StoredArticle]:
    """Up to ``limit`` changes after this ``seq``, oldest first: each article in the version that came then.

    What was read again in the same version since has its newest findings, under the ``seq`` of the change.
    """
    this = (versions.c.article_id == feed.c.article_id) & (versions.c.version == feed.c.version)
    query = select(feed.c.seq, versions.c.document).join(versions, this).where(feed.c.seq > after)
    rows = tx.execute(query.order_by(feed.c.seq).limit(limit))
    return [StoredArticle.model_validate(row.document | {"seq": row.seq}) for row in rows]


def last_seq(tx: Connection) -> int:
    """The newest ``seq``; 0 in an empty store."""
    return tx.execute(select(feed.c.seq).order_by(feed.c.seq.desc()).limit(1)).scalar() or 0
