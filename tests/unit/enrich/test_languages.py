"""What is promised for each language, on an article of its own; and texts that are none."""

from pathlib import Path

import pytest

from pipeline.documents import Article, Enrichment
from pipeline.enrich import enrich

FOLDER = Path(__file__).parent / "articles"
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")


def read(body: str, headline: str = "", language: str | None = None) -> Enrichment:
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, headline=headline, body=body, language=language,
        date_published="2026-03-02T08:00:00+01:00",
    )  # fmt: skip
    found = enrich(article).enrichment
    assert {name: outcome for name, outcome in found.enrichers.items() if not outcome.startswith("ok")} == {}
    return found


@pytest.fixture(scope="module", params=LANGUAGES)
def found(request: pytest.FixtureRequest) -> Enrichment:
    language: str = request.param
    headline, _, body = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").partition("\n\n")
    found = read(body.strip(), headline)
    assert found.language == language
    return found


def test_it_names_places_and_people(found: Enrichment) -> None:
    types = {entity.type for entity in found.entities}
    assert "place" in types or "person" in types
    assert all(place.latitude is not None and place.longitude is not None for place in found.places)


def test_its_dates_are_resolved(found: Enrichment) -> None:
    assert sum(date.value is not None and date.kind == "date" for date in found.dates) >= 3


def test_its_quotations_have_speakers(found: Enrichment) -> None:
    assert any(quote.speaker and quote.verb for quote in found.quotes)


def test_its_topics_keywords_and_summary(found: Enrichment) -> None:
    assert found.topics and 3 <= len(found.keywords) <= 10 and 1 <= len(found.summary) <= 3


def test_how_hard_and_how_long_it_reads(found: Enrichment) -> None:
    assert found.readability is not None and 0 < found.readability.score < 120
    assert found.reading_minutes and found.fingerprint


def test_tone_is_told_of_english_only(found: Enrichment) -> None:
    assert (found.tone is not None) == (found.language == "en")


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("", None),
        ("Rain", None),
        ("... !!! --- ???", None),
        ("“”‘’„«»\"''", "en"),
        ("Helsingissä satoi tänään lunta. Pormestari sanoi, että kadut aurataan.", "fi"),
        ("今日は雨が降った。市長は「川に近づかないで」と述べた。", "ja"),
        ("هطل المطر اليوم. قال رئيس البلدية إن النهر يرتفع.", "ar"),
        ("Сегодня шёл дождь. Мэр сказал, что река поднимается.", "ru"),
        ("\u202eIt rained \u202cin Oslo.\u200f", "en"),
        ("It \ud800 rained \udfff in Oslo.", "en"),
        ("It\x00rained in\x00Oslo.", "en"),
        ("\n\n\n\n", "en"),
        ("It rained.", "xx-unknown"),
    ],
)
def test_what_is_hardly_a_text(body: str, language: str | None) -> None:
    found = read(body, language=language)
    assert found.quotes == () or body


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 1_000_000,
        "A" * 1_000_000,
        "Aa " * 100_000,
        ". " * 200_000,
        "“A b c d,” said Oslo. " * 3_000,
        "On Friday in Oslo, Norway, " * 5_000,
        "\n".join("Oslo said" for _ in range(20_000)),
    ],
)
def test_hostile_texts_come_to_an_end(hostile: str) -> None:
    read(hostile, language="en")
