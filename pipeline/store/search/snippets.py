"""The words around what was searched for."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.store.search.query import Term
from pipeline.store.search.tokens import LETTER, LONGEST, UNSPACED, Folded

WIDTH, BEFORE = 240, 60
"""Characters of a snippet, and of them before the first mark, about."""
READ = 200_000
"""Characters of a text that are looked through."""
MOST_PLACES = 300
_UNSPACED = re.compile(rf"[{UNSPACED}]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Snippet:
    """A stretch of a text on one line; ``marks``: where in it, as start and end, stands what was searched for."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Finder:
    """Finds the terms of one query in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """One pattern for all terms, the longer ones first, made of escaped tokens only."""
        longest_first = sorted(terms, key=lambda term: -sum(map(len, term.tokens)))
        self._pattern = re.compile("|".join(f"({_pattern(term)})" for term in longest_first))

    def snippet(self, text: str) -> Snippet:
        """The stretch where most of the different terms stand near to each other; else the beginning."""
        text = _SPACES.sub(" ", text[:READ]).strip()
        map_of = Folded(text)
        found = []
        for match in self._pattern.finditer(map_of.text):
            found.append((*map_of.span(*match.span()), match.lastindex or 0))
            if len(found) == MOST_PLACES:
                break
        start, end = _stretch(text, _best(found))
        lead, tail = "… " if start else "", " …" if end < len(text) else ""
        shift = len(lead) - start
        marks = tuple((a + shift, b + shift) for a, b, _ in found if start <= a and b <= end)
        return Snippet(f"{lead}{text[start:end]}{tail}", marks)


def _pattern(term: Term) -> str:
    """The tokens in a row, with what is no letter or digit between them."""
    parts = [_bounded(token) for token in term.tokens]
    if term.is_prefix:
        parts[-1] = rf"(?<!{LETTER}){re.escape(term.tokens[-1])}{LETTER}*+"
    return r"[\W_]*+".join(parts)


def _bounded(token: str) -> str:
    if _UNSPACED.match(token):
        return token
    if len(token) == LONGEST:  # maybe a part of a longer word
        return re.escape(token)
    return rf"(?<!{LETTER}){re.escape(token)}(?!{LETTER})"


def _best(found: Sequence[tuple[int, int, int]]) -> int | None:
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
