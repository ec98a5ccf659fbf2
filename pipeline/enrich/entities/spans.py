"""Which words make up a name: runs of capitals without titles, put together with what the model found."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.documents import EntityType
from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.names import Name
from pipeline.enrich.entities.tokens import Token

LONGEST = 12
"""Words of a name at most."""


class Span(NamedTuple):
    """Words ``first`` to ``last`` (exclusive), and what the model takes them for, if anything."""

    first: int
    last: int
    label: EntityType | None = None


def spans(words: Sequence[Token], names: Sequence[Name]) -> list[Span]:
    """Every name in order, without overlap: the model's, trimmed and completed, and the runs that it missed."""
    labelled = [span for name in names if (span := _aligned(words, name))]
    found: list[Span] = []
    for run in _runs(words):
        for part in _parts(words, *run):
            inside = [each for each in labelled if each.first < part.last and part.first < each.last]
            found += _agreed(words, part, inside)
    taken = {word for span in found for word in range(span.first, span.last)}
    found += [span for span in labelled if taken.isdisjoint(range(span.first, span.last))]
    return sorted(set(found))


def _aligned(words: Sequence[Token], name: Name) -> Span | None:
    """The model's name as whole words, without small words and titles at its edges."""
    first = bisect_left(words, name.start, key=lambda word: word.start)
    last = bisect_left(words, name.end, key=lambda word: word.start)
    while first < last and (not words[first].capital or words[first].low in lexicon.SMALL_WORDS):
        first += 1
    while first < last and not words[last - 1].capital and not words[last - 1].text.isdigit():
        last -= 1
    if first >= last or last - first > LONGEST or any("\n" in word.gap for word in words[first + 1 : last]):
        return None
    parts = list(_parts(words, first, last))
    return parts[-1]._replace(label=name.type) if parts else None


def _agreed(words: Sequence[Token], part: Span, inside: Sequence[Span]) -> Iterator[Span]:
    """What the model found in a run of capitals, completed to the whole run where it saw but a part of it."""
    labels = {span.label for span in inside}
    wider = [span for span in inside if span.first < part.first or span.last > part.last]
    if wider:
        yield wider[0]
    elif len(labels) > 1 and not any(word.low in lexicon.PARTICLES for word in words[part.first : part.last]):
        yield from inside
    else:
        yield part._replace(label=inside[0].label if inside else None)


def _runs(words: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Words with capitals that follow one another, with the small words that hold names together."""
    first = 0
    while first < len(words):
        if not _begins(words[first]):
            first += 1
            continue
        last = first + 1
        while last < len(words) and (step := _step(words, first, last)):
            last += step
        yield first, last
        first = last


def _begins(word: Token) -> bool:
    return word.capital and not word.compound


def _step(words: Sequence[Token], first: int, at: int) -> int:
    """How many words the run goes on from ``at``: 0 where it ends."""
    if at - first >= LONGEST:
        return 0
    if words[at].gap in {" ", " & "} and words[at].capital and not words[at].compound:
        return 1 if not (words[at].opens or words[at].low in lexicon.SMALL_WORDS) else 0
    small = at
    while small < len(words) and small - at < 3 and words[small].gap == " " and not words[small].capital:
        small += 1
    if small == at or small >= len(words) or not _begins(words[small]) or words[small].gap != " ":
        return 0
    between = {word.low for word in words[at:small]}
    if between <= lexicon.PARTICLES and words[at - 1].low not in lexicon.TITLES:
        return small - at + 1
    heads = {word.low for word in words[first:at]} & (_HEADS if "and" not in between else _HEADS - _TAILS)
    return small - at + 1 if heads and between <= lexicon.LINKS else 0


def _parts(words: Sequence[Token], first: int, last: int) -> Iterator[Span]:
    """The names within a run: titles part them and fall away, so do small words and dates at the edges."""
    start = first
    for at in range(first, last):
        if words[at].low in lexicon.OFFICES and at + 1 <= last:
            yield from _trimmed(words, start, at)
            start = at + 1
    yield from _trimmed(words, start, last)


def _trimmed(words: Sequence[Token], first: int, last: int) -> Iterator[Span]:
    organization = last > first and words[last - 1].low in _TAILS
    while first < last:
        low = words[first].low
        if low in lexicon.SMALL_WORDS or low in lexicon.NOTHING or low in lexicon.LINKS or low in lexicon.SUFFIXES:
            first += 1
        elif low in lexicon.ADDRESSES and not organization:
            first += 1
        elif low in lexicon.NATIONALITIES and last - first > 1 and not organization:
            yield Span(first, first + 1)
            first += 1
        else:
            break
    while first < last and (words[last - 1].low in lexicon.SMALL_WORDS | lexicon.LINKS | lexicon.NOTHING):
        last -= 1
    if first < last:
        yield Span(first, last)


_TAILS = (
    lexicon.words("kinds", "organization_end") | lexicon.words("kinds", "place_end") | lexicon.words("kinds", "event")
)
_HEADS = (
    lexicon.words("kinds", "organization_start")
    | lexicon.words("kinds", "place_start")
    | lexicon.words("kinds", "organization_end")
)
