"""Candidates for the article's text: each looks at the page in its own way and marks segments of the one reading.

They are of different kinds on purpose: where they agree they are hardly ever all wrong.

    frame    the element whose subtree is worth most          (the tree)
    stretch  the run of segments that is worth most           (the order of the text)
    heap     the element whose paragraphs lie closest to it   (after Arc90's readability)
    named    the element that template authors call the body  (the vocabulary)
    readable what readability-lxml takes for the article      (another program)
"""

from collections import defaultdict
from functools import cached_property

from lxml.html import HtmlElement

from pipeline.clean.names import Says
from pipeline.clean.program import article_text
from pipeline.clean.segments import Reading, Segment

MOST_PLACES = 5_000
"""Block-level elements of the largest page that readability-lxml is asked about; its time is not linear."""

MOST_HELD = 200_000
"""Characters of a text that is looked for in the page."""

RUN = 12
"""Characters, spaces left out, that are compared at a time."""

Marks = frozenset[int]
"""Places of segments in ``Reading.segments``."""


def worth(segment: Segment) -> float:
    """What a segment speaks for (above 0) or against (below 0) being in the article, in characters of prose."""
    if segment.kind in ("image", "embed", "caption"):
        return 0.0
    if segment.noise:
        return -20.0 - 0.5 * segment.prose - 0.5 * segment.linked
    if segment.prose:
        return segment.prose - 0.5 * segment.linked
    if segment.kind == "heading":
        return -15.0 - 0.5 * segment.linked
    if segment.kind == "table":
        return 10.0
    return -15.0 - 0.7 * segment.linked


def frame(reading: Reading) -> Marks:
    """The element whose segments are worth most together."""
    total = [0.0] * len(reading.places)
    for segment in reading.segments:
        total[segment.place] += worth(segment)
    for place in range(len(total) - 1, 0, -1):
        total[reading.places[place].parent] += total[place]
    best = max(range(len(total)), key=lambda place: total[place])
    return below(reading, {best})


def stretch(reading: Reading) -> Marks:
    """The run of segments, in reading order, that is worth most."""
    best = sum_here = 0.0
    start, span = 0, (0, 0)
    for index, segment in enumerate(reading.segments):
        if sum_here <= 0:
            sum_here, start = 0.0, index
        sum_here += worth(segment)
        if sum_here > best:
            best, span = sum_here, (start, index + 1)
    return frozenset(range(*span))


def heap(reading: Reading) -> Marks:
    """The element with the most paragraphs right below it, and its siblings of the same making."""
    score: dict[int, float] = defaultdict(float)
    for segment in reading.segments:
        if not segment.prose or segment.noise:
            continue
        points = 1 + segment.text.count(",") + segment.text.count("、") + min(segment.prose / 100, 3)
        place = reading.places[segment.place].parent
        for share in (1.0, 0.5, 0.25):
            if place >= 0:
                score[place] += points * share
                place = reading.places[place].parent
    if not score:
        return frozenset()
    best = max(score, key=lambda place: score[place])
    parent = reading.places[best].parent
    good = {
        place
        for place, points in score.items()
        if reading.places[place].parent == parent and points > 0.2 * score[best]
    }
    return below(reading, good | {best})


def named(reading: Reading) -> Marks:
    """The elements that declare themselves the article's body, by property, name or tag, in this order."""
    total = reading.places[0].prose if reading.places else 0
    ranks: list[set[int]] = [set(), set(), set(), set()]
    for index, place in enumerate(reading.places):
        element = place.element
        if place.noise or element.tag in ("html", "body") or place.kind != "paragraph":
            continue
        if "articleBody" in (element.get("itemprop") or element.get("property") or ""):
            ranks[0].add(index)
        elif place.says & Says.BODY:
            ranks[1].add(index)
        elif element.tag == "article":
            ranks[2].add(index)
        elif element.tag == "main" or element.get("role") == "main":
            ranks[3].add(index)
    for rank in ranks:
        if sum(reading.places[place].prose for place in rank) > 0.3 * total:
            if rank is ranks[2]:
                rank = {max(rank, key=lambda place: reading.places[place].prose)}
            return below(reading, rank)
    return frozenset()


def readable(reading: Reading, tree: HtmlElement) -> Marks:
    """What readability-lxml takes for the article: the most costly candidate by far."""
    return holding(reading, article_text(tree)) if len(reading.places) <= MOST_PLACES else frozenset()


def holding(reading: Reading, text: str) -> Marks:
    """The segments whose text is in ``text``, whatever its spacing: the mark of a voter that knows no segments.

    What lies beside the article is not looked for: no voter's marks count there.
    """
    held = _Held(text)
    return frozenset(
        index for index, segment in enumerate(reading.segments) if not segment.noise and held.has(segment.text)
    )


class _Held:
    """A text, spaces left out, in which others are looked for."""

    def __init__(self, text: str) -> None:
        self._text = "".join(text[:MOST_HELD].split())

    @cached_property
    def _runs(self) -> set[str]:
        return {self._text[start : start + RUN] for start in range(len(self._text) - RUN + 1)}

    def has(self, text: str) -> bool:
        """Whether a text or most of it is held."""
        packed = "".join(text.split())
        starts = range(0, len(packed) - RUN + 1, 3)
        if not starts or packed in self._text:
            return len(starts) > 0
        return sum(packed[start : start + RUN] in self._runs for start in starts) > 0.6 * len(starts)


def below(reading: Reading, places: set[int]) -> Marks:
    """The segments inside any of these places."""
    inside = [False] * len(reading.places)
    for index, place in enumerate(reading.places):
        inside[index] = index in places or (place.parent >= 0 and inside[place.parent])
    return frozenset(index for index, segment in enumerate(reading.segments) if inside[segment.place])


CHEAP = (stretch, frame, heap, named)
"""The candidates that cost next to nothing; the first wins where two have the same support."""
