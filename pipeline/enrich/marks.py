"""Quotation marks: which stretches of a text stand inside of them.

A paragraph is read from left to right. A mark that can only open or close does so; one that can do both - straight
marks, „German“ and ”Swedish” ones, »guillemets« - closes what it can close. What is open at the end of a paragraph goes
to its end where the next one opens again, as newspapers write a quotation of several paragraphs.
"""

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.documents import Span

LONGEST = 4_000
"""Characters of a quotation that is never closed, at most."""
LONGEST_SINGLE = 1_500
"""Characters in which the end of a quotation in single marks is looked for."""
APOSTROPHES = 12
"""Marks looked at for that: they may all be apostrophes."""
_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile(r"[“”„‟«»\"‘‚'’]|``|''")
_CLOSERS = {"“": '”"', "”": "”", "„": '“”‟"', "‟": "”", "«": "»", "»": "«", '"': '"”', "``": "''"}
_SINGLE = {"‘": "’'", "‚": "‘’", "'": "'’"}
_SINGLE_END = re.compile(r"[‘’'](?![^\W_])")
_BEFORE_OPENING = " \t\u00a0\u202f([{—–-/:"
_NO_QUOTE = re.compile(r"'(?:\d|em\b|tis\b|twas\b|til\b|cause\b|n\b|round\b)", re.IGNORECASE)


def quoted_spans(body: str, language: str | None) -> tuple[Span, ...]:
    """The outer quotations, the marks left out, in order and without overlap; ``language`` tells »…« from « … »."""
    spans: list[Span] = []
    paragraphs = list(_PARAGRAPH.finditer(body))
    for number, paragraph in enumerate(paragraphs):
        following = body[paragraphs[number + 1].start()] if number + 1 < len(paragraphs) else ""
        for start, end in _in_paragraph(body, paragraph.start(), paragraph.end(), following, language):
            start, end = _trimmed(body, start, end)
            if start < end:
                spans.append(Span(start=start, end=end))
    return tuple(spans)


def _in_paragraph(body: str, start: int, end: int, following: str, language: str | None) -> Iterator[tuple[int, int]]:
    opened: tuple[str, int] | None = None
    done = start
    for mark in _MARK.finditer(body, start, end):
        if mark.start() < done:
            continue
        if opened and mark[0] in _CLOSERS[opened[0]] and not _is_opening(body, mark, opened[0]):
            yield opened[1], mark.start()
            opened = None
        elif opened is None and mark[0] in _SINGLE:
            if close := _single_end(body, mark, start, end):
                yield mark.end(), close
                done = close + 1
        elif opened is None and _opens(body, mark, start, language):
            opened = mark[0], mark.end()
    if opened and (following == opened[0] or opened[0] != '"'):
        yield opened[1], min(end, opened[1] + LONGEST)


def _opens(body: str, mark: re.Match[str], start: int, language: str | None) -> bool:
    """Whether a mark opens where none is open."""
    character = mark[0]
    before, after = (
        body[mark.start() - 1 : mark.start()] if mark.start() > start else " ",
        body[mark.end() : mark.end() + 1],
    )
    if character == '"':
        return (before in _BEFORE_OPENING or before in "“‘") and not after.isspace() and after != ""
    if character == "»":
        return language in ("de", "da", "sl", "hr") and before in _BEFORE_OPENING
    if character == "”":
        return (language in ("sv", "fi") and before in _BEFORE_OPENING) or mark.start() == start
    return character not in ("''", "’")


def _is_opening(body: str, mark: re.Match[str], opened: str) -> bool:
    """Whether a straight mark inside of a quotation in straight marks opens another: "he said "no" again"."""
    if mark[0] != '"' or opened != '"':
        return False
    before, after = body[mark.start() - 1], body[mark.end() : mark.end() + 1]
    return before in " ([" and after.isalnum()


def _single_end(body: str, mark: re.Match[str], start: int, end: int) -> int | None:
    """Where a quotation in single marks ends; ``None`` where the mark is an apostrophe."""
    opening = mark.start()
    before = body[opening - 1] if opening > start else " "
    after = body[mark.end() : mark.end() + 1]
    if (
        mark[0] == "’"
        or before not in _BEFORE_OPENING
        or not after
        or after.isspace()
        or _NO_QUOTE.match(body, opening)
    ):
        return None
    possible: int | None = None
    ends = _SINGLE_END.finditer(body, mark.end() + 1, min(end, mark.end() + LONGEST_SINGLE))
    for at in (found.start() for found in islice(ends, APOSTROPHES)):
        if body[at] not in _SINGLE[mark[0]]:
            continue
        if body[at - 1] in ".,!?…":
            return at
        if (
            body[at - 1].isalnum()
            and possible is None
            and (body[at - 1] not in "sn" or body[at + 1 : at + 2] in ".,;:)")
        ):
            possible = at
    return possible


def _trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """Without the spaces that French sets inside of its marks."""
    while start < end and body[start].isspace():
        start += 1
    while start < end and body[end - 1].isspace():
        end -= 1
    return start, end
