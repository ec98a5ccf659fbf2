"""The enrich stage: what can be read out of an article's text, one file per enricher.

An enricher is a pure function ``(article, found) -> value``: ``found`` is what the rows above it read, and the value
becomes the field of ``Enrichment`` that its row names. A new enricher is its file and one row of ``ENRICHERS``.
"""

from collections.abc import Callable
from typing import Any

from pipeline.documents import Article, EnrichedArticle, Enrichment
from pipeline.enrich.fingerprint import fingerprint
from pipeline.enrich.keywords import keywords
from pipeline.enrich.language import language
from pipeline.enrich.readability import readability
from pipeline.enrich.reading import reading_minutes
from pipeline.enrich.summary import summary

Enricher = Callable[[Article, Enrichment], Any]

ENRICHERS: dict[str, Enricher] = {
    "language": language,
    "reading_minutes": reading_minutes,
    "readability": readability,
    "keywords": keywords,
    "summary": summary,
    "fingerprint": fingerprint,
}
"""Every enricher by the field it fills, in the order they run."""

LONGEST_FAILURE = 200
"""Characters kept of a failure's message."""


def enrich(article: Article) -> EnrichedArticle:
    """Run every enricher over the article; one that fails leaves its field empty and says so in ``enrichers``."""
    found = Enrichment()
    for name, enricher in ENRICHERS.items():
        found = _with(found, name, enricher, article)
    return EnrichedArticle(article=article, enrichment=found)


def _with(found: Enrichment, name: str, enricher: Enricher, article: Article) -> Enrichment:
    """``found`` and one field more; the field's type is checked here, so that a wrong value is a failure."""
    try:
        outcome, changed = "ok", {name: enricher(article, found)}
        return Enrichment.model_validate(dict(found) | changed | {"enrichers": found.enrichers | {name: outcome}})
    except Exception as error:  # noqa: BLE001 - one enricher never costs the article
        outcome = f"failed: {type(error).__name__}: {error}".replace("\n", " ")[:LONGEST_FAILURE]
        return found.model_copy(update={"enrichers": found.enrichers | {name: outcome}})
