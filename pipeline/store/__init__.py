"""The store stage, and the door for those who read the store.

from pipeline.store import open_store
for stored in open_store("sqlite:///copydesk-data/copydesk.db"):
    print(stored.seq, stored.article.headline)
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from pipeline.documents import EnrichedArticle, StoredArticle
from pipeline.errors import Rejected
from pipeline.store.articles import ArticleStore, publish
from pipeline.store.database import Database

__all__ = ["ArticleStore", "open_store", "store"]


def store(
    documents: Sequence[EnrichedArticle], *, tx: Connection, again: Collection[str] = ()
) -> Iterator[tuple[EnrichedArticle, StoredArticle | str | Rejected]]:
    """Write a batch inside the caller's transaction; each comes back as ``publish`` says.

    ``again``: ids of those that were read again, without the net.
    """
    for document in documents:
        yield document, publish(tx, document, again=document.article.id in again)


def open_store(url: str) -> ArticleStore:
    """The store at an SQLAlchemy URL, its schema brought up to date.

    Raises UnavailableError where it cannot be reached, ConfigurationError where the URL cannot be used.
    """
    return ArticleStore(Database(url).migrate())
