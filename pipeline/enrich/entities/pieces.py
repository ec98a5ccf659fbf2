"""The body in pieces that a recogniser can read: bounded, and with words in capitals written as words usually are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.enrich.text import Text

MOST = 100_000
"""Characters of a body that are read: some 16,000 words, longer than any article."""
LONGEST = 4_000
"""Characters of one piece; a longer line is cut at a space."""

_CAPITALS = re.compile(r"\b[^\W\d_a-z]{5,}\b")
_LINE = re.compile(rf"[^\n]{{1,{LONGEST}}}(?=\s|$)|[^\n]{{1,{LONGEST}}}")


class Piece(NamedTuple):
    """A stretch of the body: ``len(text)`` characters from ``start``."""

    start: int
    text: str


def pieces(text: Text) -> Iterator[Piece]:
    """The lines of the body, cut where they are too long; those without any letter are left out."""
    for line in _LINE.finditer(text.normal, 0, MOST):
        if any(map(str.isalpha, line[0])):
            yield Piece(line.start(), plain(line[0]))


def plain(line: str) -> str:
    """The line, character by character, in usual case: long words in capitals have one, a slash is a comma."""
    return _CAPITALS.sub(_lowered, line).replace("/", ",")


def _lowered(word: re.Match[str]) -> str:
    small = word[0][1:].lower()
    return word[0][0] + small if len(small) == len(word[0]) - 1 else word[0]
