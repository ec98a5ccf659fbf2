"""From the tree of a page to its reading: one walk that closes a segment at each block boundary."""

import re

from lxml import etree
from lxml.html import HtmlElement

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

LONGEST_CELL = 600
"""Characters in the longest cell of a table of data; longer ones hold the page."""

LONGEST_TIME = 40
"""Characters of a time element's attribute that are kept; the longest ISO 8601 instant has 35."""

_SPACE = re.compile(r"\s+")


def read(tree: HtmlElement) -> Reading:
    """The reading of a page; the tree stays as it is."""
    walk = _Walk()
    walk.through(tree)
    reading = Reading(walk.segments, walk.places, [len(segment.text) for segment in walk.segments])
    weigh(reading)
    return reading


class _Walk:
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
        self.time: str | None = None

    def through(self, tree: HtmlElement) -> None:
        walk = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if not self.enter(element):
                    walk.skip_subtree()
            else:
                self.leave(element)
                if element.tail and element is not tree:
                    self.add(element.tail)
        self.close()

    def leave(self, element: HtmlElement) -> None:
        """Take notice of an element that ends."""
        if self.here >= 0 and self.places[self.here].element is element:
            self.close()
            self.pre -= element.tag == "pre"
            self.here = self.places[self.here].parent
        elif element.tag == "a":
            self.end_link(element)

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
        if tag == "span" and _is_unseen(element):
            return False
        self.begin_line(element)
        return True

    def begin_line(self, element: HtmlElement) -> None:
        """Take notice of an element within a line of text."""
        if element.tag == "time":
            self.time = (element.get("datetime") or "")[:LONGEST_TIME] or None
        elif element.tag == "a":
            self.link_starts.append(len(self.pieces))
        if element.text:
            self.add(element.text)

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
            text = " " if text.isspace() else _SPACE.sub(" ", text)
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
        if not self.pieces:
            return
        text = "".join(self.pieces)
        if text and not text.isspace():
            text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
            place = max(self.here, 0)
            kind = self.places[place].kind if self.places else "paragraph"
            self.segments.append(Segment(kind, text, place, min(self.linked, len(text)), self.links, time=self.time))
            if kind == "heading":
                self.segments[-1].level = self.level(place)
        self.pieces, self.links, self.linked, self.broken, self.time = [], [], 0, False, None
        self.link_starts = [0] * len(self.link_starts)


def _is_block(element: HtmlElement) -> bool:
    tag = element.tag
    if tag in INLINE:
        return False
    return "-" not in tag or element.getparent() is None or element.getparent().tag not in ("p", *INLINE)


def _is_unseen(element: HtmlElement) -> bool:
    """Whether a stretch of a line is for screen readers or scripts alone."""
    return Says.HIDDEN in says(element.get("class") or "") or element.get("hidden") is not None


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
    if len(rows) < 2 or broad * 2 < len(rows) or longest > LONGEST_CELL:
        return ""
    return "\n".join("\t".join(cells) for cells in rows)
