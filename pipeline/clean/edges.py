"""Where the article begins and ends, and what stands inside it without being part of it."""

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.clean.boilerplate import has_site_voice, is_boilerplate
from pipeline.clean.candidates import Marks
from pipeline.clean.names import Says, phrases
from pipeline.clean.reading import Reading, Segment

_WORD = re.compile(r"\w+")

LONGEST_LEAD = 700
"""Characters in the longest standfirst; longer ones are the text itself."""


def plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


ENDS = frozenset(plain(phrase) for phrase in phrases("ends"))

REACH = 40
"""Segments between headline and text in which a standfirst is looked for."""

MOST_SPEAKING = 0.1
"""Share of the paragraphs of a report in which somebody speaks to the reader."""

LINKED = 0.8
"""Share of a list's text in links from which it is a list of links."""

LATEST = 0.4
"""Share of the marked text that may stand before the headline."""


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
    kept = [index for index in kept if _belongs(reading.segments[index])]
    kept = _without_link_lists(reading, kept)
    kept = _up_to_the_end(reading, _of_one_article(reading, kept))
    kept = _without_boilerplate(reading.segments, kept)
    lead = _lead(reading, kept, shown, description)
    kept = [index for index in kept if index not in lead]
    kept = _once(reading.segments, _column(reading, kept), {reading.segments[index].text for index in lead})
    kept = _without_loose_ends(reading, kept)
    return Cut(frozenset(kept), lead, shown)


def _between(reading: Reading, shown: int | None, kept: list[int]) -> list[int]:
    """The running text between the headline and the first marked segment, where it is not too far away."""
    if shown is None or not kept or kept[0] - shown > 60:
        return []
    return [
        index
        for index in range(shown + 1, kept[0])
        if reading.segments[index].prose and not reading.segments[index].noise
    ]


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
        if before > LATEST * total:
            break
        if len(segment.text) < 300 and (segment.kind == "heading" or (segment.kind == "paragraph" and not before)):
            top = segment.level == 1 and not segment.noise
            wanted = headline or (segment.text if top else "")
            if plain(wanted) == plain(segment.text) if before else _same_headline(wanted, segment.text):
                found = index
                if top:
                    break
            elif top and index in marks and before:
                break
        if index in marks:
            before += len(segment.text)
    return found


def _same_headline(stated: str, shown: str) -> bool:
    """Whether two lines are one headline; one of them may have a kicker or the site's name on top."""
    first, second = (set(_WORD.findall(text.lower())) for text in (stated, shown))
    fewer, more = sorted((len(first), len(second)))
    return fewer > 0 and len(first & second) >= 0.8 * fewer and fewer >= 0.45 * more


def _of_one_article(reading: Reading, kept: list[int]) -> list[int]:
    """Without the article elements that follow the one that the text begins in, as on pages that scroll on and on."""
    first = next((index for index in kept if reading.segments[index].prose), None)
    own = _article(reading, first) if first is not None else -1
    if own < 0:
        return kept
    inside = [
        _article(reading, index) in (own, -1) or own in reading.above(reading.segments[index].place) for index in kept
    ]
    left = [index for index, stays in zip(kept, inside, strict=True) if stays]
    return left if sum(reading.segments[index].prose for index in left) > 400 else kept


def _article(reading: Reading, index: int) -> int:
    """The article element that a segment is in; -1 for none."""
    above = reading.above(reading.segments[index].place)
    return next((place for place in above if reading.places[place].element.tag == "article"), -1)


def _once(segments: list[Segment], kept: list[int], seen: set[str]) -> list[int]:
    """Without running text that was there before: pages carry a second copy for small screens."""
    left = []
    for index in kept:
        text = segments[index].text
        if segments[index].prose:
            if text in seen:
                continue
            seen.add(text)
        left.append(index)
    return left


def _without_boilerplate(segments: list[Segment], kept: list[int]) -> list[int]:
    """Without what the site says for itself.

    Running text is left out only where the author does not speak to the reader too: what addresses nobody else in a
    report is the site's appeal, but advice and guides sound like that all along.
    """
    running = [index for index in kept if segments[index].prose]
    speaking = sum(has_site_voice(segments[index].text) for index in running)
    report = speaking <= MOST_SPEAKING * len(running)
    return [
        index
        for index in kept
        if segments[index].kind == "item"
        or not is_boilerplate(segments[index].text)
        or (segments[index].prose and not report)
    ]


def _without_link_lists(reading: Reading, kept: list[int]) -> list[int]:
    """Without lists that hardly hold anything but links: other articles, or a table of contents."""
    length: Counter[int] = Counter()
    linked: Counter[int] = Counter()
    group = {index: reading.places[reading.segments[index].place].list for index in kept}
    for index in kept:
        length[group[index]] += len(reading.segments[index].text)
        linked[group[index]] += reading.segments[index].linked
    return [index for index in kept if group[index] < 0 or linked[group[index]] < LINKED * length[group[index]]]


def _belongs(segment: Segment) -> bool:
    if segment.kind in ("image", "embed", "caption"):
        return False
    if segment.noise or not _WORD.search(segment.text):
        return False
    return segment.kind in ("item", "table") or segment.prose > 0 or segment.linked * 2 <= len(segment.text)


def _lead(reading: Reading, kept: list[int], shown: int | None, description: str | None) -> tuple[int, ...]:
    """The standfirst: between headline and text, named so or like the page's description.

    What stands in one element with the text itself is its first paragraph, whatever it is called.
    """
    if not kept:
        return ()
    prose = [index for index in kept if reading.segments[index].prose]
    first = prose[0] if prose else kept[0]
    frames = Counter(_frame(reading, index) for index in prose)
    named, other = [], []
    start = shown + 1 if shown is not None else first - REACH
    for index in range(max(start, 0), min(first + 1, start + REACH + 1)):
        if not _may_lead(reading.segments[index]):
            continue
        outside = frames[_frame(reading, index)] <= 1
        if outside and any(
            Says.LEAD in reading.places[place].says for place in reading.above(reading.segments[index].place)
        ):
            named.append(index)
        elif outside and shown is not None and description and alike(description, reading.segments[index].text) > 0.6:
            other.append(index)
    return tuple(named or other[:1])


def _may_lead(segment: Segment) -> bool:
    return (
        not segment.noise
        and segment.kind in ("paragraph", "heading", "item", "quote")
        and 20 < len(segment.text) < LONGEST_LEAD
        and segment.linked * 2 <= len(segment.text)
    )


PIECES = frozenset(["p", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "pre", "figure"])


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


def _up_to_the_end(reading: Reading, kept: list[int]) -> list[int]:
    """Up to the first line that begins what sites put below an article; the same line inside of it is left out alone."""
    prose = [reading.segments[index].prose for index in kept]
    frames = [_frame(reading, index) for index in kept]
    left = []
    for place, index in enumerate(kept):
        if not _is_end(reading.segments[index]):
            left.append(index)
            continue
        before = sum(prose[:place])
        seen = set(frames[:place])
        after = sum(length for length, frame in zip(prose[place:], frames[place:], strict=True) if frame in seen)
        if before > 0 and after < 0.1 * before:
            break
    return left


def _is_end(segment: Segment) -> bool:
    return len(segment.text) < 60 and segment.kind in ("heading", "paragraph", "item") and plain(segment.text) in ENDS


def _without_loose_ends(reading: Reading, kept: list[int]) -> list[int]:
    """Without what stands before the first and after the last stretch of text, and without headings of nothing."""
    segments = reading.segments
    frames = Counter(_frame(reading, index) for index in kept if segments[index].prose)
    main = {frame for frame, count in frames.items() if count > 2}
    first = next((place for place in range(len(kept)) if _begins(reading, kept, place, main)), 0)
    last = len(kept)
    while last > first and not _ends(segments[kept[last - 1]]):
        last -= 1
    kept = kept[first:last]
    return [index for place, index in enumerate(kept) if segments[index].kind != "heading" or place + 1 < len(kept)]


def _begins(reading: Reading, kept: list[int], place: int, main: set[tuple[str, str]]) -> bool:
    segments = reading.segments
    segment = segments[kept[place]]
    if reading.places[segment.place].element.tag == "p" and _frame(reading, kept[place]) in main and len(segment.text) > 20:
        return True
    if segment.kind == "heading":
        return place + 1 < len(kept) and segments[kept[place + 1]].prose > 0
    return segment.prose > 0 or segment.kind in ("item", "quote")


def _ends(segment: Segment) -> bool:
    return segment.kind != "heading" and (segment.prose > 0 or segment.linked * 3 <= len(segment.text))
