"""A quotation in its sentence: what the author writes before and after it."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from pipeline.documents import Span
from pipeline.enrich.text import Text

INSIDE = "\x01"
"""Stands for every character of a quotation and its marks, so that only the author's words are read."""
LEAD = 600
"""Characters before a quotation that are read, so that a sentence of many quotations costs no more than others."""
BACK = 3
"""Quotations looked back at for the beginning of a sentence."""
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Capt|Sgt|Maj|Cmdr|Adm|Rev|Hon|St|Jr|Sr|Prof|No|vs|etc|Inc|Co|Corp"
    r"|Ltd|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec|[A-Z]\.(?:[A-Z]\.)*[A-Z]|[A-Z]-[A-Z][a-z]+|a\.m|p\.m)$"
)
_END = re.compile(rf"[.!?…\n](?:(?<=\n)\n*|(?<!\n)['’)\]]*(?=\s|$|{INSIDE}))")
"""It begins with the marks, so that the search leaps from one to the next."""
REACH = 12
"""Characters before a full stop that tell whether it shortens a word."""
SHORTEST_WORD = 5
"""Small letters that make no abbreviation: all of these are shorter, or have a capital before a hyphen."""


@dataclass(frozen=True)
class Frame:
    """One quotation; all offsets are the body's."""

    start: int
    end: int
    before: int
    """Where the author's sentence begins that leads to it, or the paragraph; ``LEAD`` characters before at most."""
    opening: int
    """Where its opening mark is."""
    closing: int
    """Where the text after its closing mark begins."""
    after: int
    """Where the author's sentence ends that follows it."""
    paragraph: int
    """Number of its paragraph."""
    whole: bool
    """It begins and ends as sentences do, so that it may stand without the author's words."""
    ends_sentence: bool
    """Its last character ends a sentence."""
    comma: bool
    """A comma ends it, inside of the marks or right behind them."""
    unclosed: bool
    """Its paragraph ends before its marks do: it goes on in the next one."""


class Frames:
    """The quotations of one text, and its own words around them."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self.quoted = text.quoted
        self._paragraphs = [span.start for span in text.paragraphs]

    @cached_property
    def own(self) -> str:
        """The text in plain characters, with every quotation and its marks blotted out."""
        parts, done = [], 0
        for span in self.quoted:
            start, end = self._marks(span)
            start = max(start, done)
            parts += [self._text.normal[done:start], INSIDE * (end - start)]
            done = max(end, done)
        return "".join([*parts, self._text.normal[done:]])

    @cached_property
    def ends(self) -> list[int]:
        """Where the author's sentences end, in order."""
        return [match.end() for match in _END.finditer(self.own) if not self._is_abbreviation(match)]

    def all(self) -> list[Frame]:
        """Every quotation in its frame, in order."""
        return [self._frame(span) for span in self.quoted]

    def _frame(self, span: Span) -> Frame:
        opening, closing = self._marks(span)
        paragraph = bisect_right(self._paragraphs, span.start) - 1
        begin = self._paragraphs[paragraph] if paragraph >= 0 else 0
        at = bisect_right(self.ends, opening)
        before = max(begin, self.ends[at - 1] if at else 0, self._after_whole_quote(opening, begin), opening - LEAD)
        at = bisect_left(self.ends, closing)
        after = self.ends[at] if at < len(self.ends) else len(self.own)
        text = self._text.normal[span.start : span.end].strip()
        first = next((character for character in text if character.isalnum()), "")
        closed = text[-1:] in ".!?,…-" or self.own[closing : closing + 1] in ".,!?"
        return Frame(
            start=span.start, end=span.end, before=before, opening=opening, closing=closing, after=after,
            paragraph=paragraph, whole=(first.isupper() or first.isdigit()) and closed,
            ends_sentence=text[-1:] in ".…", comma=text[-1:] == "," or self.own[closing : closing + 1] == ",",
            unclosed=self._text.body[span.end : closing].strip() == "" and self.own[closing : closing + 1] in "\n",
        )  # fmt: skip

    def _after_whole_quote(self, opening: int, begin: int) -> int:
        """The end of a quotation before, in this paragraph, that ended a sentence."""
        last = bisect_left(self.quoted, opening, key=lambda span: span.start) - 1
        for at in range(last, max(-1, last - BACK), -1):
            if self.quoted[at].start < begin:
                break
            span = self.quoted[at]
            end = self._marks(span)[1]
            if self._text.body[span.end - 1] in ".!?…" and self.own[end : end + 4].strip()[:1].isupper():
                return end
            if self._text.body[span.end - 1] in ".!?…" and self.own[end:opening].strip() == "":
                return end
        return 0

    def _marks(self, span: Span) -> tuple[int, int]:
        """The stretch of a quotation with its marks."""
        body, start, end = self._text.body, span.start, span.end
        while start and body[start - 1] in " \u00a0\u202f":
            start -= 1
        while end < len(body) and body[end] in "\u00a0\u202f ":
            end += 1
        start -= 2 if body[start - 2 : start] == "``" else 1 if start and not body[start - 1].isalnum() else 0
        end += 2 if body[end : end + 2] == "''" else 1 if end < len(body) and body[end] in "”“»«\"’'‘‟" else 0
        return max(start, 0), end

    def _is_abbreviation(self, match: re.Match[str]) -> bool:
        if match[0][0] != ".":
            return False
        start, end = max(0, match.start() - REACH), match.start()
        word = self.own[max(start, end - SHORTEST_WORD) : end]
        if len(word) == SHORTEST_WORD and word.isalpha() and word.islower() and self.own.find("-", start, end) < 0:
            return False
        return bool(_ABBREVIATED.search(self.own, start, end))
