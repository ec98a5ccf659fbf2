"""The timeline of one story: its reports in the order of their publication."""

from typing import Any

from sqlalchemy import Connection, select

from pipeline.store.reading.listing import chosen_after
from pipeline.store.schema import CURRENT, articles, versions
from pipeline.store.selection import Selection
from pipeline.store.stories.terms import hour_of

FACTS = ("id", "seq", "version", "headline", "domain", "site_name", "language", "date_published", "stored_at")


def timeline(tx: Connection, cluster_id: str, *, limit: int) -> list[dict[str, Any]]:
    """Up to ``limit`` reports, those that were stored first; none where no article has this ``cluster_id``."""
    seqs = chosen_after(tx, Selection(story=cluster_id), limit=limit)
    document, columns = versions.c.document, [articles.c[name] for name in FACTS]
    url = document["article", "url"].as_string().label("url")
    copied = document["enrichment", "near_duplicate_of"].as_string().label("near_duplicate_of")
    rows = tx.execute(select(*columns, url, copied).join(versions, CURRENT).where(articles.c.seq.in_(seqs)))
    names = (*FACTS, "url", "near_duplicate_of")
    return sorted((dict(zip(names, row, strict=True)) for row in rows), key=_moment)


def _moment(report: dict[str, Any]) -> tuple[int, int]:
    return hour_of(report["date_published"], report["stored_at"]), report["seq"]
