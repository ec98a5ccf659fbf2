"""The page as a reader sees it: a sequence of text segments, each with its place in the tree.

Every voter marks segments of this one reading: voters of any kind can be compared, and nothing is parsed twice.
A segment is what lies between two block boundaries: a paragraph, a list item, a heading, a table, or what stands
between two double line breaks. A place is a block-level element; places are numbered from the root down, parents first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from pipeline.clean.names import Says, says

Kind = Literal["paragraph", "heading", "item", "quote", "table", "caption", "image", "embed"]

INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "nobr", "q", "ruby", "rt", "s", "samp", "small", "source", "span", "strike",
        "strong", "sub", "sup", "time", "track", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
"""Elements within a line of text."""

UNREAD = frozenset(
    {
        "applet", "area", "audio", "base", "canvas", "datalist", "frame", "frameset", "head", "input", "link", "map",
        "meta", "meter", "noframes", "noscript", "object", "optgroup", "option", "param", "progress", "script",
        "select", "style", "svg", "template", "textarea", "title", "video",
    }
)  # fmt: skip
"""Elements whose content is no text to read, or only where scripts or plug-ins are missing."""

FRAMES = frozenset(["aside", "button", "dialog", "footer", "form", "menu", "nav"])
"""Elements that by the HTML standard lie beside the main content."""
ROLES = frozenset(
    {
        "alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "form", "menu", "menubar",
        "navigation", "search", "toolbar", "tooltip",
    }
)  # fmt: skip
"""Landmarks and widgets of WAI-ARIA that lie beside the main content."""

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    "blockquote": "quote",
    "figcaption": "caption",
    "figure": "caption",
}
PIECES = frozenset([*KINDS, "p", "ul", "ol", "dl", "table", "pre"])
LISTS = frozenset(["ul", "ol", "dl"])

LONGEST_CAPTION = 400
REACH = 4
SPARE = 60
TEXT_BESIDE_LINKS = 80
"""Characters of text outside of its links that make a paragraph out of a list of links."""
SERIES = 3

LONGEST_COMPARED = 2_000
"""Characters of a text that are compared with another."""

_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.I)
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_SENTENCE = re.compile(r"[.!?…。！？؟।։።][\"'”’»)\]]*(?:\s|$)")


@dataclass(slots=True)
class Place:
    """A block-level element in the tree."""

    element: HtmlElement
    parent: int
    kind: Kind
    says: Says
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

    def above(self, place: int) -> Iterator[int]:
        """The place itself and those above it, up to the root."""
        while place >= 0:
            yield place
            place = self.places[place].parent

    def above_segment(self, index: int) -> Iterator[int]:
        """The places that a segment is in, from the innermost to the root."""
        return self.above(self.segments[index].place)

    def frame(self, index: int) -> tuple[str, str]:
        """What holds a segment: tag and class of the nearest element that is more than a paragraph, list or quote."""
        for place in self.above_segment(index):
            element = self.places[place].element
            if element.tag not in PIECES:
                return element.tag, element.get("class") or ""
        return "", ""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; how two lines are compared wherever punctuation and case do not matter."""
    return _WORD.findall(text[:LONGEST_COMPARED].lower())


def read(tree: HtmlElement) -> Reading:
    """The reading of a page; the tree stays as it is."""
    reader = _Reader()
    reader.read(tree)
    reading = Reading(reader.segments, reader.places, [len(segment.text) for segment in reader.segments])
    _weigh(reading)
    return reading


class _Reader:
    """Walks the tree once, and closes a segment at each block boundary."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.places: list[Place] = []
        self.here = -1
        self.pieces: list[str] = []
        self.linked = 0
        self.links: list[tuple[str, str]] = []
        self.link_starts: list[int] = []
        self.pre = 0
        self.broken = False

    def read(self, tree: HtmlElement) -> None:
        walk = etree.iterwalk(tree, events=("start", "end"))
        opened: list[HtmlElement] = []
        for event, element in walk:
            if event == "start":
                if not self.enter(element):
                    walk.skip_subtree()
                elif _is_block(element):
                    opened.append(element)
            else:
                if opened and opened[-1] is element:
                    opened.pop()
                    self.close()
                    self.pre -= element.tag == "pre"
                    self.here = self.places[self.here].parent
                elif element.tag == "a":
                    self.end_link(element)
                if element.tail and element is not tree:
                    self.add(element.tail)
        self.close()

    def enter(self, element: HtmlElement) -> bool:
        """Take notice of an element that starts; False: what is in it is not read."""
        tag = element.tag
        if tag in UNREAD:
            return False
        if tag == "br":
            self.break_line()
            return False
        if tag == "img":
            self.add_object(element, "image", element.get("alt") or "")
            return False
        if tag in ("iframe", "embed", "hr"):
            self.close()
            if tag != "hr":
                self.add_object(element, "embed", element.get("title") or "")
            return False
        if _is_block(element):
            return self.open(element)
        if tag == "a":
            self.link_starts.append(len(self.pieces))
        if element.text:
            self.add(element.text)
        return True

    def open(self, element: HtmlElement) -> bool:
        self.close()
        above = self.places[self.here] if self.here >= 0 else None
        names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        meaning = says(names) if names else Says.NOTHING
        kind: Kind = KINDS.get(element.tag, "paragraph")
        if (
            above is not None
            and above.kind != "paragraph"
            and (kind == "paragraph" or above.kind in ("quote", "caption"))
        ):
            kind = above.kind
        if Says.CAPTION in meaning and element.tag not in ("body", *LISTS) and kind in ("paragraph", "item"):
            kind = "caption"
        here = len(self.places)
        inside = above.list if above is not None else -1
        self.places.append(Place(element, self.here, kind, meaning, here if element.tag in LISTS else inside))
        self.here = here
        self.pre += element.tag == "pre"
        if element.tag == "table" and (rows := data_rows(element)):
            self.segments.append(Segment("table", rows, here))
            self.here = self.places[here].parent
            self.pieces.clear()
            return False
        if element.text:
            self.add(element.text)
        return True

    def add(self, text: str) -> None:
        if not self.pre:
            text = _SPACE.sub(" ", text)
        if self.broken and not text.isspace():
            self.broken = False
        self.pieces.append(text)
        if self.link_starts:
            self.linked += len(text.strip())

    def break_line(self) -> None:
        if self.broken and not self.link_starts:
            self.close()
        else:
            self.pieces.append("\n")
            self.broken = True

    def end_link(self, element: HtmlElement) -> None:
        if not self.link_starts:
            return
        start = self.link_starts.pop()
        text = "".join(self.pieces[start:]).strip()
        if text and element.get("href"):
            self.links.append((element.get("href"), text))

    def level(self, place: int) -> int:
        while not self.places[place].element.tag[1:].isdigit():
            place = self.places[place].parent
        return int(self.places[place].element.tag[1:])

    def add_object(self, element: HtmlElement, kind: Kind, text: str) -> None:
        if url := address(element):
            self.segments.append(Segment(kind, _SPACE.sub(" ", text).strip(), self.here, url=url))

    def close(self) -> None:
        """End the segment at a block boundary."""
        text = "".join(self.pieces)
        if text and not text.isspace():
            text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
            place = max(self.here, 0)
            kind = self.places[place].kind if self.places else "paragraph"
            self.segments.append(Segment(kind, text, place, min(self.linked, len(text)), self.links))
            if kind == "heading":
                self.segments[-1].level = self.level(place)
        self.pieces, self.links, self.linked, self.broken = [], [], 0, False
        self.link_starts = [0] * len(self.link_starts)


def _is_block(element: HtmlElement) -> bool:
    tag = element.tag
    if tag in INLINE:
        return False
    return "-" not in tag or element.getparent() is None or element.getparent().tag not in ("p", *INLINE)


def address(element: HtmlElement) -> str | None:
    """Where an image or embed lies: lazily loaded ones keep the true address in a data attribute."""
    for name in ("data-src", "data-original", "data-lazy-src", "src"):
        value = (element.get(name) or "").strip()
        if value and not value.startswith(("data:", "about:", "javascript:", "blob:")):
            return value
    return None


def data_rows(table: HtmlElement) -> str:
    """The rows of a table of data, cells parted by a tab; empty for a table that only lays out the page."""
    if (
        table.get("role") == "presentation"
        or next(table.iterdescendants("table", "form", "article", "h1"), None) is not None
    ):
        return ""
    rows = []
    for row in table.iter("tr"):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row.iterchildren("td", "th")]
        if any(cells):
            rows.append(cells)
    broad = sum(len(row) > 1 for row in rows)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if len(rows) < 2 or broad * 2 < len(rows) or longest > 600:
        return ""
    return "\n".join("\t".join(cells) for cells in rows)


def _weigh(reading: Reading) -> None:
    """Find how much prose is where, then which places lie around the article."""
    places = reading.places
    _find_captions(reading)
    for segment in reading.segments:
        segment.prose = prose(segment)
        if places:
            places[segment.place].prose += segment.prose
    for place in reversed(places):
        if place.parent >= 0:
            places[place.parent].prose += place.prose
    total = places[0].prose if places else 0
    for place in places:
        above = place.parent >= 0 and places[place.parent].noise
        place.noise = above or _lies_beside(place, total)
    for segment in reading.segments:
        segment.noise = bool(places) and places[segment.place].noise


def _find_captions(reading: Reading) -> None:
    """Take for captions what stands in one element with a picture and little else."""
    places = reading.places
    text = [0] * len(places)
    pictured = [False] * len(places)
    for segment in reading.segments:
        if segment.kind == "image":
            pictured[segment.place] = True
        else:
            text[segment.place] += len(segment.text)
    for place in range(len(places) - 1, 0, -1):
        above = places[place].parent
        text[above] += text[place]
        pictured[above] |= pictured[place]
    found = [segment for segment in reading.segments if _is_caption(reading, segment, text, pictured)]
    loose = [segment for segment in found if places[segment.place].element.tag == "p"]
    if len(loose) >= SERIES:
        found = [segment for segment in found if places[segment.place].element.tag != "p"]
    for segment in found:
        segment.kind = "caption"


def _is_caption(reading: Reading, segment: Segment, text: list[int], pictured: list[bool]) -> bool:
    if segment.kind != "paragraph" or segment.links or not 3 < len(segment.text) < LONGEST_CAPTION:
        return False
    for place, _ in zip(reading.above(segment.place), range(REACH), strict=False):
        if text[place] > len(segment.text) + SPARE or reading.places[place].element.tag in ("article", "body", "main"):
            return False
        if pictured[place] and reading.places[place].element.tag != "p":
            return True
    return False


def breadth(text: str) -> int:
    """Characters of a text, an East Asian one counted as two: it says about as much."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def prose(segment: Segment) -> int:
    """Characters that read like running text: of some length, hardly linked, mostly with an end of a sentence."""
    length = breadth(segment.text)
    if segment.kind in ("heading", "caption", "image", "embed", "table") or length < 40:
        return 0
    if segment.linked * 2 > length and length - segment.linked < TEXT_BESIDE_LINKS:
        return 0
    if length < 200 and not _SENTENCE.search(segment.text):
        return 0
    return length - segment.linked


def _lies_beside(place: Place, total: int) -> bool:
    """Whether tag, role, style or name put a place beside the article, and it is not most of what there is to read."""
    element = place.element
    if element.tag in ("html", "body"):
        return False
    rest = total - place.prose
    if Says.APART in place.says or element.tag in ("nav", "footer"):
        return rest > 300
    marked = (
        element.tag in FRAMES
        or (element.get("role") or "").lower() in ROLES
        or bool(place.says & (Says.NOISE | Says.HIDDEN) and Says.BODY not in place.says)
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_UNSEEN.search((element.get("style") or "")[:200]))
    )
    return marked and place.prose <= 0.4 * total
