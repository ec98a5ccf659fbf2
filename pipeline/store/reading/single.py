"""One article: where it stands, what is known of it, and which versions there were."""

from typing import Any

from sqlalchemy import Connection, select

from pipeline.documents import StoredArticle
from pipeline.store.reading.flat import one
from pipeline.store.schema import WRITTEN, articles, versions


def standing(tx: Connection, article_id: str) -> tuple[int, int] | None:
    """Current version and ``seq`` of its last change; ``None`` where there is no such article."""
    row = tx.execute(select(articles.c.version, articles.c.seq).where(articles.c.id == article_id)).first()
    return None if row is None else (row.version, row.seq)


def version_of(tx: Connection, article_id: str, version: int) -> dict[str, Any] | None:
    """One version of an article as it is published; ``None`` where there is none."""
    return one(tx, select(WRITTEN).where(versions.c.article_id == article_id, versions.c.version == version))


def stored_version(tx: Connection, article_id: str, version: int) -> StoredArticle | None:
    """The same as a model."""
    query = select(WRITTEN).where(versions.c.article_id == article_id, versions.c.version == version)
    document = tx.execute(query).scalar()
    return None if document is None else StoredArticle.model_validate_json(document)


def versions_of(tx: Connection, article_id: str, *, limit: int, after: int = 0) -> list[dict[str, Any]]:
    """What is known of each version without reading its text, oldest first."""
    headline = versions.c.document["article", "headline"].as_string().label("headline")
    columns = (versions.c.version, versions.c.stored_at, versions.c.content_hash, headline)
    query = select(*columns).where(versions.c.article_id == article_id, versions.c.version > after)
    names = ("version", "stored_at", "content_hash", "headline")
    return [dict(zip(names, row, strict=True)) for row in tx.execute(query.order_by(versions.c.version).limit(limit))]
