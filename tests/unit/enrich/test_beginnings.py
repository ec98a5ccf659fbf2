"""Where a pattern need not be tried: never where it would match."""

import re

import pytest

from pipeline.enrich.dates.beginnings import beginnings

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
