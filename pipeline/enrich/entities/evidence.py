"""What speaks for each type of a name: the model, the name's own words, and the words around it."""

import re
from collections.abc import Iterator, Sequence

from pipeline.documents import EntityType
from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.spans import Span
from pipeline.enrich.entities.tokens import Token, Words

SPORT_WORDS = 6
"""Words of sport that make a text a report on sport, at least."""
Evidence = Iterator[tuple[EntityType, float]]


def of_name(name: Sequence[Token]) -> Evidence:
    """What the name itself says, whatever stands around it."""
    low = " ".join(word.low for word in name)
    plain = low in lexicon.SMALL_WORDS and not name[0].text.isupper()
    if not plain and low in lexicon.ORGANIZATIONS:
        yield "organization", 4
    if not plain and (weight := lexicon.place_weight(low)):
        yield "place", weight
    if low in lexicon.NATIONALITIES:
        yield "nationality", 6
    if low in lexicon.NOTHING or low in _OTHER:
        yield "other", 6
    yield from _shape(name)


def _shape(name: Sequence[Token]) -> Evidence:
    last = name[-1].low
    if len(name) > 1:
        yield from _words_of_kinds(name)
        yield from _person_shape(name)
    elif last in lexicon.GIVEN_NAMES:
        yield "person", 1
    elif name[0].text.isupper() and 2 < len(last) < 6 and last.isalpha():
        yield "organization", 1.5
    if last in _EVENT:
        yield "event", 4


def _words_of_kinds(name: Sequence[Token]) -> Evidence:
    first, last = name[0].low, name[-1].low
    if last in _ORGANIZATION_END or first in _ORGANIZATION_START:
        yield "organization", 4
    if last in _PLACE_END or first in _PLACE_START:
        yield "place", 4
    if any("&" in word.gap for word in name[1:]):
        yield "organization", 2


def _person_shape(name: Sequence[Token]) -> Evidence:
    if name[0].low in lexicon.GIVEN_NAMES and name[-1].low not in _ORGANIZATION_END:
        yield "person", 3
    if name[-1].low in lexicon.SUFFIXES or any(len(word.text) == 2 and word.text[1] == "." for word in name[:-1]):
        yield "person", 2
    if any(word.low in lexicon.PARTICLES and not word.capital for word in name[1:-1]):
        yield "person", 1


def around(words: Words, span: Span) -> Evidence:
    """What the words before and after say of this one mention."""
    yield from _before(words, span)
    yield from _after(words, span)


def is_sport(words: Words) -> bool:
    """Whether a text reports on sport, where places play: at least one word in a hundred tells so, and six in all."""
    count = len([low for low in words.lows if low in _SPORT])
    return count >= SPORT_WORDS and count * 100 >= len(words)


def of_team(words: Words, span: Span) -> Evidence:
    """What speaks for a place that stands for its team in a report on sport: verbs of playing, scores, opponents."""
    before = words[span.first - 1].low if span.first and words[span.first].gap == " " else ""
    if before in _BEFORE_TEAM or (before.isdigit() and span.first > 1 and words[span.first - 2].low == "no"):
        yield "organization", 3
    for after in words[span.last : span.last + 1]:
        plays = after.low in _AFTER_TEAM and after.gap in {" ", "'s "}
        if plays or (after.gap in {" ", " ("} and _SCORE.fullmatch(after.text)):
            yield "organization", 3


def _before(words: Words, span: Span) -> Evidence:
    gap = words[span.first].gap
    before = words[span.first - 1] if span.first else None
    if before is None or gap not in {" ", "/"}:
        return
    low = before.low
    if gap == "/":
        if low in lexicon.ORGANIZATIONS and span.last - span.first > 1:
            yield "person", 3
    elif before.capital and low in lexicon.TITLES:
        yield "person", 3
    elif low in _ROLES:
        yield "person", 2
    elif low in _BEFORE_ORGANIZATION:
        yield "organization", 2
    elif low in _BEFORE_PLACE:
        yield "place", 1.5
    elif low == "by" and span.first > 1 and words[span.first - 2].low in _WRITING:
        yield "person", 3


def _after(words: Words, span: Span) -> Evidence:
    if span.last >= len(words):
        return
    after = words[span.last]
    low = after.low
    if after.gap == ", " and after.text.isdigit() and 10 <= int(after.text[:3]) < 120:
        yield "person", 3
    elif after.gap == ", " and lexicon.place_weight(low) >= 4:
        yield "place", 2
    elif after.gap in {" ", "'s "} and low in _AFTER_ORGANIZATION:
        yield "organization", 2
    elif after.gap == " " and low in _AFTER_PLACE:
        yield "place", 2
    elif after.gap in {" ", ", "} and low in _AFTER_PERSON:
        yield "person", 1.5


_ORGANIZATION_END = lexicon.words("kinds", "organization_end")
_ORGANIZATION_START = lexicon.words("kinds", "organization_start")
_PLACE_END = lexicon.words("kinds", "place_end")
_PLACE_START = lexicon.words("kinds", "place_start")
_OTHER = lexicon.known("other")
_EVENT = lexicon.words("kinds", "event")
_ROLES = lexicon.words("titles", "role") | lexicon.OFFICES
_BEFORE_ORGANIZATION = lexicon.words("cues", "before_organization")
_BEFORE_PLACE = lexicon.words("cues", "before_place")
_SPORT = lexicon.words("cues", "sport")
_BEFORE_TEAM = lexicon.words("cues", "before_team")
_AFTER_TEAM = lexicon.words("cues", "after_team")
_SCORE = re.compile(r"\d{1,3}-\d{1,3}")
_WRITING = lexicon.words("cues", "writing")
_AFTER_ORGANIZATION = lexicon.words("cues", "after_organization")
_AFTER_PLACE = lexicon.words("cues", "after_place")
_AFTER_PERSON = lexicon.words("cues", "after_person")
