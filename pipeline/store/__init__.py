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

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.store.articles import ArticleStore, open_store
    from pipeline.store.preparing import prepare
    from pipeline.store.publishing import store
    from pipeline.store.selection import Selection

__all__ = ["ArticleStore", "Selection", "open_store", "prepare", "store"]
_HOMES = {
    "ArticleStore": "articles", "Selection": "selection", "open_store": "articles", "prepare": "preparing",
    "store": "publishing",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Imported when they are asked for (PEP 562): not every command that looks into the ledger reads articles."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
