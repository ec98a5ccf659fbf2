"""What the segments of a page weigh: which are captions, which are running text, and which lie beside the article."""

import re
from collections import Counter

from lxml.html import HtmlElement

from pipeline.clean.names import Says
from pipeline.clean.segments import Place, Reading, Segment, breadth

FRAMES = frozenset(["aside", "button", "dialog", "footer", "form", "menu", "nav"])
"""Elements that by the HTML standard lie beside the main content."""

ROLES = frozenset(
    {
        "alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "form", "menu", "menubar",
        "navigation", "search", "toolbar", "tooltip",
    }
)  # fmt: skip
"""Landmarks and widgets of WAI-ARIA that lie beside the main content."""

LONGEST_HEADING = 500
"""Characters in the longest heading."""

LONGEST_CAPTION = 400
"""Characters in the longest caption that is known by its place alone."""

NEARBY = 4
"""Elements up from a caption in which its picture is looked for."""

SPARE = 60
"""Characters of other text that may stand with picture and caption."""

SERIES = 3
"""Pictures with a paragraph from which such paragraphs are the text of a picture story."""

SHORTEST_PROSE = 40
"""Characters in the shortest running text; East Asian ones count as two."""

SELF_EVIDENT = 200
"""Characters from which a text is running text without the end of a sentence."""

TEXT_BESIDE_LINKS = 80
"""Characters of text outside of its links that make a paragraph out of a list of links."""

MOST_BESIDE = 0.4
"""Share of the page's running text in one place from which names and tags are not believed."""

LEAST_ARTICLE = 0.1
"""Share of the page's running text that must be left when all that lies beside the article is taken away."""

ENOUGH = 300
"""Characters of running text elsewhere without which comments are what the page is about."""

_CLASS = ["class"]
_TELLING = frozenset(["aria-hidden", "hidden", "role", "style"])
"""Attributes that can put an element beside the article; few have any."""
_UNSEEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.I)
_SENTENCE = re.compile(r"[.!?…。！？؟।։።][\"'”’»)\]]*(?:\s|$)")


def weigh(reading: Reading) -> None:
    """Find the captions, how much prose is where, and which places lie beside the article."""
    if not reading.places:
        return
    _doubt_headings(reading)
    _find_captions(reading)
    for segment in reading.segments:
        segment.prose = prose(segment)
        reading.places[segment.place].prose += segment.prose
    for place in reversed(reading.places[1:]):
        reading.places[place.parent].prose += place.prose
    total = reading.places[0].prose
    if _set_aside(reading, MOST_BESIDE * total) < LEAST_ARTICLE * total:
        _set_aside(reading, 0)


def _set_aside(reading: Reading, most: float) -> int:
    """Mark what lies beside the article, in places of at most ``most`` prose; the prose that is left."""
    total = reading.places[0].prose
    for place in reading.places:
        above = place.parent >= 0 and reading.places[place.parent].noise
        place.noise = above or _lies_beside(place, most, rest=total - place.prose)
    for segment in reading.segments:
        segment.noise = reading.places[segment.place].noise
    return sum(segment.prose for segment in reading.segments if not segment.noise)


def _lies_beside(place: Place, most: float, *, rest: int) -> bool:
    """Whether tag, role, style or name put a place beside the article."""
    element = place.element
    if element.tag in ("html", "body"):
        return False
    if place.says & Says.APART or element.tag in ("nav", "footer"):
        return rest > ENOUGH
    if place.prose > most:
        return False
    if element.tag in FRAMES or place.says & (Says.NOISE | Says.HIDDEN):
        return True
    names = element.keys()
    return not (names == _CLASS or _TELLING.isdisjoint(names)) and _is_beside(element)


def _is_beside(element: HtmlElement) -> bool:
    """Whether its attributes put an element beside the article."""
    return (
        (element.get("role") or "").lower() in ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_UNSEEN.search((element.get("style") or "")[:200]))
    )


def _doubt_headings(reading: Reading) -> None:
    """Take for paragraphs what stands in a heading that holds a whole text: it was never closed, or is misused."""
    top = [-1] * len(reading.places)
    for index, place in enumerate(reading.places):
        if place.kind == "heading":
            inside = place.parent >= 0 and reading.places[place.parent].kind == "heading"
            top[index] = top[place.parent] if inside else index
    headings = [segment for segment in reading.segments if segment.kind == "heading"]
    length: Counter[int] = Counter()
    for segment in headings:
        length[top[segment.place]] += breadth(segment.text)
    for segment in headings:
        if length[top[segment.place]] > LONGEST_HEADING:
            segment.kind, segment.level = "paragraph", None


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
    for place, _ in zip(reading.above(segment.place), range(NEARBY), strict=False):
        if text[place] > len(segment.text) + SPARE or reading.places[place].element.tag in ("article", "body", "main"):
            return False
        if pictured[place] and reading.places[place].element.tag != "p":
            return True
    return False


def prose(segment: Segment) -> int:
    """Characters that read like running text: of some length, hardly linked, mostly with an end of a sentence."""
    length = breadth(segment.text)
    if segment.kind in ("heading", "caption", "image", "embed", "table") or length < SHORTEST_PROSE:
        return 0
    if segment.linked * 2 > length and length - segment.linked < TEXT_BESIDE_LINKS:
        return 0
    if length < SELF_EVIDENT and not _SENTENCE.search(segment.text):
        return 0
    return length - segment.linked
