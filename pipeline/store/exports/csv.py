"""CSV (RFC 4180, UTF-8): what fits into columns, for spreadsheets and quick looks.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises against formula
injection: pages are written by strangers, and ``=HYPERLINK(…)`` is a headline like any other.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import IO, Any

from pipeline.store.published import Pages, published

FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")
"""First characters of a cell that some spreadsheet reads as the beginning of a formula or command."""
JOIN = "; "

Row = Mapping[str, Any]
COLUMNS: dict[str, Callable[[Row], Any]] = {
    **{name: itemgetter(name) for name in ("id", "seq", "version", "stored_at")},
    "url": lambda row: row["canonical_url"] or row["url"],
    **{name: itemgetter(name) for name in ("domain", "site_name", "headline", "description")},
    "authors": lambda row: _joined(author["name"] for author in row["authors"]),
    **{name: itemgetter(name) for name in ("dateline", "date_published", "date_modified", "language", "section")},
    "tags": lambda row: _joined(row["tags"]),
    "people": lambda row: _joined(_names(row, "person")),
    "organizations": lambda row: _joined(_names(row, "organization")),
    "places": lambda row: _joined(dict.fromkeys(place["name"] for place in row["places"])),
    "topics": lambda row: _joined(topic["label"] for topic in row["topics"]),
    "keywords": lambda row: _joined(row["keywords"]),
    "quotes": lambda row: len(row["quotes"]),
    "tone": lambda row: row["tone"] and row["tone"]["score"],
    **{name: itemgetter(name) for name in ("reading_minutes", "near_duplicate_of", "cluster_id", "body")},
}
"""Every column, and what stands in it: a value of the published article."""


def write_csv(pages: Pages, out: IO[bytes]) -> int:
    """Write a line of names and one for each article; returns how many articles."""
    text = io.TextIOWrapper(out, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    number = 0
    try:
        for row in published(pages):
            writer.writerow([harmless(read(row)) for read in COLUMNS.values()])
            number += 1
    finally:
        text.detach()  # the file is the caller's to close
    return number


def harmless(value: Any) -> Any:
    """The value, if it is a text that could be a formula with an apostrophe before it; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" '\"\u00a0\u3000")[:1] in FORMULA and value.strip() else value


def _names(row: Row, kind: str) -> Iterator[str]:
    return (entity["name"] for entity in row["entities"] if entity["type"] == kind)


def _joined(names: Iterable[str]) -> str:
    return JOIN.join(names)
