"""Live blogs: which entry a block belongs to, told by the times that stand above the entries."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.clean.fields.stamps import read_stamp
from pipeline.clean.segments import Segment

ENTRIES = 3
"""Times with text of their own from which a page is a live blog; an article has two, published and updated."""

STAMP_WORDS = 8
"""Words of a line that says hardly more than its time ("18:45 GMT 7 December")."""


def entry_times(segments: Sequence[Segment], marks: Iterable[int], first: int) -> dict[int, str]:
    """For the lines that open an entry of a live blog, its time in ISO 8601; empty for any other page.

    ``marks`` are the places of the article's segments, ``first`` that of the first below the headline.
    """
    chosen = sorted(marks)
    span = range(first, chosen[-1] + 1) if chosen else ()
    lines = {index: time for index in span if (time := _time_of(segments[index])) and not segments[index].noise}
    opened = _with_text(segments, chosen, sorted(lines))
    return lines if len({lines[index] for index in opened}) >= ENTRIES else {}


def _time_of(segment: Segment) -> str | None:
    if segment.time is None or len(segment.text.split()) > STAMP_WORDS:
        return None
    stamp = read_stamp(segment.time)
    return stamp.iso if stamp is not None and stamp.exact else None


def _with_text(segments: Sequence[Segment], chosen: Sequence[int], lines: Sequence[int]) -> list[int]:
    """The time lines between which and the next there is running text of the article."""
    prose = [index for index in chosen if segments[index].prose]
    entries = pairwise([*lines, len(segments)])
    return [start for start, end in entries if any(start < index < end for index in prose)]
