"""The enrich stage: what can be read out of an article's text, one file per enricher.

An enricher is a pure function ``(text, found) -> value``: ``found`` is what the rows above it read, and the value
becomes the field of ``Enrichment`` that its row names. A new enricher is its file and one row of ``ENRICHERS``.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pipeline.documents import Article, EnrichedArticle, Enrichment
from pipeline.enrich.dates import dates
from pipeline.enrich.entities import entities, tier
from pipeline.enrich.extra import Extra, failure, with_extras
from pipeline.enrich.fingerprint import fingerprint
from pipeline.enrich.keywords import keywords
from pipeline.enrich.language import language
from pipeline.enrich.places import places
from pipeline.enrich.quotes import quotes
from pipeline.enrich.quotes.outlets import outlets
from pipeline.enrich.readability import readability
from pipeline.enrich.reading import reading_minutes
from pipeline.enrich.summary import summary
from pipeline.enrich.text import Text
from pipeline.enrich.tone import tone
from pipeline.enrich.topics import topics

Enricher = Callable[[Text, Enrichment], Any]

ENRICHERS: dict[str, Enricher] = {
    "language": language,
    "entities": entities,
    "quotes": quotes,
    "outlets": outlets,
    "dates": dates,
    "places": places,
    "topics": topics,
    "tone": tone,
    "reading_minutes": reading_minutes,
    "readability": readability,
    "keywords": keywords,
    "summary": summary,
    "fingerprint": fingerprint,
}
"""Every enricher by the field it fills, in the order they run."""

TIERS: dict[str, Callable[[str | None], str]] = {"entities": tier}
"""What reads a field in a language, for enrichers that work with what is installed."""

NO_EXTRAS: Mapping[str, Extra] = MappingProxyType({})


def enrich(article: Article, *, extras: Mapping[str, Extra] = NO_EXTRAS) -> EnrichedArticle:
    """Run every enricher over the article, then the user's own ones, by name.

    One that fails leaves its field empty and says so in ``enrichers``.
    """
    text, found = Text(article), Enrichment()
    for name, enricher in ENRICHERS.items():
        found = _with(found, name, enricher, text)
    return EnrichedArticle(article=article, enrichment=with_extras(found, article, extras))


def _with(found: Enrichment, name: str, enricher: Enricher, text: Text) -> Enrichment:
    """``found`` and one field more; the field's type is checked here, so that a wrong value is a failure."""
    try:
        checked = Enrichment.model_validate({name: enricher(text, found)})
        changed = {name: getattr(checked, name)}
        outcome = f"ok: {TIERS[name](found.language)}" if name in TIERS else "ok"
    except Exception as error:  # noqa: BLE001 - one enricher never costs the article
        changed, outcome = {}, failure(error)
    return found.model_copy(update=changed | {"enrichers": found.enrichers | {name: outcome}})


def prepare() -> None:
    """Load what most articles need, by reading one: word lists, the recogniser. Forked processes share its memory."""
    text = (
        "Ana Diaz, the mayor of Lyon, said on Monday that the bridge would be closed. “It is old,” she told Reuters. "
    )
    enrich(Article(id="", url=None, requested_url=None, canonical_url=None, headline="Lyon", body=text * 3))
