"""Which words make up a name: runs of capitals without titles, put together with what the model found."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.documents import EntityType
from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.names import Name
from pipeline.enrich.entities.tokens import Token, Words

LONGEST = 12
"""Words of a name at most."""


class Span(NamedTuple):
    """Words ``first`` to ``last`` (exclusive), and what the model takes them for, if anything."""

    first: int
    last: int
    label: EntityType | None = None


Key = tuple[str, ...]
"""A name as it is compared: its words in lower case."""


def key_of(words: Words, span: Span) -> Key:
    """The name's words as they are compared."""
    return tuple(words.lows[span.first : span.last])


def spans(words: Words, names: Sequence[Name]) -> list[Span]:
    """Every name in order, without overlap: the model's, trimmed and completed, and the runs that it missed."""
    common, proper = words.common, _proper(words)
    starts, ends = [word[0] for word in words], [word[1] for word in words]
    labelled: list[Span] = []
    for name in names:
        whole = Span(bisect_right(ends, name.start), bisect_left(starts, name.end), name.type)
        labelled += _aligned(words, whole, common)
    lasts = [span.last for span in labelled]
    found: list[Span] = []
    for run in _runs(words):
        for part in _parts(words, run, common):
            found += _agreed(words, part, _touching(labelled, lasts, part), proper)
    return _parted(
        sorted(
            dict.fromkeys([*labelled, *found]), key=lambda span: (span.first - span.last, span.first, not span.label)
        )
    )


def _proper(words: Words) -> set[Key]:
    """Pairs of words with capitals that a text has more than once."""
    lows = words.lows
    pairs = Counter([(lows[one], lows[two]) for one, two in pairwise(words.capitals) if one + 1 == two])
    return {pair for pair, count in pairs.items() if count > 1}


def _parted(spans: Sequence[Span]) -> list[Span]:
    """Those that overlap none before them."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in spans:
        if taken.isdisjoint(range(span.first, span.last)):
            kept.append(span)
            taken.update(range(span.first, span.last))
    return sorted(kept)


def _touching(labelled: Sequence[Span], lasts: Sequence[int], part: Span) -> list[Span]:
    at = bisect_right(lasts, part.first)
    found = []
    while at < len(labelled) and labelled[at].first < part.last:
        found.append(labelled[at])
        at += 1
    return found


def _aligned(words: Words, name: Span, common: set[str]) -> Iterator[Span]:
    """The model's name as whole words, parted where no name goes on, without what is no part of it."""
    start = first = name.first
    last = name.last
    for at in range(first, last + 1):
        if at == last or (at > start and _breaks(words, start, at, last)):
            for part in _parts(words, Span(start, at), common):
                if part.last - part.first <= LONGEST and any(word.capital for word in words[part.first : part.last]):
                    yield part._replace(label=part.label or name.label)
            start = at


def _breaks(words: Words, first: int, at: int, last: int) -> bool:
    """Whether a name that began at ``first`` cannot go on to ``at``."""
    if words[at].gap not in {" ", " & ", '" ', ' "', "-"}:
        return True
    if words[at].compound or words[at - 1].compound:
        return True
    linked = {word.low for word in words[first:at]} & {"of", "for"}
    return words[at].low == "and" and not linked and words[last - 1].low not in _TAILS


def _agreed(words: Words, part: Span, inside: Sequence[Span], proper: set[Key]) -> Iterator[Span]:
    """What the model found in a run of capitals, completed to the whole run where it saw but a part of it."""
    if not inside:
        yield part
        return
    if any(span.first < part.first or span.last > part.last for span in inside):
        return
    opening = words[part.first].opens and words[part.first : part.last][:2]
    if opening and tuple(word.low for word in opening) not in proper and inside[0].first == part.first + 1:
        part = part._replace(first=part.first + 1)
    whole = words[part.last - 1].low in _TAILS or any(not word.capital for word in words[part.first : part.last])
    if len({span.label for span in inside}) > 1 and not whole:
        return
    yield part._replace(label=part.label or inside[0].label)


def _runs(words: Words) -> Iterator[Span]:
    """Words with capitals that follow one another, with the small words that hold names together."""
    last = 0
    for first in words.capitals:
        if first >= last and _begins(words[first]):
            last = first + 1
            while last < len(words) and (step := _step(words, first, last)):
                last += step
            yield Span(first, last)


def _begins(word: Token) -> bool:
    return word.capital and not word.compound


def _step(words: Words, first: int, at: int) -> int:
    """How many words the run goes on from ``at``: 0 where it ends."""
    if at - first >= LONGEST or words[at].gap not in {" ", " & ", ' "'}:
        return 0
    if words[at].gap == ' "':
        nickname = at + 1 < len(words) and words[at + 1].gap == '" ' and _begins(words[at + 1])
        return 2 if nickname else 0
    if words[at].capital:
        return int(_begins(words[at]) and not words[at].opens and words[at].low not in _SMALL)
    return _bridge(words, first, at)


def _bridge(words: Words, first: int, at: int) -> int:
    """How many words to the next capital, where small words from ``at`` on lead to it within one name."""
    next_ = at
    if _is_organization(words, at - 1, at + 1):
        return 1
    while next_ < len(words) and next_ - at < 3 and words[next_].gap == " " and not words[next_].capital:
        next_ += 1
    if next_ >= len(words) or not _begins(words[next_]) or words[next_].gap != " ":
        return 0
    between = {word.low for word in words[at:next_]}
    before = {word.low for word in words[first:at]}
    if between <= lexicon.PARTICLES and words[at - 1].low not in lexicon.TITLES:
        return next_ - at + 1
    linked = before & {"of", "for"} if "and" in between else before & _HEADS
    return next_ - at + 1 if linked and between <= lexicon.LINKS else 0


def _parts(words: Words, run: Span, common: set[str]) -> Iterator[Span]:
    """The names within a run: titles part them and fall away, so do small words and dates at the edges."""
    start = run.first
    for at in range(run.first, run.last):
        if words[at].low in lexicon.OFFICES and start + _known(words, start, run.last) <= at:
            yield from _trimmed(words, Span(start, at), common)
            start = at + 1
    yield from _trimmed(words, Span(start, run.last), common)


def _is_organization(words: Words, first: int, last: int) -> bool:
    return " ".join(words.lows[first:last]) in lexicon.ORGANIZATIONS


def _known(words: Words, first: int, last: int) -> int:
    """How many words the known name of two or three words has that begins here; 0 where none does."""
    for size in (3, 2):
        if first + size <= last and lexicon.is_known(" ".join(words.lows[first : first + size])):
            return size
    return 0


def _trimmed(words: Words, run: Span, common: set[str]) -> Iterator[Span]:
    first, last = run.first, run.last
    while first < last and _falls(words, first, last, common):
        if words[first].low in lexicon.NATIONALITIES:
            yield Span(first, first + 1, "nationality")
        first += 1
    while first < last and _trails(words, first, last):
        last -= 1
    if first < last:
        yield Span(first, last)


def _falls(words: Words, first: int, last: int, common: set[str]) -> bool:
    """Whether the first word of this run is no part of the name."""
    word, low = words[first], words[first].low
    if word.compound or not (word.capital or low in lexicon.PARTICLES):
        return True
    single = last - first == 1
    if not single and (_known(words, first, last) or (low in lexicon.GIVEN_NAMES and low not in {"may", "april"})):
        return False
    if low in lexicon.SMALL_WORDS:
        return not (single and word.text.isupper() and lexicon.is_known(low)) and word.text != "US"
    if low in lexicon.NOTHING or low in lexicon.SUFFIXES or _opens_only(word, common):
        return True
    organization = words[last - 1].low in _TAILS or (not single and words[first + 1].low in _HEADS)
    return not organization and (low in lexicon.ADDRESSES or (low in lexicon.NATIONALITIES and not single))


def _opens_only(word: Token, common: set[str]) -> bool:
    """Whether a word has its capital only from the beginning of a sentence: the text has it without one too."""
    return word.opens and word.low in common and word.low not in lexicon.PARTICLES and not word.text.isupper()


def _trails(words: Words, first: int, last: int) -> bool:
    """Whether the last word of this run is no part of the name."""
    word, low = words[last - 1], words[last - 1].low
    if low.isdigit():
        return last - first < 2 or words[last - 2].low in lexicon.NOTHING
    if word.compound or not (word.capital or _is_organization(words, first, last)):
        return True
    linked = last - first > 2 and not words[last - 2].capital
    return last - first > 1 and not linked and low in _NO_TAILS


_TAILS = (
    lexicon.words("kinds", "organization_end") | lexicon.words("kinds", "place_end") | lexicon.words("kinds", "event")
)
_HEADS = (
    lexicon.words("kinds", "organization_start")
    | lexicon.words("kinds", "place_start")
    | lexicon.words("kinds", "organization_end")
)
_SMALL = lexicon.SMALL_WORDS - _TAILS
_NO_TAILS = (lexicon.SMALL_WORDS | lexicon.NOTHING) - _TAILS
