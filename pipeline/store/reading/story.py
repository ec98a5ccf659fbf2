"""The timeline of one story: its reports in the order of their publication.

A cluster is named after its first article and holds what was published at most ``WINDOW`` hours away from that, so its
reports are looked for among the articles of those days. Those without a date are looked for by the day of storing.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from pipeline.store.reading.flat import CURRENT
from pipeline.store.schema import articles, versions
from pipeline.store.stories.clusters import WINDOW
from pipeline.store.stories.terms import hour_of

FACTS = ("id", "seq", "version", "headline", "domain", "site_name", "language", "date_published", "stored_at")


def timeline(tx: Connection, cluster_id: str, *, limit: int) -> list[dict[str, Any]] | None:
    """Up to ``limit`` reports, the first one first; ``None`` where no article bears this id."""
    query = select(articles.c.date_published, articles.c.stored_at).where(articles.c.id == cluster_id)
    first = tx.execute(query).first()
    if first is None:
        return None
    found = versions.c.document["enrichment"]
    columns = [articles.c[name] for name in FACTS]
    rows = (
        select(
            *columns, versions.c.document["article", "url"].as_string().label("url"),
            found["near_duplicate_of"].as_string().label("near_duplicate_of"),
        )
        .join(versions, CURRENT)
        .where(_around(hour_of(first.date_published, first.stored_at)), found["cluster_id"].as_string() == cluster_id)
    )  # fmt: skip
    names = (*FACTS, "url", "near_duplicate_of")
    reports = [dict(zip(names, row, strict=True)) for row in tx.execute(rows.order_by(articles.c.seq).limit(limit))]
    return sorted(reports, key=_moment)


def _around(hour: int) -> ColumnElement[bool]:
    """A day more on both sides: a moment's own day depends on its offset."""
    at = datetime.fromtimestamp(3600 * hour, UTC)
    margin = timedelta(hours=WINDOW + 24)
    since, until = ((at + way * margin).date().isoformat() for way in (-1, 1))
    dated = articles.c.date_published.between(since, until)
    return or_(dated, and_(articles.c.date_published.is_(None), articles.c.stored_at.between(since, until)))


def _moment(report: dict[str, Any]) -> tuple[int, int]:
    return hour_of(report["date_published"], report["stored_at"]), report["seq"]
