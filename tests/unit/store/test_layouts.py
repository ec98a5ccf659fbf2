"""When a site's newest pages lack what those before had - and when that is but chance."""

from collections.abc import Callable
from random import Random

import pytest

from pipeline.documents import Article, Author, FieldProvenance
from pipeline.store.layouts import (
    ARTICLE,
    AUTHORS,
    DATE,
    HEADLINE,
    KEPT,
    READ,
    Reading,
    against,
    faults,
    packed,
    unpacked,
)
from pipeline.store.sites import reading_of

BEFORE = 60
Change = Callable[[Reading], Reading]


def usual(number: int, *, seed: int = 1, authors: float = 0.9) -> list[Reading]:
    """Pages of a site that is well: some lack an author or a date, and no two are of one length."""
    words = Random(seed)
    found = []
    for at in range(number):
        flags = READ | ARTICLE | HEADLINE | DATE * (words.random() < 0.97) | AUTHORS * (words.random() < authors)
        length, sources = int(words.lognormvariate(8, 0.5)), words.choice((3, 3, 3, 7))
        found.append(Reading(at, flags, length, words.randint(55, 95), sources))
    return found


@pytest.mark.parametrize(
    ("change", "what", "within"),
    [
        (lambda r: Reading(r.at, READ), "article", 8),
        (lambda r: r._replace(flags=r.flags & ~HEADLINE), "headline", 8),
        (lambda r: r._replace(flags=r.flags & ~DATE), "date", 8),
        (lambda r: r._replace(flags=r.flags & ~AUTHORS), "authors", 10),
        (lambda r: r._replace(characters=r.characters // 8), "text of usual length", 10),
        (lambda r: r._replace(characters=r.characters * 9), "text of usual length", 10),
        (lambda r: r._replace(agreed=r.agreed // 2), "agreement on the text", 10),
        (lambda r: r._replace(sources=99), "usual sources of the fields", 14),
    ],
)
def test_what_every_page_loses_is_seen_soon(change: Change, what: str, within: int) -> None:
    for seed in range(20):
        readings = usual(BEFORE + 20, seed=seed)
        seen = next(
            (n for n in range(1, 21) if faults([*readings[:BEFORE], *map(change, readings[BEFORE : BEFORE + n])])), 99
        )
        assert seen <= within, seed
        found = faults([*readings[:BEFORE], *map(change, readings[BEFORE:])])
        assert what in [fault.what for fault in found]
        assert {fault.kind for fault in found} == {"changed" if "sources" in what else "broken"}


def test_chance_is_no_fault() -> None:
    wrong = 0
    for seed, authors in enumerate((0.2, 0.5, 0.7, 0.8, 0.9, 0.99) * 4):
        readings = usual(400, seed=seed, authors=authors)
        wrong += sum(bool(faults(readings[max(0, end - KEPT) : end])) for end in range(10, 401, 10))
    assert wrong <= 1, "of 960 looks"


@pytest.mark.parametrize("number", [0, 1, 9, 25])
def test_of_a_site_that_is_hardly_known_nothing_is_said(number: int) -> None:
    assert faults([*usual(max(number - 10, 0)), *(Reading(at, READ) for at in range(min(number, 10)))]) == []


def test_pages_that_never_came_are_no_layout() -> None:
    assert faults([*usual(BEFORE), *(Reading(at, 0) for at in range(20))]) == []
    assert against(usual(BEFORE), usual(BEFORE, seed=2)[:20]) == []


def test_what_is_kept_comes_back() -> None:
    readings = usual(KEPT + 50)
    assert unpacked(packed(readings)) == readings[-KEPT:]
    assert unpacked(packed([Reading(5, READ | ARTICLE, 1_000_000, 100, 255)])) == [Reading(5, 3, 65_535, 100, 255)]
    assert unpacked(None) == []


def test_an_article_as_a_reading() -> None:
    origin = FieldProvenance(source="json-ld", confidence=0.8)
    article = Article(
        id="a", url=None, requested_url=None, canonical_url=None, headline="Rain", date_published="2026-05-01",
        authors=(Author(name="Ann Ware"),), body="x" * 70, provenance={"body": origin, "headline": origin},
    )  # fmt: skip
    found = reading_of(article, at=7.9)
    assert found[:4] == (7, READ | ARTICLE | HEADLINE | DATE | AUTHORS, 70, 80)
    assert found.quality == pytest.approx(0.95)
    other = article.model_copy(update={"provenance": {"headline": origin.model_copy(update={"source": "h1"})}})
    assert reading_of(other, at=7).sources != found.sources
    refused = reading_of(article.model_copy(update={"outcome": "rejected"}), at=7)
    assert (refused, refused.quality) == (Reading(7, READ), 0.0)
