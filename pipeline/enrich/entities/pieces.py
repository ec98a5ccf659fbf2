"""The body in pieces that a recogniser can read: bounded, and with words in capitals written as words usually are."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.enrich.entities.lexicon import SMALL_WORDS
from pipeline.enrich.sentences import Sentence
from pipeline.enrich.text import Text

MOST = 100_000
"""Characters of a body that are read: some 16,000 words, longer than any article."""
LONGEST = 4_000
"""Characters of one piece; a longer line is cut at a space."""

_CAPITALISED = re.compile(r"(?<![\w'’])[^\W\d_a-zß-öø-ÿ][\w'’-]*")
_I = frozenset(("I", "I'm", "I’m", "I'll", "I’ll", "I've", "I’ve", "I'd", "I’d"))
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{5,}\b")
_LINE = re.compile(rf"[^\n]{{1,{LONGEST}}}(?=\s|$)|[^\n]{{1,{LONGEST}}}")


class Piece(NamedTuple):
    """A stretch of the body: ``len(text)`` characters from ``start``."""

    start: int
    text: str


def pieces(text: Text) -> Iterator[Piece]:
    """The lines of the body without the sentences that name nothing, cut where they are too long."""
    starts = [sentence.start for sentence in text.sentences]
    for line in _LINE.finditer(text.normal, 0, MOST):
        inside = text.sentences[max(0, bisect_right(starts, line.start()) - 1) : bisect_left(starts, line.end())]
        for start, end in _runs(inside):
            start, end = max(start, line.start()), min(end, line.end())
            if start < end:
                yield Piece(start, plain(text.normal[start:end]))


def _runs(sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Neighbouring sentences that may name something, as one stretch each."""
    begin = None
    for sentence in sentences:
        if _may_name(sentence.text):
            begin, end = sentence.start if begin is None else begin, sentence.end
        elif begin is not None:
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, end


def _may_name(sentence: str) -> bool:
    """Whether there is a capital beside that of a common first word, or a script without capitals."""
    if not any(map(str.islower, sentence)):
        return any(map(str.isalpha, sentence))
    words = _CAPITALISED.finditer(sentence)
    return any(word.start() or word[0].lower() not in SMALL_WORDS for word in words if word[0] not in _I)


def plain(line: str) -> str:
    """The line, character by character, in usual case: long words in capitals have one, a slash is a comma."""
    return _CAPITALS.sub(_lowered, line).replace("/", ",")


def _lowered(word: re.Match[str]) -> str:
    small = word[0][1:].lower()
    return word[0][0] + small if len(small) == len(word[0]) - 1 else word[0]
