"""Where the article begins and ends, and what stands inside it without being part of it."""

import re
from dataclasses import dataclass

from pipeline.clean.candidates import Marks
from pipeline.clean.names import Says
from pipeline.clean.reading import Reading, Segment

LONGEST_LEAD = 700
"""Characters in the longest standfirst; longer ones are the text itself."""

EARLY = 0.15
"""Share of the marked text that may stand before the headline."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Cut:
    """The article's text within the reading."""

    marks: Marks
    lead: tuple[int, ...]
    """Segments of the standfirst; not in ``marks``."""
    headline: int | None
    """The segment that shows the headline."""


def cut(reading: Reading, marks: Marks, *, headline: str | None, description: str | None) -> Cut:
    """Trim a candidate to the article: nothing up to the headline, no standfirst, no loose ends."""
    shown = _shown_headline(reading, marks, headline)
    kept = [index for index in sorted(marks) if shown is None or index > shown]
    kept = _between(reading, shown, kept) + kept
    kept = [index for index in kept if _belongs(reading, reading.segments[index])]
    lead = _lead(reading, kept, shown, description)
    kept = [index for index in kept if index not in lead]
    kept = _column(reading, kept)
    kept = _without_loose_ends(reading, kept)
    return Cut(frozenset(kept), lead, shown)


def _between(reading: Reading, shown: int | None, kept: list[int]) -> list[int]:
    """The running text between the headline and the first marked segment, where it is not too far away."""
    if shown is None or not kept or kept[0] - shown > 60:
        return []
    return [index for index in range(shown + 1, kept[0]) if reading.segments[index].prose and not reading.segments[index].noise]


def alike(one: str, other: str) -> float:
    """Share of the longer text's distinct words that both have; case does not count."""
    first, second = (set(_WORD.findall(text[:2000].lower())) for text in (one, other))
    return len(first & second) / max(len(first), len(second), 1)


def _shown_headline(reading: Reading, marks: Marks, headline: str | None) -> int | None:
    """The segment that shows the headline: the first top heading like it, else the last segment like it.

    Only where hardly any of the marked text stands before it; many pages repeat their headline further down.
    """
    total = sum(reading.lengths[index] for index in marks)
    before, found = 0, None
    for index, segment in enumerate(reading.segments):
        if before > EARLY * total:
            break
        if segment.kind in ("heading", "paragraph") and len(segment.text) < 300:
            top = segment.level == 1 and not segment.noise
            wanted = headline or (segment.text if top else "")
            if wanted and alike(wanted, segment.text) > 0.75:
                found = index
                if top:
                    break
        if index in marks:
            before += len(segment.text)
    return found


def _belongs(reading: Reading, segment: Segment) -> bool:
    if segment.kind in ("image", "embed", "caption"):
        return False
    if segment.noise:
        return False
    return segment.kind in ("item", "table") or segment.linked * 2 <= len(segment.text)


def _lead(reading: Reading, kept: list[int], shown: int | None, description: str | None) -> tuple[int, ...]:
    """The standfirst: named so, or a heading or a paragraph like the page's description between headline and text."""
    if shown is None:
        return ()
    first_prose = next((index for index in kept if reading.segments[index].prose), None)
    end = first_prose + 1 if first_prose is not None else len(reading.segments)
    named, other = [], []
    for index in range(shown + 1, min(end, shown + 40)):
        segment = reading.segments[index]
        if (
            segment.noise
            or segment.kind in ("image", "embed", "caption", "table")
            or not 20 < len(segment.text) < LONGEST_LEAD
        ):
            continue
        if segment.linked * 2 > len(segment.text):
            continue
        if any(
            Says.LEAD in reading.places[place].says and Says.BODY not in reading.places[place].says
            for place in reading.above(segment.place)
        ):
            named.append(index)
        elif index not in kept and description and alike(description, segment.text) > 0.6:
            other.append(index)
    return tuple(named or other[:1])


PIECES = frozenset("p li ul ol dl dt dd blockquote h1 h2 h3 h4 h5 h6 table pre figure".split())


def _frame(reading: Reading, index: int) -> tuple[str, str]:
    """What holds the segment: tag and class of the nearest element that is more than a paragraph, list or quote."""
    for place in reading.above(reading.segments[index].place):
        element = reading.places[place].element
        if element.tag not in PIECES:
            return element.tag, element.get("class") or ""
    return "", ""


def _column(reading: Reading, kept: list[int]) -> list[int]:
    prose = {}
    for index in kept:
        if p := reading.segments[index].prose:
            f = _frame(reading, index)
            prose[f] = prose.get(f, 0) + p
    total = sum(prose.values())
    core = {f for f, p in prose.items() if p >= SHARE * total}
    last = len(kept)
    while last and _frame(reading, kept[last - 1]) not in core:
        last -= 1
    left = kept[:last]
    return left if sum(reading.segments[i].prose for i in left) > 0.6 * total else kept


SHARE = 0.05


def _without_loose_ends(reading: Reading, kept: list[int]) -> list[int]:
    """Without what stands before the first and after the last stretch of text, and without headings of nothing."""
    segments = reading.segments
    first = next((place for place, index in enumerate(kept) if _begins(segments, kept, place)), 0)
    last = len(kept)
    while last > first and not _ends(segments[kept[last - 1]]):
        last -= 1
    kept = kept[first:last]
    return [index for place, index in enumerate(kept) if segments[index].kind != "heading" or place + 1 < len(kept)]


def _begins(segments: list[Segment], kept: list[int], place: int) -> bool:
    segment = segments[kept[place]]
    if segment.kind == "heading":
        return place + 1 < len(kept) and segments[kept[place + 1]].prose > 0
    return segment.prose > 0 or segment.kind in ("item", "quote")


def _ends(segment: Segment) -> bool:
    return segment.kind != "heading" and (segment.linked * 3 <= len(segment.text))
