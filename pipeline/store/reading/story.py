"""Stories: those that are reported on most, and the timeline of one - its reports in the order of their publication."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from pipeline.store.feed import last_seq
from pipeline.store.reading.listing import chosen_after
from pipeline.store.schema import CURRENT, articles, facets, versions
from pipeline.store.selection import Selection
from pipeline.store.stories.terms import hour_of

FACTS = ("id", "seq", "version", "headline", "domain", "site_name", "language", "date_published", "stored_at")


@dataclass(frozen=True)
class Reported:
    """A story, told by its newest report."""

    id: str
    """``cluster_id`` of its reports."""
    articles: int
    headline: str | None
    domain: str | None
    date_published: str | None


def largest(tx: Connection, *, newest: int, limit: int) -> list[Reported]:
    """Stories with more than one report among the ``newest`` changes, the most reported first."""
    number = func.count()
    counted = (
        select(facets.c.value.label("id"), number.label("number"), func.max(facets.c.seq).label("seq"))
        .where(facets.c.seq > last_seq(tx) - newest, (facets.c.kind + "") == "story")
        .group_by(facets.c.value)
        .having(number > 1)
        .order_by(number.desc(), facets.c.value)
        .limit(limit)
        .subquery()
    )
    facts = articles.c.headline, articles.c.domain, articles.c.date_published
    query = select(counted.c.id, counted.c.number, *facts).join(articles, articles.c.seq == counted.c.seq)
    return [Reported(*row) for row in tx.execute(query.order_by(counted.c.number.desc(), counted.c.id))]


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
