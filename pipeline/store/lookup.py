"""What the ledger knows of single documents, for those who ask where one is and what became of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, desc, select

from pipeline.store.schema import articles, documents, events, hosts


def line_of(tx: Connection, host: str, *, now: float) -> tuple[float, float] | None:
    """Seconds between two requests to a host, and until the last document in its line is due; ``None`` without one."""
    row = tx.execute(select(hosts).where(hosts.c.host == host, hosts.c.line_end > now)).first()
    return (row.spacing, row.line_end - now) if row is not None else None


def article_of(tx: Connection, article_id: str) -> Any:
    """Id, version and headline of an article; ``None`` without it."""
    columns = articles.c.id, articles.c.version, articles.c.headline
    return tx.execute(select(*columns).where(articles.c.id == article_id)).first()


def story(tx: Connection, document_id: str) -> Sequence[Any]:
    """Every attempt of one document, oldest first."""
    return tx.execute(select(events).where(events.c.document_id == document_id).order_by(events.c.id)).all()


def find_document(tx: Connection, key: str) -> Any:
    """The newest ledger row with this id, input or URL; ``None`` without one."""
    for column in (documents.c.id, documents.c.url, documents.c.input):
        row = tx.execute(
            select(documents).where(column == key).order_by(desc(documents.c.accepted_at)).limit(1)
        ).first()
        if row is not None:
            return row
    return None


def ended(tx: Connection, ids: Sequence[str]) -> Sequence[Any]:
    """The rows of those documents that have ended."""
    return tx.execute(select(documents).where(documents.c.id.in_(ids), documents.c.finished_at.is_not(None))).all()


def outcomes(tx: Connection, *, submission: str, limit: int = 1000) -> list[Any]:
    """The documents of a submission in order of acceptance, with headline and date of the article they became."""
    query = (
        select(documents, articles.c.headline, articles.c.date_published)
        .outerjoin(articles, articles.c.id == documents.c.article_id)
        .where(documents.c.submission == submission)
        .order_by(documents.c.id)
        .limit(limit)
    )
    return list(tx.execute(query))
