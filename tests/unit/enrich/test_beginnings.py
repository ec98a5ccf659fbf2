"""Where a pattern need not be tried: never where it would match."""

import re

import pytest

from pipeline.enrich.dates.beginnings import beginnings, contents
from pipeline.enrich.dates.words import language_of

CASES = [
    (r"(?:last|next) (?:week|month)", ["last week", "Next month"], {"last", "next"}),
    (r"(?:the )?(?:year|years?) ago", ["the year ago", "years ago"], {"the", "year", "years"}),
    (r"mon(?:day)?\b", ["mon", "Monday"], {"mon", "monday"}),
    (r"\d+ days", [], set()),
    (r"(?=[jf])(?:january|february)", ["January", "february"], {"january", "february"}),
    (r"jan[a-z]+ 5", ["january 5", "jans 5"], set()),
    (r"\w+ ago", ["hours ago"], set()),
]


@pytest.mark.parametrize(("pattern", "matched", "words"), CASES)
def test_all_that_matches_is_allowed(pattern: str, matched: list[str], words: set[str]) -> None:
    found = beginnings(pattern)
    assert words <= found.words
    for text in matched:
        assert re.match(pattern, text, re.I)
        assert found.allow(text.split()[0].lower()), text


def test_what_cannot_begin_so_is_not_allowed() -> None:
    found = beginnings(r"(?:last|next) (?:week|month)|mon(?:day)?\b")
    assert not any(map(found.allow, ("tuesday", "lasting", "month", "nex")))


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        (r"(?:last|next) (?:week|month)s?", ["last weeks", "next month"]),
        (r"in \d{1,3} (?:hours|days)(?: or so)?", ["in 24 hours or so", "in 3 days"]),
        (r"(?:on )?friday(?= (?:night|evening))", ["on friday night"]),
        (r"[iv]{1,3}-day", ["iv-day"]),
        (r"an? \w+ ago", ["a moment ago"]),
    ],
)
def test_all_words_of_what_matches_are_among_the_contents(pattern: str, matched: list[str]) -> None:
    found = contents(pattern)
    for text in matched:
        assert re.match(pattern, text, re.I)
        assert all(found.allow(word) for word in re.findall("[a-z]+", text)), text


def test_other_words_and_marks_are_not_among_the_contents() -> None:
    found = contents(r"(?:last|next) week, (?:on )?friday")
    assert not any(map(found.allow, ("tuesday", "las", "weeks")))
    assert found.marks == {" ", ","}


@pytest.mark.parametrize("code", ["de", "en", "es", "fr", "it", "nl", "pt"])
def test_small_numbers_alone_are_alike(code: str) -> None:
    language = language_of(code)
    assert language
    for gap in ("", " ", ". ", ", "):
        known = any(language.finder.match(f"{number}{gap}") for number in (1, 10))
        assert known or not any(language.finder.match(f"{number}{gap}") for number in range(1_000))
