"""Topics of short reports, all of them written for this table: each of the seventeen, in several registers."""

import tomllib
from pathlib import Path

import pytest

from pipeline.documents import Article, Enrichment, Topic
from pipeline.enrich.text import Text
from pipeline.enrich.topics import MOST, topics
from pipeline.enrich.topics.vocabulary import vocabulary_of

REPORTS = tomllib.loads((Path(__file__).parent / "topics" / "reports.toml").read_text(encoding="utf-8"))["report"]


def read(body: str, headline: str = "", language: str = "en") -> tuple[Topic, ...]:
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, headline=headline, body=body, language=language
    )
    return topics(Text(article), Enrichment(language=language))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report['language']}-{report['headline']}")
def test_the_topic_of_a_report_comes_first(report: dict[str, str]) -> None:
    found = read(report["body"], report["headline"], report["language"])
    assert [topic.code for topic in found[:1]] == [f"medtop:{report['topic']}"], [topic.label for topic in found]


def test_every_topic_is_there() -> None:
    assert {report["topic"] for report in REPORTS} == {f"{number:02}000000" for number in range(1, 18)}


def test_their_form() -> None:
    found = read(
        "The army shelled the border. Soldiers and separatists fought for the town. The foreign minister asked the "
        "United Nations for a summit, and the president spoke of sanctions.",
        "Foreign ministers meet as shelling goes on",
    )
    tops = [topic for topic in found if topic.code.endswith("000000")]
    assert {topic.code for topic in tops} >= {"medtop:11000000", "medtop:16000000"}
    assert len(tops) <= MOST
    assert [topic.score for topic in tops] == sorted((topic.score for topic in tops), reverse=True)
    assert all(0 < topic.score < 1 and topic.label for topic in found)


def test_second_level_topics_stand_behind_their_parents() -> None:
    found = [topic.label for topic in read("Shelling hit the town. The troops fired artillery at separatists.")]
    assert found[:2] == ["conflict, war and peace", "armed conflict"]
    vocabulary = vocabulary_of("en")
    assert vocabulary is not None
    assert set(vocabulary.parents.values()) <= vocabulary.top == {f"{number:02}000000" for number in range(1, 18)}


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "pt", "nl"])
def test_other_languages_have_terms_for_all_top_level_topics(language: str) -> None:
    vocabulary = vocabulary_of(language)
    assert vocabulary is not None
    assert {code for codes in vocabulary.terms.values() for code, _ in codes} == vocabulary.top


@pytest.mark.parametrize(("body", "language"), [("", "en"), ("It is so.", "en"), ("Sataa lunta.", "fi"), ("雨", "ja")])
def test_nothing_sure_is_no_topic(body: str, language: str) -> None:
    assert read(body, language=language) == ()


@pytest.mark.parametrize("hostile", ["election " * 100_000, "a" * 1_000_000, "\ud800 war " * 1_000, "prime " * 100_000])
def test_hostile_texts_come_to_an_end(hostile: str) -> None:
    assert len(read(hostile)) <= 3 * MOST
