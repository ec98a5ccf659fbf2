"""Dates as a page prints them: in elements marked as dates, in short lines near the headline, in its scripts' data."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from lxml.html import HtmlElement

from pipeline.clean.dates import ParsedDate, covers, parse_date
from pipeline.clean.fields.chosen import Offer
from pipeline.clean.fields.scan import Found, Scan, named
from pipeline.clean.fields.stamps import EARLIEST, LATEST, Stamp, read_stamp
from pipeline.clean.fields.visible import SILENT, text_of
from pipeline.clean.reading import INLINE

MOST = 60
"""Marked dates that are looked at."""

LONGEST = 150
"""Characters of an element that holds a date and little else."""

NEAR, REACH = 30, 250
"""Elements from the headline within which the article's own date most likely, and at all, stands."""

SHORT = 200
"""Characters of a text that may be a date line."""

LEAST_COVERED = 0.2
"""Share of a date line's letters and digits that the date makes up."""

MOST_LINES = 300
"""Pieces of text that are looked at for an unmarked date."""

MOST_SCRIPT = 500_000
"""Characters of one script that are searched for a date."""

_DIGITS = re.compile(r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d")
_IN_SCRIPT = re.compile(
    r"\"(?:date_?published|published_?(?:at|date|on|time)|publish_?(?:date|time)|publication_?date|created_?at)"
    r"\\?\"\s?:\s?\\?\"([^\"\\]{8,40})",
    re.I,
)
_CHANGED = re.compile(
    r"\W*(?:last )?(?:updated|modified|aktualisiert|actualizado|mis à jour|aggiornato|atualizado|bijgewerkt)", re.I
)

Times = Iterator[Offer[Stamp | None]]


def unmarked(page: Scan) -> Times:
    """Dates that stand in short texts of their own without any mark, the nearest to the headline first."""
    for holder, own, place in islice(_dated(page), MOST_LINES):
        if stamp := _date_line(page, holder, own):
            yield Offer("text", stamp, _near(page, place) - 0.15 * page.beside(holder))


def _dated(page: Scan) -> Iterator[tuple[HtmlElement, str, int]]:
    """Pieces of text that may hold a date, each with the element that it stands in and its place."""
    for place, element in enumerate(page.elements):
        if element.tag in SILENT:
            continue
        if (own := element.text) and not own.isspace() and _DIGITS.search(own):
            yield element, own, place
        if place and (own := element.tail) and not own.isspace() and _DIGITS.search(own):
            yield element.getparent(), own, place


def _near(page: Scan, place: int) -> float:
    """Confidence in a date by its distance from the headline."""
    away = page.away(place)
    return 0.72 if away < NEAR else 0.6 if away < REACH else 0.4 - 0.2 * min(away, 5_000) / 5_000


def _date_line(page: Scan, holder: HtmlElement, own: str) -> Stamp | None:
    """The date of the line that a piece of text is in: the whole line, where it is short, else the piece."""
    while holder.tag in INLINE and holder.getparent() is not None:
        holder = holder.getparent()
    for text in (text_of(holder, SHORT + 1), " ".join(own.split())):
        found = parse_date(text, languages=_order(page)) if len(text) <= SHORT else None
        if found and covers(text, found) >= LEAST_COVERED:
            return _believed(found)
    return None


def in_scripts(page: Scan) -> Times:
    """Dates in the data that a page's scripts work with."""
    for script in page.tree.iter("script"):
        match = _IN_SCRIPT.search((script.text or "")[:MOST_SCRIPT])
        if match:
            yield Offer("script", read_stamp(match[1]), 0.35)


def marked(page: Scan, source: str, found: list[Found], confidence: float) -> Times:
    """Dates in elements that are marked as such, the nearest to the headline first; one of a change counts little."""
    for one in sorted(found[:MOST], key=lambda one: page.away(one.place)):
        text = text_of(one.element, LONGEST + 1)
        written = one.element.get("datetime") or one.element.get("content") or one.element.get("title") or ""
        stamp = read_stamp(written) or (_printed(page, text) if len(text) <= LONGEST else None)
        if stamp:
            away = page.away(one.place)
            doubts = (
                away > REACH,
                one.place < page.headline_place - NEAR,
                page.beside(one.element),
                "changed" in named(one.element) or _CHANGED.match(text),
            )
            doubt = sum(map(bool, doubts))
            trust = confidence - 0.25 * doubt + 0.08 * (away < NEAR and not doubt)
            yield Offer(source, stamp, max(trust, 0.05))


def read_written(page: Scan, text: str) -> Stamp | None:
    """The time in a text that a machine or an editor wrote."""
    return (read_stamp(text) or _printed(page, text)) if text else None


def _printed(page: Scan, text: str) -> Stamp | None:
    found = parse_date(text, languages=_order(page))
    return _believed(found) if found else None


def _order(page: Scan) -> tuple[str, ...]:
    return ("en-us",) if page.month_first else ()


def _believed(found: ParsedDate) -> Stamp | None:
    """The date, where a page of the web can have it."""
    if not f"{EARLIEST}" <= found.day <= (datetime.now(UTC) + LATEST).date().isoformat():
        return None
    return Stamp(found.day, found.iso, found.raw)
