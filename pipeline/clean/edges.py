"""Where the article begins and ends within what was marked, and what is cut off there."""

from collections import Counter
from dataclasses import dataclass

from pipeline.clean.candidates import Marks
from pipeline.clean.inside import belongs, of_one_article, once, without_boilerplate, without_link_lists
from pipeline.clean.names import phrases
from pipeline.clean.opening import find_lead, shown_headline
from pipeline.clean.segments import Frame, Reading, Segment, words_of
from pipeline.clean.signatures import is_signature

ENDS = frozenset(tuple(words_of(phrase)) for phrase in phrases("ends"))
"""Headings that begin what sites put below an article, as words."""

LONGEST_END = 60
"""Characters in the longest line that can be such a heading."""

COLUMN = 0.05
"""Share of the running text from which an element is one of those that hold the article's text."""

TEASERS = 3
"""Linked headings in a row from which they are teasers of other articles."""

LONGEST_TEASER = 300
"""Most characters of running text under such a heading."""

OPENING = 4
"""Segments within which a byline stands above the text, below a standfirst for instance."""


@dataclass(frozen=True)
class Cut:
    """The article's text within the reading."""

    marks: Marks
    lead: tuple[int, ...]
    """Segments of the standfirst; not in ``marks``."""
    headline: int | None
    """The segment that shows the headline."""


def cut(reading: Reading, marks: Marks, *, headline: str | None, description: str | None) -> Cut:
    """Trim a candidate to the article: nothing up to the headline, no standfirst, no foreign matter, no loose ends."""
    segments = reading.segments
    shown = shown_headline(reading, marks, headline)
    kept = [index for index in sorted(marks) if shown is None or index > shown]
    kept = _without_teasers(segments, kept)
    kept = [index for index in kept if belongs(segments[index])]
    kept = of_one_article(reading, without_link_lists(reading, kept))
    kept = without_boilerplate(segments, _up_to_the_end(reading, kept))
    kept = [index for place, index in enumerate(kept) if place >= OPENING or not is_signature(segments[index].text)]
    lead = find_lead(reading, kept, shown, description)
    kept = _within_column(reading, [index for index in kept if index not in lead])
    kept = once(segments, kept, {segments[index].text for index in lead})
    return Cut(frozenset(_without_loose_ends(reading, kept)), lead, shown)


def _without_teasers(segments: list[Segment], kept: list[int]) -> list[int]:
    """Without a tail of linked headings that have little text each: teasers of other articles."""
    linked = prose = 0
    end = len(kept)
    for place in range(len(kept) - 1, -1, -1):
        segment = segments[kept[place]]
        prose += segment.prose
        if prose > LONGEST_TEASER:
            break
        if segment.kind == "heading":
            if not _leads_away(segment):
                break
            linked, prose = linked + 1, 0
            end = place if linked >= TEASERS else end
    return kept[:end]


def _leads_away(heading: Segment) -> bool:
    """Whether a heading is a link to another page."""
    return heading.linked * 5 >= len(heading.text) * 2 and any(not url.startswith("#") for url, _ in heading.links)


def _up_to_the_end(reading: Reading, kept: list[int]) -> list[int]:
    """Up to the first line that begins what sites put below an article.

    The same line further up, with more to come of the elements that hold the text so far, is left out alone.
    """
    rest: Counter[Frame] = Counter()
    for index in kept:
        rest[reading.frame(index)] += reading.segments[index].prose
    left: list[int] = []
    before = to_come = 0
    seen: set[Frame] = set()
    for index in kept:
        segment, frame = reading.segments[index], reading.frame(index)
        if _is_end(segment):
            if before and to_come < 0.1 * before:
                break
            continue
        left.append(index)
        if frame not in seen:
            seen.add(frame)
            to_come += rest[frame]
        to_come -= segment.prose
        before += segment.prose
    return left


def _is_end(segment: Segment) -> bool:
    if len(segment.text) > LONGEST_END or segment.kind not in ("heading", "paragraph", "item"):
        return False
    return tuple(words_of(segment.text)) in ENDS


def _within_column(reading: Reading, kept: list[int]) -> list[int]:
    """Without a tail that lies in other elements than the text, where that tail is small."""
    prose: Counter[Frame] = Counter()
    for index in kept:
        prose[reading.frame(index)] += reading.segments[index].prose
    column = {frame for frame, length in prose.items() if length >= COLUMN * prose.total()}
    last = len(kept)
    while last and reading.frame(kept[last - 1]) not in column:
        last -= 1
    inside = sum(reading.segments[index].prose for index in kept[:last])
    return kept[:last] if inside > 0.6 * prose.total() else kept


def _without_loose_ends(reading: Reading, kept: list[int]) -> list[int]:
    """Without what stands before the first and after the last stretch of text."""
    segments = reading.segments
    frames = Counter(reading.frame(index) for index in kept if segments[index].prose)
    column = {frame for frame, count in frames.items() if count > 2}
    first, last = 0, len(kept)
    while first < last and not _begins(reading, kept, first, column):
        first += 1
    while last > first and not _ends(segments[kept[last - 1]]):
        last -= 1
    return kept[first:last]


def _begins(reading: Reading, kept: list[int], place: int, column: set[Frame]) -> bool:
    segment = reading.segments[kept[place]]
    if is_signature(segment.text):
        return False
    if segment.kind == "heading":
        return place + 1 < len(kept) and reading.segments[kept[place + 1]].prose > 0
    if segment.prose or segment.kind in ("item", "quote"):
        return True
    return (
        len(segment.text) > 20
        and reading.places[segment.place].element.tag == "p"
        and reading.frame(kept[place]) in column
    )


def _ends(segment: Segment) -> bool:
    if segment.kind == "heading" or is_signature(segment.text):
        return False
    return segment.prose > 0 or segment.linked * 3 <= len(segment.text)
