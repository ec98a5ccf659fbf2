"""From the tree of a page to its reading: one walk that closes a segment at each block boundary."""

import re

from lxml.html import HtmlElement

from pipeline.clean.elements import Elements, elements_of, text_in
from pipeline.clean.names import Says, says
from pipeline.clean.segments import KINDS, LISTS, Kind, Place, Reading, Segment
from pipeline.clean.weighing import weigh

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

SINGLE = frozenset(["br", "embed", "hr", "iframe", "img"])
"""Elements that hold no text, and stand for something."""

_KINDS_OF = {**dict.fromkeys(INLINE, INLINE), **dict.fromkeys(UNREAD, UNREAD), **dict.fromkeys(SINGLE, SINGLE)}

LONGEST_CELL = 600
"""Characters in the longest cell of a table of data; longer ones hold the page."""

LONGEST_TIME = 40
"""Characters of a time element's attribute that are kept; the longest ISO 8601 instant has 35."""

_SPACE = re.compile(r"\s+")


def read(tree: HtmlElement, elements: Elements | None = None) -> Reading:
    """The reading of a page, whose elements may be known already; the tree stays as it is."""
    walk = _Walk()
    walk.through(elements or elements_of(tree))
    reading = Reading(walk.segments, walk.places, [len(segment.text) for segment in walk.segments])
    weigh(reading)
    return reading


class _Walk:
    """Walks the tree once, and closes a segment at each block boundary."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.places: list[Place] = []
        self.here = -1
        self.block: HtmlElement | None = None
        """The element of the place that is open."""
        self.pieces: list[str] = []
        self.linked = 0
        self.links: list[tuple[str, str]] = []
        self.link_starts: list[int] = []
        self.pre = 0
        self.broken = False
        self.time: str | None = None

    def through(self, elements: Elements) -> None:
        """Pass all elements in order; where each ends is told by its parent, at half of what ``iterwalk`` takes."""
        path: list[HtmlElement] = []
        unread: set[HtmlElement] = set()
        for element, names, identity in elements:
            above = element.getparent()
            if above in unread:
                unread.add(element)
                continue
            if path and path[-1] is not above:
                self.end(path, above)
            path.append(element)
            if not self.enter(element, names, identity):
                unread.add(element)
        self.end(path, path[0])
        self.close()

    def end(self, path: list[HtmlElement], above: HtmlElement) -> None:
        """Take notice of the end of all elements below one on the path, and of the text behind each."""
        while path[-1] is not above:
            element = path.pop()
            if element is self.block:
                self.leave()
            elif self.link_starts and element.tag == "a":
                self.end_link(element)
            if (text := element.tail) and (self.pieces or self.time or not text.isspace()):
                self.add(text)

    def enter(self, element: HtmlElement, names: str | None, identity: str | None) -> bool:
        """Take notice of an element that starts; False: what is in it is not read."""
        tag = element.tag
        kind = _KINDS_OF.get(tag)
        if kind is INLINE:
            if tag == "span" and _is_unseen(element, names):
                return False
            self.begin_line(element, tag)
            return True
        if kind is not None:
            if kind is SINGLE:
                self.add_single(element, tag)
            return False
        if "-" in tag and _is_within_line(element):
            self.begin_line(element, tag)
            return True
        if self.pieces:
            self.close()
        return self.open(element, tag, says(f"{names or ''} {identity or ''}") if names or identity else Says.NOTHING)

    def begin_line(self, element: HtmlElement, tag: str) -> None:
        """Take notice of an element within a line of text."""
        if tag == "time":
            self.time = (element.get("datetime") or "")[:LONGEST_TIME] or None
        elif tag == "a":
            self.link_starts.append(len(self.pieces))
        if text := element.text:
            self.add(text)

    def add_single(self, element: HtmlElement, tag: str) -> None:
        """Take notice of an element that holds no text."""
        if tag == "br":
            self.break_line()
        elif tag == "img":
            self.add_object(element, "image", element.get("alt") or "")
        else:
            self.close()
            if tag != "hr":
                self.add_object(element, "embed", element.get("title") or "")

    def open(self, element: HtmlElement, tag: str, meaning: int) -> bool:
        """Begin a place at a block boundary; False: what is in it is not read."""
        above = self.places[self.here] if self.here >= 0 else None
        here = len(self.places)
        outside = above.list if above is not None else -1
        inside = here if tag in LISTS else outside
        kind = KINDS.get(tag, "paragraph")
        if (above is not None and above.kind != "paragraph") or meaning & Says.CAPTION:
            kind = _kind(tag, meaning, above)
        self.places.append(Place(element, self.here, kind, meaning, inside))
        if tag == "table" and (rows := data_rows(element)):
            self.segments.append(Segment("table", rows, here))
            return False
        self.here, self.block = here, element
        if tag == "pre":
            self.pre += 1
        if (text := element.text) and (self.time or not text.isspace()):
            self.add(text)
        return True

    def leave(self) -> None:
        """End the place that is open."""
        if self.pieces:
            self.close()
        place = self.places[self.here]
        if self.pre and place.element.tag == "pre":
            self.pre -= 1
        self.here = place.parent
        self.block = self.places[self.here].element if self.here >= 0 else None

    def add(self, text: str) -> None:
        if text.isspace():
            if not self.pieces and self.time is None:
                return
            text = text if self.pre else " "
        else:
            self.broken = False
            if self.link_starts and not self.pre:
                if "  " in text or not text.isprintable():  # no space but the plain one is printable
                    text = _SPACE.sub(" ", text)
            elif not self.pre and "\n" in text:
                text = text.replace("\n", " ")
            if self.link_starts:
                self.linked += len(text.strip())
        self.pieces.append(text)

    def break_line(self) -> None:
        if self.broken and not self.link_starts:
            self.close()
        else:
            self.pieces.append("\n")
            self.broken = True

    def end_link(self, element: HtmlElement) -> None:
        start = self.link_starts.pop()
        text = "".join(self.pieces[start:]).strip()
        if text and (reference := element.get("href")):
            self.links.append((reference, text))

    def level(self, place: int) -> int:
        while not self.places[place].element.tag[1:].isdigit():
            place = self.places[place].parent
        return int(self.places[place].element.tag[1:])

    def add_object(self, element: HtmlElement, kind: Kind, text: str) -> None:
        if url := address(element):
            self.segments.append(Segment(kind, " ".join(text.split()), self.here, url=url))

    def close(self) -> None:
        """End the segment at a block boundary."""
        if not self.pieces:
            return
        if text := _lined("".join(self.pieces)):
            place = self.here if self.here > 0 else 0
            kind = self.places[place].kind if self.places else "paragraph"
            self.segments.append(Segment(kind, text, place, min(self.linked, len(text)), self.links, time=self.time))
            if kind == "heading":
                self.segments[-1].level = self.level(place)
            self.links = []
        self.pieces, self.linked, self.broken, self.time = [], 0, False, None
        if self.link_starts:
            self.link_starts = [0] * len(self.link_starts)


def _lined(text: str) -> str:
    """The lines of a text that hold something, each without spare spaces."""
    text = text.strip()
    if "  " not in text and text.isprintable():  # no space but the plain one is printable
        return text
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _kind(tag: str, meaning: int, above: Place | None) -> Kind:
    """What the text in a block is, which its name and the block around it have a say in."""
    kind = KINDS.get(tag, "paragraph")
    if above is not None and above.kind != "paragraph" and (kind == "paragraph" or above.kind in ("quote", "caption")):
        kind = above.kind
    if meaning & Says.CAPTION and kind in ("paragraph", "item") and tag != "body" and tag not in LISTS:
        kind = "caption"
    return kind


def _is_within_line(element: HtmlElement) -> bool:
    """Whether an element of a site's own making stands in a line of text."""
    above = element.getparent()
    return above is not None and (above.tag == "p" or above.tag in INLINE)


def _is_unseen(element: HtmlElement, names: str | None) -> bool:
    """Whether a stretch of a line is for screen readers or scripts alone."""
    return bool(names and says(names) & Says.HIDDEN) or element.get("hidden") is not None


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
        cells = [" ".join(text_in(cell).split()) for cell in row.iterchildren("td", "th")]
        if any(cells):
            rows.append(cells)
    broad = sum(len(row) > 1 for row in rows)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if len(rows) < 2 or broad * 2 < len(rows) or longest > LONGEST_CELL:
        return ""
    return "\n".join("\t".join(cells) for cells in rows)
