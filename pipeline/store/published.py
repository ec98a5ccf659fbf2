"""A stored document's JSON text as the flat object that is published, without the models where they can be spared.

Validation is four fifths of the time of an export, and the store has validated each document when it was written. A
document that lacks or has a field of another schema goes through the models, which know the defaults and the errors.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from pipeline.documents import SCHEMA_VERSION, Article, Enrichment, StoredArticle

ARTICLE, ENRICHMENT = tuple(Article.model_fields), tuple(Enrichment.model_fields)
OWN = ("seq", "version", "stored_at")
FIELDS = frozenset({*ARTICLE, *ENRICHMENT, *OWN})
"""Names that a published article has."""
Pages = Iterable[Sequence[str]]
"""Stored documents as JSON text, in store order, some at a time."""


def published(pages: Pages) -> Iterator[dict[str, Any]]:
    """``StoredArticle.published()`` of each."""
    return (published_row(text) for page in pages for text in page)


def published_row(text: str) -> dict[str, Any]:
    """What ``StoredArticle.published()`` gives for this document. Raises as the models do for one of another schema."""
    _, document = present_document(text)
    article, enrichment = document["article"], document["enrichment"]
    # PostgreSQL keeps keys in an order of its own; here they have that of the models.
    return (
        {name: article[name] for name in ARTICLE}
        | {name: enrichment[name] for name in ENRICHMENT}
        | {name: document[name] for name in OWN}
    )


def present_document(text: str) -> tuple[str, dict[str, Any]]:
    """A stored document with all the fields of the present schema, as text and decoded. Raises as the models do."""
    document: dict[str, Any] = orjson.loads(text)
    if _is_present(document["article"], document["enrichment"]):
        return text, document
    text = StoredArticle.model_validate(document).model_dump_json()
    return text, orjson.loads(text)


def _is_present(article: dict[str, Any], enrichment: dict[str, Any]) -> bool:
    is_whole = article.keys() == _ARTICLE and enrichment.keys() == _ENRICHMENT
    return is_whole and bool(article["schema_version"] == SCHEMA_VERSION)


_ARTICLE, _ENRICHMENT = frozenset(ARTICLE), frozenset(ENRICHMENT)
