"""Where sentences begin and end: own rules for the abbreviations, initials, ordinals and quotation marks of news."""

import re
from functools import cached_property
from typing import NamedTuple

from pipeline.enrich.remembered import Remembered
from pipeline.enrich.vocabulary import word_lists


class Sentence(NamedTuple):
    """A stretch of the body: ``body[start:end]``, trimmed."""

    start: int
    end: int
    text: str
    paragraph: int
    """Number of its paragraph, from 0."""


REACH = 80
"""Characters looked at on either side of a mark."""
LONGEST_ORDINAL = 2
"""Digits of a number that a full stop makes an ordinal: ``3. Oktober``, not ``2018.``"""
SHORTEST_COMMON = 2
"""Letters of a word that is no initial."""
REMEMBERED = 10_000
"""Last words of sentences of which it is remembered what a full stop behind them is: 1 MB."""

_MARKS = frozenset(".!?…")
_PLAIN = "。！？؟۔।॥։።"
"""Marks that always end a sentence, whether a space follows or not."""
# Possessive runs, begun only at their first character: linear on "......" and "))))))" of any length.
_CLOSING = r"(?:[ \u00a0\u202f]?»|[\"'”’“)\]]|\[\d{1,3}\])*+"
# It begins with the marks, so that the search leaps from one to the next.
_END = re.compile(
    rf"[.!?…{_PLAIN}](?:(?<=[.!?…])(?<![.!?…].)[.!?…]*+{_CLOSING}(?=\s|[^\W\d_][a-zß-ÿ])"
    rf"|(?<=[{_PLAIN}])[{_PLAIN}]*+[」』”»\"]*+)"
)
_BEFORE = re.compile(r"[^\s(\[\"“„«‘]*$")
_WORD = r"[^\W_]+(?:['’][^\W_]+)?"
_AFTER = re.compile(rf"\s*(?P<mark>[\"'“”„«»‘’‚(\[–—•*¿¡\s-]{{0,4}})(?P<word>{_WORD})?")
_PARAGRAPH = re.compile(r"[^\n]+")
_LOWER_CASE = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}+")
_ROMAN = re.compile(r"[IVXLC]{2,}")
_VOWELLESS = re.compile(r"[B-DF-HJ-NP-TV-XZ]?[b-df-hj-np-tv-xz]{1,4}")
_PART = re.compile(r"[-–/]|^[dlDL]['’]|(?<=[a-zß-ÿ])(?=str$)")
"""What parts an abbreviation from what it is joined with: ``R-Ore``, ``l'art``, ``Bahnhofstr``."""

_LISTS = word_lists("sentences")
_SPEAKER = re.compile(rf"\s+(?:[^\W\d_a-zß-ÿ][\w’'-]*\.?\s+){{1,4}}(?:{'|'.join(sorted(_LISTS['saying']))})\b")


def sentences(body: str, language: str | None) -> tuple[Sentence, ...]:
    """The sentences of the body in order; a line break always ends one."""
    rules = _Rules(body, language or "")
    found: list[Sentence] = []
    paragraph = previous_end = 0
    for line in _PARAGRAPH.finditer(body):
        paragraph += body.count("\n", previous_end, line.start()) > 1
        previous_end = line.end()
        start = line.start()
        for end in [*rules.ends(line[0]), len(line[0])]:
            begun = body[start : line.start() + end].lstrip()
            if piece := begun.rstrip():
                first = line.start() + end - len(begun)
                found.append(Sentence(first, first + len(piece), piece, paragraph))
            start = line.start() + end
    return tuple(found)


class _Rules:
    """What a mark means in one body: its language's words, and the words that the body itself writes in lower case."""

    def __init__(self, body: str, language: str) -> None:
        self.body, self.language = body, language
        self.starters = _LISTS.get(f"starters.{language}", _LISTS["starters.en"]) - _LISTS["calendar"]

    @cached_property
    def common(self) -> set[str]:
        """Words that are no names: they stand in lower case somewhere."""
        return {word for word in _LOWER_CASE.findall(self.body) if word.islower()}

    def ends(self, line: str) -> list[int]:
        """Where in the line a sentence stops and another may follow."""
        return [mark.end() for mark in _END.finditer(line) if self._is_end(line, mark)]

    def _is_end(self, line: str, mark: re.Match[str]) -> bool:
        if mark[0][0] in _PLAIN or self._is_plain_end(line, mark):
            return True
        rest = line[mark.end() : mark.end() + REACH]
        after = _AFTER.match(rest)
        opening, word = (after["mark"], after["word"] or "") if after else ("", "")
        leading = line[max(0, mark.start() - REACH) : mark.start()]
        before_mark = _BEFORE.search(leading)
        before = before_mark[0].lstrip("'’") if before_mark else ""
        if rest[:1].isalnum():  # no space: "ended.The", but also "Node.js" and "example.Com"
            return before[-3:].islower() and word.lower() in self.starters and before[-3:].isalpha()
        if (
            opening[:1] in {"–", "—"}
            or rest.lstrip()[:1] in _MARKS
            or (word.islower() and not self._is_dutch_clitic(opening, word))
        ):
            return False
        if mark[0][0] in "!?" and len(mark[0]) > 1 and mark[0][-1] not in ".!?…" and _SPEAKER.match(rest):
            return False
        return mark[0][:2] in {"..", ".…"} or mark[0][0] != "." or self._stops(leading, before, word)

    @staticmethod
    def _is_plain_end(line: str, mark: re.Match[str]) -> bool:
        """Whether it is as nine in ten ends are: a full stop behind a common word and, behind a space, a capital."""
        end = mark.end()
        if mark[0][0] != "." or line[end : end + 1] != " " or not line[end + 1 : end + 2].isupper():
            return False
        return _IS_COMMON[line[max(0, mark.start() - REACH) : mark.start()].rpartition(" ")[2]]

    def _is_dutch_clitic(self, opening: str, word: str) -> bool:
        """``'s Avonds``, ``'t Is``: these begin sentences in lower case."""
        return self.language == "nl" and opening[-1:] in {"'", "’"} and word in {"s", "t", "n", "k"}

    def _stops(self, leading: str, before: str, word: str) -> bool:
        """Whether a single full stop after ``before`` ends the sentence that ``word`` does not belong to."""
        if (before.isdigit() or len(before) == 1) and leading.strip() == before:
            return False  # the number of a list's item
        before = _PART.split(before)[-1]
        if _is_in("titles", before):
            return False
        if _is_in("before_numbers", before) and (word[:1].isdigit() or _ROMAN.fullmatch(word)):
            return False
        if before.isdigit() or _ROMAN.fullmatch(before):
            return not self._is_ordinal(before) or word.lower() in self.starters
        if len(before) == 1 and before.isalpha():
            return self._begins(word, plain=leading[: -len(before)].rstrip()[-2:].islower())
        if "." in before and all(len(part) < 3 and part.isalpha() for part in before.split(".")):
            return self._begins(word, plain=before.islower())
        if _is_in("abbreviations", before) or _VOWELLESS.fullmatch(before):
            return self._begins(word, plain=before.islower())
        return True

    def _is_ordinal(self, before: str) -> bool:
        """Whether the language writes an ordinal like this number: ``3.`` or ``II.``"""
        return self.language in _LISTS["ordinal_languages"] and (len(before) <= LONGEST_ORDINAL or not before.isdigit())

    def _begins(self, word: str, plain: bool) -> bool:
        """Whether this word begins a sentence: by its class or, where a name is unlikely, by the body's own use."""
        low = word.lower().replace("’", "'")
        return low in self.starters or (plain and low in self.common and low not in _LISTS["calendar"])


def _is_in(name: str, word: str) -> bool:
    return word in _LISTS[name] or word.lower() in _LISTS[name]


def _is_common(word: str) -> bool:
    """Whether a full stop behind this ends a sentence, whatever follows: it is no abbreviation, initial or number."""
    if len(word) < SHORTEST_COMMON or not word.isalpha() or _PART.search(word):
        return False
    special = _ROMAN.fullmatch(word) or _VOWELLESS.fullmatch(word)
    return not special and not any(_is_in(name, word) for name in ("titles", "before_numbers", "abbreviations"))


_IS_COMMON = Remembered(_is_common, REMEMBERED)
