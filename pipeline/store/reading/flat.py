"""Stored articles as the one flat JSON object that ``show``, ``export``, the feed and the API give out.

It is the object of ``StoredArticle.published``, made without the models: they would check each mention of each name
again, which is most of what a page costs.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, Text, cast, select, type_coerce

from pipeline.documents import Article, Enrichment
from pipeline.store.schema import articles, versions

CHUNK = 25
"""Documents read at a time: what is not taken was read in vain, and memory stays small."""
CURRENT = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
_UNKNOWN = {
    name: None if field.is_required() else field.get_default(call_default_factory=True)
    for model in (Article, Enrichment)
    for name, field in model.model_fields.items()
}
"""What a document has where it was written before there was such a field."""
FIELDS = frozenset({*_UNKNOWN, "seq", "version", "stored_at"})
"""Names that a published article has."""


def written(tx: Connection) -> ColumnElement[str]:
    """The column of documents as text; it is read faster than the driver would."""
    is_sqlite = tx.dialect.name == "sqlite"
    return type_coerce(versions.c.document, Text) if is_sqlite else cast(versions.c.document, Text)


def flat(document: str | bytes, seq: int | None = None) -> dict[str, Any]:
    """The published form of a document; ``seq``: where it is not that of the document's last change."""
    stored = orjson.loads(document)
    rest = {name: stored[name] for name in ("seq", "version", "stored_at")}
    whole = {**_UNKNOWN, **stored["article"], **stored["enrichment"], **rest}
    return whole if seq is None else {**whole, "seq": seq}


def articles_at(tx: Connection, seqs: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The current versions with these ``seq``, in this order, read as they are taken."""
    query = select(articles.c.seq, written(tx)).join(versions, CURRENT)
    for some in _chunks(seqs):
        found: dict[int, str] = {row[0]: row[1] for row in tx.execute(query.where(articles.c.seq.in_(some)))}
        yield from (flat(found[seq]) for seq in some if seq in found)


def one(tx: Connection, query: Select[Any]) -> dict[str, Any] | None:
    """The published form of the one document that the query finds."""
    document = tx.execute(query).scalar()
    return None if document is None else flat(document)


def _chunks(seqs: Iterable[int]) -> Iterator[Sequence[int]]:
    rest = iter(seqs)
    while some := list(islice(rest, CHUNK)):
        yield some
