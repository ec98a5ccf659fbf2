"""CSV (RFC 4180, UTF-8): what fits into columns, for spreadsheets and quick looks.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises against formula
injection: pages are written by strangers, and ``=HYPERLINK(…)`` is a headline like any other.
"""

import csv
import io
from collections.abc import Callable, Iterable
from typing import IO, Any

from pipeline.documents import StoredArticle

FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")
"""First characters of a cell that some spreadsheet reads as the beginning of a formula or command."""
JOIN = "; "

Read = Callable[[StoredArticle], Any]
COLUMNS: dict[str, Read] = {
    "id": lambda s: s.article.id,
    "seq": lambda s: s.seq,
    "version": lambda s: s.version,
    "stored_at": lambda s: s.stored_at,
    "url": lambda s: s.article.canonical_url or s.article.url,
    "domain": lambda s: s.article.domain,
    "site_name": lambda s: s.article.site_name,
    "headline": lambda s: s.article.headline,
    "description": lambda s: s.article.description,
    "authors": lambda s: JOIN.join(author.name for author in s.article.authors),
    "dateline": lambda s: s.article.dateline,
    "date_published": lambda s: s.article.date_published,
    "date_modified": lambda s: s.article.date_modified,
    "language": lambda s: s.article.language,
    "section": lambda s: s.article.section,
    "tags": lambda s: JOIN.join(s.article.tags),
    "people": lambda s: JOIN.join(_names(s, "person")),
    "organizations": lambda s: JOIN.join(_names(s, "organization")),
    "places": lambda s: JOIN.join(dict.fromkeys(place.name for place in s.enrichment.places)),
    "topics": lambda s: JOIN.join(topic.label for topic in s.enrichment.topics),
    "keywords": lambda s: JOIN.join(s.enrichment.keywords),
    "quotes": lambda s: len(s.enrichment.quotes),
    "tone": lambda s: s.enrichment.tone.score if s.enrichment.tone else None,
    "reading_minutes": lambda s: s.enrichment.reading_minutes,
    "near_duplicate_of": lambda s: s.enrichment.near_duplicate_of,
    "cluster_id": lambda s: s.enrichment.cluster_id,
    "body": lambda s: s.article.body,
}
"""Every column and what stands in it."""


def write_csv(articles: Iterable[StoredArticle], out: IO[bytes]) -> int:
    """Write a line of names and one for each article; returns how many articles."""
    text = io.TextIOWrapper(out, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    number = 0
    try:
        for stored in articles:
            writer.writerow([harmless(read(stored)) for read in COLUMNS.values()])
            number += 1
    finally:
        text.detach()  # the file is the caller's to close
    return number


def harmless(value: Any) -> Any:
    """The value, if it is a text that could be a formula with an apostrophe before it; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" '\"\u00a0\u3000")[:1] in FORMULA and value.strip() else value


def _names(stored: StoredArticle, kind: str) -> list[str]:
    return [entity.name for entity in stored.enrichment.entities if entity.type == kind]
