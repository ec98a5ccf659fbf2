"""Where the article opens: the segment that shows its headline, and its standfirst."""

from collections import Counter

from pipeline.clean.candidates import Marks
from pipeline.clean.names import Says
from pipeline.clean.segments import Reading, Segment, words_of

LATEST = 0.7
"""Share of the marked text that may stand before the headline."""

LONGEST_HEADLINE = 300
"""Characters in the longest headline."""

LONGEST_LEAD = 700
"""Characters in the longest standfirst; longer ones are the text itself."""

REACH = 40
"""Segments between headline and text in which a standfirst is looked for."""


def shown_headline(reading: Reading, marks: Marks, headline: str | None) -> int | None:
    """The segment that shows the headline: the first top heading like it, else the last segment like it.

    After marked text has begun, only a heading that is the same letter by letter counts: many pages repeat their
    headline in other words further down, or use top headings for their sections.
    """
    total = sum(reading.lengths[index] for index in marks)
    stated = words_of(headline or "")
    before, found = 0, None
    for index, segment in enumerate(reading.segments):
        if before > LATEST * total:
            break
        top = segment.level == 1 and not segment.noise
        if _is_shown(segment, stated if headline or not top else None, begun=before > 0):
            found = index
            if top:
                break
        elif top and before and index in marks:
            break
        if index in marks:
            before += len(segment.text)
    return found


def _is_shown(segment: Segment, stated: list[str] | None, *, begun: bool) -> bool:
    """Whether a segment shows the headline of these words; ``None``: whatever it says is one."""
    if len(segment.text) > LONGEST_HEADLINE or segment.kind not in ("heading", "paragraph"):
        return False
    if begun and segment.kind != "heading":
        return False
    shown = words_of(segment.text)
    stated = shown if stated is None else stated
    return stated == shown if begun else _same_headline(set(stated), set(shown))


def _same_headline(stated: set[str], shown: set[str]) -> bool:
    """Whether two lines are one headline; one of them may have a kicker or the site's name on top."""
    fewer, more = sorted((len(stated), len(shown)))
    return fewer > 0 and len(stated & shown) >= 0.8 * fewer and fewer >= 0.45 * more


def find_lead(reading: Reading, kept: list[int], shown: int | None, description: str | None) -> tuple[int, ...]:
    """The standfirst: between headline and text, named so or like the page's description.

    What stands in one element with the text itself is its first paragraph, whatever it is called.
    """
    if not kept:
        return ()
    running = [index for index in kept if reading.segments[index].prose]
    first = running[0] if running else kept[0]
    frames = Counter(reading.frame(index) for index in running)
    start = max(0, shown + 1 if shown is not None else first - REACH)
    between = range(start, min(first + 1, start + REACH + 1))
    offered = [index for index in between if _may_lead(reading.segments[index]) and frames[reading.frame(index)] <= 1]
    if named := tuple(index for index in offered if _is_named_lead(reading, index)):
        return named
    if shown is None or not description:
        return ()
    return tuple(index for index in offered if _alike(description, reading.segments[index].text) > 0.6)[:1]


def _may_lead(segment: Segment) -> bool:
    return (
        not segment.noise
        and segment.kind in ("paragraph", "heading", "item", "quote")
        and 20 < len(segment.text) < LONGEST_LEAD
        and segment.linked * 2 <= len(segment.text)
    )


def _is_named_lead(reading: Reading, index: int) -> bool:
    return any(reading.places[place].says & Says.LEAD for place in reading.above(reading.segments[index].place))


def _alike(one: str, other: str) -> float:
    """Share of the longer text's distinct words that both have."""
    first, second = set(words_of(one)), set(words_of(other))
    return len(first & second) / max(len(first), len(second), 1)
