"""From the lines of a PDF to its paragraphs: columns in reading order, running headers gone, lines joined.

A PDF knows only where letters stand. Everything here goes by places and sizes; all steps are linear but for sorting.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, median_low

EDGE_ROWS = 3
"""Rows at the top and bottom of a page among which running headers, footers and page numbers are looked for."""
REPEATED = 3
"""A running line stands on so many pages, or on every third: left and right pages, and chapters, have their own."""
GUTTER = 0.6
"""Least width of the white between columns, in line heights."""
FINEST = 150
"""White narrower than this part of the width is none, so that a page strewn with letters costs no more than another."""
COLUMN_ROWS = 3
"""Rows that must have text on both sides of a gutter."""
SHORT, VERY_SHORT = 0.15, 0.4
"""White behind a line, as a share of its column: it ends a paragraph if a sentence ends, or in any case."""
LONGEST_HEADLINE = 25
"""Words."""
NARROW = 0.15
"""A column has at least this share of the width; bullets and numbers of a list have less."""

_NUMBER = re.compile(r"\W*(?:page |seite |p\. ?|página )?\d{1,4}(?: ?(?:/|of|von|de|sur) ?\d{1,4})?\W*", re.I)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_BULLET = re.compile(r"[•‣◦▪■●–—*]\s")
_WORD_BREAK = re.compile(r"[^\W\d_]{2}-$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a part of one, and where it stands: points from the lower left corner of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """Of the font, with ascent and descent."""
        return max(self.top - self.bottom, 1.0)


Row = list[Line]


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The paragraphs of a document, given the lines of each page in any order."""
    rows = [_rows(page) for page in pages]
    whole: list[list[str]] = []
    for flow in (flow for page in _without_running(rows) for flow in _flows(page)):
        first, *others = _paragraphs_of(flow)
        if whole and _goes_on(whole[-1], first[0]):
            whole[-1] += first
        else:
            whole.append(first)
        whole += others
    return ["".join(_glued(lines)) for lines in whole]


def _rows(lines: Iterable[Line]) -> list[Row]:
    """Lines side by side, from top to bottom; in a row every line overlaps with another one in height."""
    rows: list[Row] = []
    floor = math.inf
    for line in sorted(lines, key=lambda line: (-line.top, line.left)):
        # Without a quarter at each end: fonts are higher than their lines are apart.
        if line.top - line.height / 4 > floor:
            rows[-1].append(line)
            floor = min(floor, line.bottom + line.height / 4)
        else:
            rows.append([line])
            floor = line.bottom + line.height / 4
    return rows


def _without_running(pages: Sequence[list[Row]]) -> Iterator[list[Row]]:
    """The pages without the lines that stand on many of them at the same place, and without page numbers."""
    places = Counter(key for rows in pages for key in {_key(line) for line in _edge(rows)})
    least = min(REPEATED, max(2, math.ceil(len(pages) / REPEATED)))
    for rows in pages:
        gone = {id(line) for line in _edge(rows) if places[_key(line)] >= least or _NUMBER.fullmatch(line.text)}
        kept = ([line for line in row if id(line) not in gone] for row in rows)
        yield [row for row in kept if row]


def _edge(rows: list[Row]) -> list[Line]:
    return [line for row in (rows[:EDGE_ROWS] + rows[max(EDGE_ROWS, len(rows) - EDGE_ROWS) :]) for line in row]


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.casefold())[:200], round(line.bottom / 4)


def _flows(rows: list[Row]) -> Iterator[list[Line]]:
    """Columns in reading order, each as its lines from top to bottom."""
    block: list[Row] = []
    covered: list[tuple[float, float]] = []
    gutters: list[float] = []
    plain: list[Line] = []
    for row in [*rows, None]:
        joined = _covered(covered, row) if row else []
        open_now = _gutters(joined, row) if row else []
        is_same = row is not None and bool(gutters) and bool(open_now)
        if block and not is_same:
            columns = _columns(block, gutters)
            if len(columns) > 1:
                yield from filter(None, [plain, *columns])
                plain = []
            else:
                plain += [_side_by_side(each) for each in block]
            block, joined = [], _covered([], row) if row else []
            open_now = _gutters(joined, row) if row else []
        if row:
            block.append(row)
            covered, gutters = joined, open_now
    if plain:
        yield plain


def _covered(spans: list[tuple[float, float]], row: Row) -> list[tuple[float, float]]:
    """The stretches of the width that have text, in order, with those of one more row; never more than ``FINEST``."""
    merged: list[tuple[float, float]] = []
    everything = [*spans, *((line.left, line.right) for line in row)]
    least = (max(right for _, right in everything) - min(left for left, _ in everything)) / FINEST
    for left, right in sorted(everything):
        if merged and left <= merged[-1][1] + least:
            merged[-1] = merged[-1][0], max(right, merged[-1][1])
        else:
            merged.append((left, right))
    return merged


def _gutters(spans: list[tuple[float, float]], row: Row) -> list[float]:
    """The middles of the white stretches that part columns which are wide enough to be some."""
    if len(spans) < 2:
        return []
    least, width = GUTTER * min(line.height for line in row), (spans[-1][1] - spans[0][0]) * NARROW
    found: list[float] = []
    start = spans[0][0]
    for (_, right), (left, _) in pairwise(spans):
        if left - right >= least and right - start >= width and spans[-1][1] - left >= width:
            found.append((left + right) / 2)
            start = left
    return found


def _columns(block: list[Row], gutters: list[float]) -> list[list[Line]]:
    """The block's lines by column; a single one where too few rows have text in several."""
    edges = [*gutters, math.inf]
    columns: list[list[Row]] = [[] for _ in edges]
    shared = 0
    for row in block:
        parts: dict[int, Row] = {}
        for line in row:
            place = next(at for at, edge in enumerate(edges) if line.left < edge)
            parts.setdefault(place, []).append(line)
        shared += len(parts) > 1 or len(row) >= COLUMN_ROWS * 2
        for place, part in parts.items():
            columns[place].append(part)
    if not gutters or max(shared, max(map(len, block)) // 2) < COLUMN_ROWS:
        return [[]]
    return [[_side_by_side(row) for part in column for row in _rows(part)] for column in columns]


def _side_by_side(row: Row) -> Line:
    """One line out of the pieces of one, which a wide gap between words has parted."""
    if len(row) == 1:
        return row[0]
    pieces = sorted(row, key=lambda line: line.left)
    return Line(
        " ".join(piece.text for piece in pieces), pieces[0].left, min(piece.bottom for piece in pieces),
        max(piece.right for piece in pieces), max(piece.top for piece in pieces),
    )  # fmt: skip


def _paragraphs_of(flow: list[Line]) -> list[list[str]]:
    """The lines of each paragraph of a column."""
    left, right = min(line.left for line in flow), max(line.right for line in flow)
    gaps = [above.bottom - below.bottom for above, below in pairwise(flow)]
    usual = median_low([gap for gap in gaps if gap > 0] or [math.inf])
    # Where every paragraph is one line, the gaps between them must not pass for those between lines.
    usual = min(usual, median(line.height for line in flow) * 1.8)
    found = [[flow[0].text]]
    for above, line in pairwise(flow):
        if _begins(above, line, left, right, usual):
            found.append([])
        found[-1].append(line.text)
    return found


def _begins(above: Line, line: Line, left: float, right: float, usual: float) -> bool:
    """Whether ``line`` begins a paragraph."""
    if above.bottom - line.bottom > usual * 1.3 or _BULLET.match(line.text):
        return True
    if _WORD_BREAK.search(above.text):
        return False
    if abs(above.height - line.height) > 0.15 * max(above.height, line.height):
        return True
    is_indented = line.left > above.left + 0.7 * line.height and above.left < left + 0.7 * line.height
    if is_indented and not _BULLET.match(above.text):
        return True
    white = (right - above.right) / max(right - left, 1.0)
    return (white > SHORT and bool(_SENTENCE_END.search(above.text))) or (white > VERY_SHORT and line.text[0].isupper())


def _goes_on(before: list[str], text: str) -> bool:
    """Whether a paragraph goes on in the next column or on the next page; a headline is not gone on with."""
    if _SENTENCE_END.search(before[-1]):
        return False
    words = sum(len(line.split()) for line in before[-LONGEST_HEADLINE:])
    return text[:1].islower() or before[-1].endswith((",", ";")) or words > LONGEST_HEADLINE


def _glued(lines: list[str]) -> Iterator[str]:
    """The pieces of a paragraph: words that a line's end broke are joined, other lines parted by a space."""
    for line, following in pairwise(lines):
        if not _WORD_BREAK.search(line):
            yield f"{line} "
        else:
            yield line[:-1] if following[:1].islower() else line
    yield lines[-1]
