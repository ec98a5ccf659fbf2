"""The laws themselves: what breaks one is seen."""

import time
from collections.abc import Callable

import pytest

from pipeline.documents import Article, DateMention, EnrichedArticle
from pipeline.enrich import enrich
from pipeline.errors import Rejected
from tests.fuzz import law
from tests.fuzz.damage import damaged, noise
from tests.fuzz.law import fuzz, is_enriched, is_sound, outcome
from tests.fuzz.seeds import BODY


def article(**fields: object) -> Article:
    return Article.model_validate({"id": "1", "url": None, "requested_url": None, "canonical_url": None} | fields)


def test_an_exception_that_nobody_documented_comes_through() -> None:
    @fuzz(50, text=damaged(["[0]"]) | noise())
    def breaks(text: str) -> None:
        outcome(lambda: [0][len(text)])

    with pytest.raises(IndexError):
        breaks(times=1)


@pytest.mark.parametrize("error", [Rejected("not a reason", "x"), Rejected("gone"), Rejected("gone", "two\nlines")])
def test_a_refusal_has_a_known_reason_and_says_why(error: Rejected) -> None:
    def refuse() -> None:
        raise error

    with pytest.raises(AssertionError):
        outcome(refuse)


def test_what_takes_too_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "CPU_SECONDS", 0.01)

    @fuzz(1, text=noise())
    def spins(text: str) -> None:
        until = time.process_time() + 0.02
        while time.process_time() < until:
            pass

    with pytest.raises(AssertionError, match="too slow"):
        spins(times=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": "Two\nlines"}, {"headline": " x"}, {"body": "x\x01"}, {"body": "a\n\n\n\nb"}, {"reason": "gone"},
        {"outcome": "rejected"}, {"date_published": "2024-05-14T09:30:00"}, {"language": "english"},
        {"blocks": [{"type": "heading", "text": "x", "level": 1}]}, {"links": [{"url": "http://a b", "text": "x"}]},
    ],
)  # fmt: skip
def test_an_article_that_is_not_sound_is_seen(fields: dict[str, object]) -> None:
    is_sound(article())
    with pytest.raises(AssertionError):
        is_sound(article(**fields))


@pytest.mark.parametrize(
    "change",
    [
        {"dates": (DateMention(start=0, end=5, text="BERLIN"),)}, {"enrichers": {}}, {"fingerprint": "xyz"},
        {"dates": (DateMention(start=0, end=9999, text="x"),)}, {"summary": ("two\nlines",)},
    ],
)  # fmt: skip
def test_an_enrichment_that_points_nowhere_is_seen(change: dict[str, object]) -> None:
    found = enrich(article(body=BODY))
    is_enriched(found)
    wrong: Callable[..., EnrichedArticle] = found.model_copy
    with pytest.raises(AssertionError):
        is_enriched(wrong(update={"enrichment": found.enrichment.model_copy(update=change)}))
