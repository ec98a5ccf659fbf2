"""Copies of one text and reports on one event, as the store finds them while it stores."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pipeline.documents import Article, EnrichedArticle, Enrichment, Entity, StoredArticle
from pipeline.enrich.fingerprint import fingerprint
from pipeline.enrich.text import Text
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from pipeline.store.schema import text_parts
from pipeline.store.stories.clusters import WINDOW
from pipeline.store.stories.copies import CROWD
from pipeline.store.stories.texts import Reading, is_copy
from tests.news_wire import Press, Report

PRESS = Press(7)
EVENT = PRESS._event(datetime(2026, 3, 2, tzinfo=UTC))
ONE, OTHER, THIRD = (PRESS._report(EVENT) for _ in range(3))


def put(
    database: Database, name: str, report: Report, *, after: float = 0, url: str | None = None, body: str | None = None
) -> StoredArticle:
    address = url or f"https://{name}.example/story"
    at = EVENT.at + timedelta(hours=after)
    article = Article(
        id=name, url=address, requested_url=address, canonical_url=address, domain=f"{name}.example",
        headline=report.headline, body=body or report.body, date_published=at.isoformat(),
    )  # fmt: skip
    names = tuple(Entity(name=one, type="person", mentions=(), salience=0.5) for one in report.names)
    enrichment = Enrichment(entities=names, fingerprint=fingerprint(Text(article), Enrichment()))
    with database.write() as tx:
        stored = publish(tx, EnrichedArticle(article=article, enrichment=enrichment))
    assert isinstance(stored, StoredArticle)
    return stored


def test_a_copy_is_one_of_the_earliest_text_whoever_copies_whom(database: Database) -> None:
    first = put(database, "wire", ONE)
    copies = [put(database, f"house{number}", PRESS._edited(ONE)) for number in range(5)]
    assert first.enrichment.near_duplicate_of is None
    assert {copy.enrichment.near_duplicate_of for copy in copies} == {"wire"}
    assert {copy.enrichment.cluster_id for copy in copies} == {"wire"}


def test_a_later_version_is_no_copy_of_its_own_article(database: Database) -> None:
    put(database, "wire", ONE)
    later = put(database, "again", ONE, url="https://wire.example/story", body=f"{ONE.body}\n\nA line was added.")
    assert (later.version, later.enrichment.near_duplicate_of, later.enrichment.cluster_id) == (2, None, "wire")


def test_reports_in_other_words_share_a_cluster_and_are_no_copies(database: Database) -> None:
    of_another_event = PRESS._report(PRESS._event(EVENT.at))
    stored = [put(database, name, report) for name, report in (("a", ONE), ("b", OTHER), ("c", of_another_event))]
    assert [one.enrichment.near_duplicate_of for one in stored] == [None] * 3
    assert [one.enrichment.cluster_id for one in stored] == ["a", "a", "c"]


@pytest.mark.parametrize(("after", "together"), [(0, True), (WINDOW, True), (WINDOW + 1, False), (-WINDOW - 1, False)])
def test_a_cluster_takes_what_is_at_most_days_away_from_its_first(
    database: Database, after: float, together: bool
) -> None:
    put(database, "a", ONE)
    assert (put(database, "b", OTHER, after=after).enrichment.cluster_id == "a") is together


def test_a_part_that_many_texts_have_takes_no_more_rows(database: Database) -> None:
    copies = CROWD + 8
    for number in range(copies):
        put(database, f"house{number}", ONE)
    with database.read() as tx:
        most = select(func.count().label("rows")).select_from(text_parts).group_by(text_parts.c.part).subquery()
        assert tx.execute(select(func.max(most.c.rows))).scalar() == CROWD
    assert put(database, "last", ONE).enrichment.near_duplicate_of == "house0"


WEATHER = (
    "It will be cloudy in {} on Monday with showers in the evening. The temperature reaches {} degrees in the "
    "afternoon and falls to {} at night. Wind comes from the {} at {} km an hour. In the hills above {} up to {} "
    "millimetres are expected by morning."
)
IN_ONE_TOWN, IN_ANOTHER = ("Oslo", 12, 3, "north", 20, "Drammen", 7), ("Bergen", 14, 5, "west", 31, "Voss", 9)
JAPANESE = "雨が降り、川の水位が上がった。市長は住民に避難を求めた。"


@pytest.mark.parametrize(
    ("one", "other", "copy"),
    [
        (ONE.body, ONE.body, True),
        (ONE.body, ONE.body.upper(), True),
        (ONE.body, OTHER.body, False),
        (ONE.body, ONE.body[: int(0.6 * len(ONE.body))], True),
        (ONE.body, ONE.body[: int(0.2 * len(ONE.body))], False),
        (OTHER.body, f"{ONE.body[: len(ONE.body) // 4]}\n\n{OTHER.body}", True),
        (f"{ONE.body[:600]}\n\n{THIRD.body[:500]}", f"{OTHER.body[:600]}\n\n{THIRD.body[:500]}", False),
        (WEATHER.format(*IN_ONE_TOWN), WEATHER.format(*IN_ANOTHER), False),
        (WEATHER.format(*IN_ONE_TOWN), WEATHER.format(*IN_ONE_TOWN).replace("cloudy", "grey"), True),
        ("", "", False),
        ("Rain.", "Rain.", False),
        (JAPANESE, JAPANESE, True),
    ],
)  # fmt: skip
def test_is_copy_whichever_comes_first(one: str, other: str, copy: bool) -> None:
    first, second = Reading(one), Reading(other)
    assert is_copy(first, second) is is_copy(second, first) is copy
