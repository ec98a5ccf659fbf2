"""The stage as a whole, and each enricher on texts whose answer can be worked out by hand."""

import json
import time

import pytest

import pipeline.enrich as stage
from pipeline.documents import Article, Enrichment
from pipeline.enrich import ENRICHERS, enrich
from pipeline.enrich.lines import enrich_line
from pipeline.enrich.sentences import sentences
from pipeline.enrich.syllables import syllables
from pipeline.errors import UsageError


def article(body: str, language: str | None = "en", headline: str | None = None) -> Article:
    return Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language, headline=headline
    )


@pytest.mark.parametrize(
    ("language", "pieces"),
    [
        ("en", ["Mr. Hale met Dr. Ode at 9 a.m. on Feb. 6 in the U.S. capital.", "It rained."]),
        ("en", ["“Who paid?” Ms. Ode asked.", "“Nobody,” he said.", "The room laughed!"]),
        ("en", ["SALEM, Ore. — The board of Hale Inc. voted 4.5 to 3.", "J. R. Ode left at 5 p.m. Monday."]),
        ("de", ["Am 3. September kam Dr. Ohm.", "Das war z. B. im Mai 2018.", "„Nein!“ rief er."]),
        ("fr", ["« Non », dit M. Roux.", "« Vraiment ? »", "Il part."]),
        ("zh", ["今天下雨。", "明天晴！"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: str, pieces: list[str]) -> None:
    body = ("" if language == "zh" else " ").join(pieces)
    found = sentences(body, language)
    assert [one.text for one in found] == pieces
    assert all(body[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize(
    ("language", "word", "count"),
    [
        ("en", "house", 1), ("en", "table", 2), ("en", "wanted", 2), ("en", "walked", 1), ("en", "reservoir", 3),
        ("en", "government", 3), ("en", "nation", 2), ("de", "haus", 1), ("de", "theater", 3), ("de", "sammlung", 2),
        ("fr", "nuit", 1), ("fr", "théâtre", 2), ("es", "ciudad", 2), ("es", "país", 2), ("it", "città", 2),
        ("nl", "koeien", 2), ("pt", "avião", 3), ("en", "hmm", 1),
    ],
)  # fmt: skip
def test_syllables(language: str, word: str, count: int) -> None:
    assert syllables(word, language) == count


def test_flesch_by_hand() -> None:
    """Ten sentences of four words of one syllable: 206.835 - 1.015 * 4 - 84.6 = 118.2."""
    found = enrich(article("The cat sat down. " * 10)).enrichment
    assert found.readability is not None
    assert (found.readability.score, found.readability.formula) == (118.2, "flesch")


def test_reading_minutes_are_words_by_the_rate() -> None:
    assert enrich(article("word " * 476)).enrichment.reading_minutes == 2.0
    assert enrich(article("")).enrichment.reading_minutes is None


def test_keywords_and_summary_come_from_the_text() -> None:
    body = (
        "The harbour board sold the old crane.\n\nCritics of the harbour board wept. It rained a lot in the night.\n\n"
    )
    body += "The crane, said the harbour board, was a danger to ships. A buyer was found in May. He paid in cash."
    found = enrich(article(body, headline="Harbour board sells crane")).enrichment
    assert found.keywords[0] == "harbour board"
    assert "crane" in found.keywords
    assert found.summary == ("The harbour board sold the old crane.",)


@pytest.mark.parametrize("wrong", ["raises", "wrong type"])
def test_one_failing_enricher_costs_only_its_own_field(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    def broken(article: Article, found: Enrichment) -> object:
        if wrong == "raises":
            raise ValueError("no\nluck")
        return object()

    monkeypatch.setattr(stage, "ENRICHERS", ENRICHERS | {"keywords": broken})
    found = enrich(article("The cat sat down. " * 10)).enrichment
    assert found.enrichers.pop("keywords").startswith("failed: V")
    assert all(outcome.startswith("ok") for outcome in found.enrichers.values())
    assert found.keywords == () and found.summary and found.fingerprint


@pytest.mark.parametrize("hostile", [". " * 200_000, "." * 400_000, ")" * 400_000, "a'" * 200_000, "\n" * 400_000])
def test_hostile_texts_stay_linear(hostile: str) -> None:
    began = time.process_time()
    outcomes = enrich(article(hostile)).enrichment.enrichers.values()
    assert all(outcome.startswith("ok") for outcome in outcomes)
    assert time.process_time() - began < 20


def test_a_line_keeps_its_id_and_finds_the_language() -> None:
    body = "Der Pegel der Donau ist am Montag gefallen, und die Schiffe warten im Hafen."
    answer = json.loads(enrich_line(json.dumps({"id": 7, "body": body, "language": None, "more": 1})))
    assert (answer["id"], answer["language"], answer["entities"]) == (7, "de", [])


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"id": 1, "body": 5}', f'{{"body": "", "id": {"[" * 300}{"]" * 300}}}']
)
def test_a_line_that_is_no_request_is_refused(line: str) -> None:
    with pytest.raises(UsageError):
        enrich_line(line)


def test_a_name_that_is_the_last_word_is_a_mention() -> None:
    found = enrich(article("Kiel  Ana O+B Kiel", "de")).enrichment
    assert found.enrichers["entities"].startswith("ok")
    assert [mention.start for mention in found.entities[0].mentions] == [0, 14]
