"""The change feed in a Redis stream, for consumer groups: ``copydesk:stream:NAME``.

An entry's id is ``<seq>-0``. Redis refuses an id that is not above the last one, so no change comes twice, whoever
writes; and since it remembers the last id, also of entries that were trimmed, the place to go on from lies where the
entries lie, and cannot disagree with them.
"""

import re
from collections.abc import Sequence
from typing import Any

import orjson
import redis

from pipeline.documents import StoredArticle
from pipeline.errors import UsageError
from pipeline.store.database import Database
from pipeline.store.feed import changed_articles, last_seq
from workers.redis_server import KEY_PREFIX, translated

MOST_ENTRIES = 10_000
"""Entries that a stream keeps, more or less: some 200 MB of articles. Redis is no store; the feed has all of them."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NOT_ABOVE = "equal or smaller than the target stream top item"


class Stream:
    """A stream that articles are put into; raises UnavailableError where Redis cannot be reached or is full."""

    def __init__(self, client: "redis.Redis", name: str, *, most: int = MOST_ENTRIES) -> None:
        """``client`` is closed by its owner. Raises UsageError for a name that cannot be one."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name}: a stream's name has letters, digits and ._- in it, at most 64")
        self._client = client
        self._most = most
        self.key = f"{KEY_PREFIX}stream:{name}"

    def last(self) -> int:
        """The ``seq`` of the last article that was ever put in; 0 for a new stream."""
        with translated():
            if not self._client.exists(self.key):
                return 0
            last = self._client.xinfo_stream(self.key)["last-generated-id"]
        return int(last.partition(b"-")[0])

    def add(self, found: Sequence[StoredArticle]) -> None:
        """Put them in, in order; those that another writer has put in meanwhile are left out."""
        with translated():
            pipe = self._client.pipeline(transaction=False)
            for stored in found:
                pipe.xadd(self.key, _entry(stored), id=f"{stored.seq}-0", maxlen=self._most, approximate=True)
            for answer in pipe.execute(raise_on_error=False):
                if isinstance(answer, redis.RedisError) and _NOT_ABOVE not in str(answer):
                    raise answer


def _entry(stored: StoredArticle) -> dict[Any, Any]:
    article = stored.article
    return {
        "seq": stored.seq, "id": article.id, "version": stored.version, "url": article.canonical_url or "",
        "article": orjson.dumps(stored.published()),
    }  # fmt: skip


def feed_into(stream: Stream, database: Database, since: int = 0) -> list[StoredArticle]:
    """Put the next changes into the stream, on from where it ended; a new one begins after ``since``.

    Returns them; none when there are no more. Raises UsageError for a stream of another store, whose ``seq`` is higher.
    """
    last = stream.last()
    with database.read() as tx:
        newest, found = last_seq(tx), changed_articles(tx, after=max(last, since))
    if last > newest:
        raise UsageError(
            f"{stream.key} ends with seq {last}, the store with {newest}: it is another store's; take another name"
        )
    stream.add(found)
    return found
