"""The change feed as plain JSON values: each change with the article in the version that came then."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from pipeline.store.reading.flat import CHUNK, flat
from pipeline.store.schema import WRITTEN, feed, versions

_THIS = (versions.c.article_id == feed.c.article_id) & (versions.c.version == feed.c.version)


def changed(tx: Connection, *, after: int, limit: int) -> Iterator[dict[str, Any]]:
    """Up to ``limit`` changes after this ``seq``, oldest first, read as they are taken; see ``feed``."""
    left = limit
    while left > 0:
        query = select(feed.c.seq, WRITTEN).join(versions, _THIS).where(feed.c.seq > after)
        found = tx.execute(query.order_by(feed.c.seq).limit(min(left, CHUNK))).all()
        for seq, document in found:
            yield flat(document, seq)
        if len(found) < min(left, CHUNK):
            return
        after, left = found[-1].seq, left - len(found)
