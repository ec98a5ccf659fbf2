"""The store stage, and the door for those who read the store.

    from pipeline.store import Selection, open_store

    with open_store("sqlite:///copydesk-data/copydesk.db") as store:
        for stored in store.select(Selection(site="news.example", since="2026-05")):
            print(stored.seq, stored.article.headline)
        for stored in store.versions("https://news.example/story"):
            print(stored.version, stored.stored_at)
        for stored in store.follow(seq=120):  # what came after 120, and then what comes
            print(stored.seq, stored.enrichment.keywords)

A table of it, with polars (or pandas.DataFrame in its place):

    import polars as pl
    from pipeline.store import open_store

    with open_store("sqlite:///copydesk-data/copydesk.db") as store:
        rows = (
            {"day": (s.article.date_published or "")[:10], "site": s.article.domain, "name": entity.name}
            for s in store for entity in s.enrichment.entities if entity.type == "person"
        )
        named = pl.DataFrame(rows, schema=["day", "site", "name"])
    print(named.group_by("name").len().sort("len", descending=True).head(10))
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from pipeline.documents import EnrichedArticle
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.publishing import Outcome, publish_all
from pipeline.store.selection import Selection

__all__ = ["ArticleStore", "Selection", "open_store", "store"]


def store(
    documents: Sequence[EnrichedArticle], *, tx: Connection, again: Collection[str] = ()
) -> list[tuple[EnrichedArticle, Outcome]]:
    """Write a batch inside the caller's transaction; each comes back with what became of it (``publish_all``).

    ``again``: ids of those that were read again, without the net.
    """
    return list(zip(documents, publish_all(tx, documents, again=again), strict=True))


def open_store(url: str) -> ArticleStore:
    """The store at an SQLAlchemy URL, its schema brought up to date. Close it, or use it in a ``with`` block.

    Raises UnavailableError where it cannot be reached, ConfigurationError where the URL cannot be used.
    """
    return ArticleStore(Database(url).migrate())
