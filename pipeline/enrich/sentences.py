"""Where sentences begin and end: own rules for the abbreviations, initials, ordinals and quotation marks of news."""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.enrich.vocabulary import STOPWORDS, word_lists


class Sentence(NamedTuple):
    """A stretch of the body: ``body[start:end]``, trimmed."""

    start: int
    end: int
    text: str
    paragraph: int
    """Number of its paragraph, from 0."""


# Possessive runs, begun only at their first character: linear on "......" and "))))))" of any length.
_END = re.compile(r"(?<![.!?…])[.!?…]++(?:[ \u00a0\u202f]?»|[\"'”’“)\]])*+(?=\s)|[。！？]++[」』”]*+")
_BEFORE = re.compile(r"[^\s(\[\"'“„«‘]*$")
_AFTER = re.compile(r"\s+[\"'“”„«»‘‚(\[–—\s-]{0,4}(?P<word>[^\W_]+)?\.?(?:\s+(?P<second>\w+))?(?:\s+(?P<third>\w+))?")
_PARAGRAPH = re.compile(r"[^\n]+")
REACH = 80
"""Characters looked at on either side of a mark."""

_LISTS = word_lists("sentences")


@lru_cache(maxsize=4)
def sentences(body: str, language: str | None) -> tuple[Sentence, ...]:
    """The sentences of the body in order; a line break always ends one. Kept for the next enricher of the same text."""
    found: list[Sentence] = []
    paragraph = 0
    previous_end = 0
    for line in _PARAGRAPH.finditer(body):
        paragraph += body.count("\n", previous_end, line.start()) > 1
        previous_end = line.end()
        start = line.start()
        for end in [*_ends(line[0], language or ""), len(line[0])]:
            if piece := body[start : line.start() + end].strip():
                first = body.index(piece, start)
                found.append(Sentence(first, first + len(piece), piece, paragraph))
            start = line.start() + end
    return tuple(found)


def _ends(line: str, language: str) -> list[int]:
    return [mark.end() for mark in _END.finditer(line) if _is_end(line, mark, language)]


def _is_end(line: str, mark: re.Match[str], language: str) -> bool:
    """Whether the sentence stops at this mark, judged by the words around it."""
    if mark[0][0] in "。！？":
        return True
    after = _AFTER.match(line[mark.end() : mark.end() + REACH])
    word = (after and after["word"]) or ""
    if word[:1].islower() or (after and after[0].lstrip()[:1] in {"–", "—"}):
        return False
    if mark[0][0] != ".":
        return not (len(mark[0]) > 1 and after and _LISTS["saying"] & {after["second"], after["third"]})
    if len(mark[0]) > 1:
        return True
    before = _BEFORE.search(line[max(0, mark.start() - REACH) : mark.start()])
    return _stops(before[0].lower() if before else "", word, language)


def _stops(before: str, word: str, language: str) -> bool:
    """Whether a single full stop between these two words ends the sentence."""
    ordinal = language == "de" and before.isdigit() and len(before) < 3
    if ordinal or before in _LISTS["titles"]:
        return False
    if before in _LISTS["before_numbers"] and word[:1].isdigit():
        return False
    initial = len(before) == 1 and before.isalpha()
    dotted = "." in before and all(len(part) <= 2 for part in before.split("."))
    if initial or dotted or before in _LISTS["abbreviations"]:
        return word.lower() not in _LISTS["calendar"] and word.lower() in STOPWORDS.get(language, STOPWORDS["en"])
    return True
