"""The words around what was searched for."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.store.search.query import Term
from pipeline.store.search.tokens import LETTER, LONGEST, UNSPACED, Folded

WIDTH, BEFORE = 240, 60
"""Characters of a snippet, and of them before the first mark, about."""
READ = 200_000
"""Characters of a text that are looked through."""
MOST_PLACES = 50
"""Of one term that are looked at."""
_UNSPACED = re.compile(rf"[{UNSPACED}]")
_BREAKS = re.compile(r"[\n\t\r]\s*")

Place = tuple[int, int, int]
"""Where a term stands - start and end - and which of them it is."""


@dataclass(frozen=True)
class Snippet:
    """A stretch of a text on one line; ``marks``: where in it, as start and end, stands what was searched for."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Finder:
    """Finds the terms of one query in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """One pattern for each term, made of escaped tokens only."""
        self._patterns = [re.compile(_pattern(term)) for term in terms]

    def snippet(self, text: str) -> Snippet:
        """The stretch where most of the different terms stand near to each other; else the beginning."""
        text = _BREAKS.sub(" ", text[:READ]).strip()
        places = _apart(self._places(Folded(text)))
        start, end = _stretch(text, _best(places))
        lead, tail = "… " if start else "", " …" if end < len(text) else ""
        shift = len(lead) - start
        marks = tuple((a + shift, b + shift) for a, b, _ in places if start <= a and b <= end)
        return Snippet(f"{lead}{text[start:end]}{tail}", marks)

    def _places(self, text: Folded) -> Iterator[Place]:
        for number, pattern in enumerate(self._patterns):
            for match in islice(pattern.finditer(text.text), MOST_PLACES):
                yield (*text.span(*match.span()), number)


def _apart(places: Iterable[Place]) -> list[Place]:
    """In order of the text; of those that overlap the first, and of those the longest."""
    found: list[Place] = []
    for place in sorted(places, key=lambda place: (place[0], -place[1])):
        if not found or place[0] >= found[-1][1]:
            found.append(place)
    return found


def _pattern(term: Term) -> str:
    """The tokens in a row, with what is no letter or digit between them."""
    parts = [_bounded(token) for token in term.tokens]
    if term.is_prefix:
        parts[-1] = f"{_begun(term.tokens[-1])}{LETTER}*+"
    return r"[\W_]*+".join(parts)


def _bounded(token: str) -> str:
    if _UNSPACED.match(token):
        return token
    if len(token) == LONGEST:  # maybe a part of a longer word
        return re.escape(token)
    return f"{_begun(token)}(?!{LETTER})"


def _begun(token: str) -> str:
    """The token where a word begins. It is looked for first, and what is before it then: that is many times faster."""
    return f"{re.escape(token)}(?<!{LETTER}{re.escape(token)})"


def _best(found: Sequence[Place]) -> int | None:
    """Where the stretch with the most different terms begins; the first of them."""
    best, most = None, 0
    starts = [start for start, _, _ in found]
    for at, (start, _, _) in enumerate(found):
        until = bisect_left(starts, start + WIDTH - BEFORE)
        different = len({term for _, _, term in found[at:until]})
        if different > most:
            best, most = start, different
    return best


def _stretch(text: str, first: int | None) -> tuple[int, int]:
    """Around ``WIDTH`` characters from a little before ``first``, at the borders of words where there are any."""
    start = max(0, (first or 0) - BEFORE)
    if start:
        border = text.find(" ", start, first)
        start = border + 1 if border >= 0 else start
    end = min(len(text), start + WIDTH)
    if end < len(text):
        border = text.rfind(" ", max(start, (first or 0) + WIDTH // 2), end)
        end = border if border >= 0 else end
    return start, end
