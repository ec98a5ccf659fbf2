"""The laws that hold whatever comes in, and the one way to put a function under them."""

import re
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.documents import Article, EnrichedArticle, Enrichment, Mention
from pipeline.enrich import ENRICHERS
from pipeline.errors import DEATHS, REJECTIONS, DocumentError, Postponed, Rejected, Transient
from pipeline.urls import canonicalise, normalise

T = TypeVar("T")

CPU_SECONDS = 10.0
"""For one document; a worker process is ended after 30."""
LONGER = 20
"""Times as many examples with ``-m fuzz``."""

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""What no text that goes out may hold."""
LINE_CONTROLS = re.compile("[\x00-\x1f\ud800-\udfff\u2028\u2029]")
"""What no text of one line may hold."""


def fuzz(examples: int, **given_with: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a law over so many examples, always the same ones; over 20 times as many with ``-m fuzz``."""

    def decorated(law: Callable[..., None]) -> Callable[..., None]:
        def timed(**drawn: Any) -> None:
            started = time.process_time()
            law(**drawn)
            assert time.process_time() - started < CPU_SECONDS, "too slow"

        @pytest.mark.parametrize("times", [1, pytest.param(LONGER, marks=pytest.mark.fuzz)])
        def test(times: int) -> None:
            how = settings(
                max_examples=examples * times, derandomize=True, database=None, deadline=None,
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            how(given(**given_with)(timed))()

        test.__name__, test.__doc__, test.__module__ = law.__name__, law.__doc__, law.__module__
        return test

    return decorated


def outcome(read: Callable[[], T]) -> T | None:
    """What ``read`` gives; ``None`` where it refuses in the documented way. Any other exception comes through."""
    try:
        return read()
    except DocumentError as exc:
        assert isinstance(exc, Rejected | Transient | Postponed)
        assert exc.reason in REJECTIONS | DEATHS
        assert exc.detail, "a refusal says why"
        assert "\n" not in exc.detail
        return None


def is_sound(article: Article) -> None:
    """The article is whole, can be stored, and keeps the promises of its fields."""
    assert Article.model_validate_json(article.model_dump_json()) == article
    assert (article.outcome == "rejected") == (article.reason is not None)
    assert article.reason is None or article.reason in REJECTIONS
    _texts_are_clean(article)
    _places_are_addresses(article)
    for moment in filter(None, (article.date_published, article.date_modified)):
        assert date.fromisoformat(moment) if len(moment) == 10 else datetime.fromisoformat(moment).tzinfo, moment
    assert article.language is None or re.fullmatch("[a-z]{2}", article.language)
    assert all(2 <= (block.level or 2) <= 6 for block in article.blocks)


def _texts_are_clean(article: Article) -> None:
    names = [author.name for author in article.authors]
    lines = [article.headline, article.site_name, article.section, article.dateline, *names, *article.tags]
    for line in lines:
        assert line is None or (line.strip() == line and line and not LINE_CONTROLS.search(line)), ascii(line)
    for text in (article.body, article.description or "", *(block.text for block in article.blocks)):
        assert not CONTROLS.search(text), ascii(text)
    assert article.body == article.body.strip()
    assert "\n\n\n" not in article.body
    assert all(link.text == link.text.strip() for link in article.links)


def _places_are_addresses(article: Article) -> None:
    if article.canonical_url and article.canonical_url != article.url:
        assert canonicalise(canonicalise(article.canonical_url)) == canonicalise(article.canonical_url)
    for url in [each.url for each in article.images] + [each.url for each in article.links]:
        assert not re.search(r"[\s\x00-\x1f]", url), ascii(url)


def is_enriched(enriched: EnrichedArticle) -> None:
    """Every enricher did its work, and every offset points at the text that it says."""
    found, body = enriched.enrichment, enriched.article.body
    assert Enrichment.model_validate_json(found.model_dump_json()) == found
    assert found.enrichers.keys() >= ENRICHERS.keys()
    assert not [said for said in found.enrichers.values() if not said.startswith("ok")]
    for entity in found.entities:
        assert entity.mentions
        _lie_in(body, entity.mentions)
    for place in found.places:
        _lie_in(body, place.mentions)
    _lie_in(body, found.dates)
    for quote in found.quotes:
        assert 0 <= quote.start < quote.end <= len(body)
        assert quote.speaker_mention is None or 0 <= quote.speaker_mention.start < quote.speaker_mention.end <= len(
            body
        )
    assert all(sentence.strip() and "\n" not in sentence for sentence in found.summary)
    assert all(re.fullmatch(r"(?:[0-9a-f]{8}){1,24}", sketch) for sketch in filter(None, [found.fingerprint]))
    assert found.tone is None or -1 <= found.tone.score <= 1


def _lie_in(body: str, mentions: Iterable[Mention]) -> None:
    for each in mentions:
        assert 0 <= each.start < each.end <= len(body)
        assert body[each.start : each.end] == each.text


def is_address(url: str) -> None:
    """An address in normal form: the same when it is read once more."""
    assert normalise(url) == url
    assert url.isascii()
    assert not re.search(r"[\s\x00-\x1f#]", url)
