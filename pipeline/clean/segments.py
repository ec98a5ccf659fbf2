"""The page as a reader sees it: a sequence of text segments, each with its place in the tree.

Every voter marks segments of this one reading: voters of any kind can be compared, and nothing is parsed twice.
A segment is what lies between two block boundaries: a paragraph, a list item, a heading, a table, or what stands
between two double line breaks. A place is a block-level element; places are numbered from the root down, parents first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml.html import HtmlElement

Kind = Literal["paragraph", "heading", "item", "quote", "table", "caption", "image", "embed"]

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    "blockquote": "quote",
    "figcaption": "caption",
    "figure": "caption",
}
"""What the text in an element is; in all others it is a paragraph."""

Frame = tuple[str, str]
"""Tag and class of an element that holds text: elements of one frame are of one making."""

LISTS = frozenset(["dl", "ol", "ul"])

PIECES = frozenset([*KINDS, *LISTS, "p", "pre", "table"])
"""Elements that hold a piece of a text, never a whole text."""

LONGEST_COMPARED = 2_000
"""Characters of a text that are compared with another."""

_WORD = re.compile(r"\w+")
_APART: Any = {code: " " for code in range(0x80) if not _WORD.match(chr(code))}
"""For plain English letters: a space for all that parts words; several times as fast as a pattern."""
_MARKS = "’“”‘–—…\u00a0"
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")


@dataclass(slots=True)
class Place:
    """A block-level element in the tree."""

    element: HtmlElement
    parent: int
    kind: Kind
    says: int
    """``Says`` of its class and id."""
    list: int
    """The list that it is in; -1 outside of one."""
    prose: int = 0
    """Characters of prose below it."""
    noise: bool = False
    """It or one above it lies around the article."""


@dataclass(slots=True)
class Segment:
    """A stretch of text between two block boundaries."""

    kind: Kind
    text: str
    place: int
    linked: int = 0
    """Characters of it inside links."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Address and text of its links."""
    url: str | None = None
    """Address of an image or embed."""
    level: int | None = None
    """Level of a heading, 1 to 6."""
    time: str | None = None
    """The ``datetime`` of a time element in it, as the page has it."""
    prose: int = 0
    """Its characters, where it reads like running text; else 0."""
    noise: bool = False


@dataclass(slots=True)
class Reading:
    """All segments of a page in reading order, and the places they are in."""

    segments: list[Segment]
    places: list[Place]
    lengths: list[int] = field(default_factory=list)
    """Characters of each segment's text."""
    _frames: dict[int, Frame] = field(default_factory=dict)
    """Frames by place, as they were asked for."""

    def above(self, place: int) -> Iterator[int]:
        """The place itself and those above it, up to the root."""
        while place >= 0:
            yield place
            place = self.places[place].parent

    def above_segment(self, index: int) -> Iterator[int]:
        """The places that a segment is in, from the innermost to the root."""
        return self.above(self.segments[index].place)

    def frame(self, index: int) -> Frame:
        """What holds a segment: tag and class of the nearest element that is more than a paragraph, list or quote."""
        place = self.segments[index].place
        if place not in self._frames:
            self._frames[place] = self._frame(place)
        return self._frames[place]

    def _frame(self, start: int) -> Frame:
        for place in self.above(start):
            element = self.places[place].element
            if element.tag not in PIECES:
                return element.tag, element.get("class") or ""
        return "", ""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; how two lines are compared wherever punctuation and case do not matter."""
    low = without_marks(text[:LONGEST_COMPARED].lower())
    return low.translate(_APART).split() if low.isascii() else _WORD.findall(low)


def without_marks(text: str) -> str:
    """A text with spaces for the marks that make most English texts something else than plain letters."""
    if not text.isascii():
        for mark in _MARKS:
            if mark in text:
                text = text.replace(mark, " ")
    return text


def has_words(text: str) -> bool:
    """Whether a text has a word at all."""
    return _WORD.search(text, 0, LONGEST_COMPARED) is not None


def breadth(text: str) -> int:
    """Characters of a text, an East Asian one counted as two: it says about as much."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))
