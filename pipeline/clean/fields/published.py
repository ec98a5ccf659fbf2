"""When the article was published and changed: instants that the page declares, then what it prints."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from pipeline.clean.dates import ParsedDate, covers, parse_date
from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import SILENT, Found, Scan, named, text_of
from pipeline.clean.fields.schema import Linked
from pipeline.clean.fields.stamps import EARLIEST, LATEST, Stamp, read_stamp
from pipeline.clean.reading import INLINE

PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date_published", "published_time", "published-date", "publish-date",
    "publish_date", "pubdate", "publication_date", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date",
    "article.published", "article_date_original", "originalpublicationdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "citation_publication_date", "citation_date", "article:published", "og:published_time", "og:pubdate", "datecreated", "date", "time", "displaydate", "pdate", "last-publication-date",
)  # fmt: skip
CHANGED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "article.updated", "modified-date", "revised", "utime",
)  # fmt: skip

MOST = 60
"""Marked dates that are looked at."""

LONGEST = 150
"""Characters of an element that holds a date and little else."""

REACH = 250
"""Elements from the headline within which the article's own date stands."""

SHORT = 200
"""Characters of a text that may be a date line."""

LEAST_COVERED = 0.2
"""Share of a date line's letters and digits that the date makes up."""

UNSURE = 0.6
"""Confidence up to which unmarked dates are looked for as well."""

_DIGITS = re.compile(r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d")
_CHANGED = re.compile(r"\W*(?:last )?(?:updated|modified|aktualisiert|actualizado|mis à jour|aggiornato|atualizado|bijgewerkt)", re.I)
_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0?[1-9]|1[0-2])[-/_.]?(0?[1-9]|[12]\d|3[01])(?!\d)")

Times = Iterator[Offer[Stamp | None]]


def read_published(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of first publication."""
    chosen = choose(_published(page, linked), None, same=_day)
    return chosen if chosen.confidence > UNSURE else choose([*_published(page, linked), *_unmarked(page)], None, same=_day)


def _day(stamp: Stamp | None) -> str:
    return stamp.day if stamp else ""


def read_modified(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of the last change."""
    offers = [Offer("json-ld", read_stamp(linked.string("dateModified")), 0.9)]
    offers += [Offer("meta", read_stamp(page.meta(name)), 0.8) for name in CHANGED if page.meta(name)]
    return choose(offers, None, same=lambda stamp: stamp.iso if stamp else "")


def _published(page: Scan, linked: Linked) -> Times:
    yield Offer("json-ld", read_stamp(linked.string("datePublished")), 0.95)
    yield Offer("json-ld created", read_stamp(linked.string("dateCreated") or linked.string("uploadDate")), 0.7)
    for name in PUBLISHED:
        yield Offer(f"meta {name}", _stamp(page, page.meta(name)), 0.85)
    yield from _marked(page, "itemprop", page.properties["datepublished"], 0.9)
    yield from _marked(page, "time", page.tagged["time"], 0.75)
    yield from _marked(page, "class", page.named["date"], 0.65)
    yield Offer("url", _in_url(page.url), 0.5)


def _unmarked(page: Scan) -> Times:
    """Dates that stand in short texts of their own without any mark, the nearest to the headline first."""
    for place, element in enumerate(page.tree.iter("*")):
        if element.tag in SILENT or not (_DIGITS.search(element.text or "") or _DIGITS.search(element.tail or "")):
            continue
        for holder, own in ((element, element.text), (element.getparent(), element.tail)):
            if not own or holder is None or not _DIGITS.search(own):
                continue
            while holder.tag in INLINE and holder.getparent() is not None:
                holder = holder.getparent()
            text = text_of(holder, SHORT + 1)
            if len(text) > SHORT:
                text = " ".join(own.split())
            found = parse_date(text, languages=("en-us",) if page.month_first else ())
            if found and covers(text, found) >= LEAST_COVERED and not page.beside(holder) and (stamp := _believed(found)):
                away = _distance(page, place)
                yield Offer("text", stamp, (0.6 if away < REACH else 0.4) - 0.2 * min(away, 5_000) / 5_000)


def _marked(page: Scan, source: str, found: list[Found], confidence: float) -> Times:
    """Dates in elements that are marked as such, the nearest to the headline first; a date of change counts for little."""
    for one in sorted(found[:MOST], key=lambda one: _distance(page, one.place)):
        if page.beside(one.element):
            continue
        text = text_of(one.element, LONGEST + 1)
        written = one.element.get("datetime") or one.element.get("content") or one.element.get("title") or ""
        stamp = read_stamp(written) or (_printed(page, text) if len(text) <= LONGEST else None)
        if stamp:
            far = 0.3 if _distance(page, one.place) > REACH else 0.0
            changed = 0.3 if "changed" in named(one.element) or _CHANGED.match(text) else 0.0
            yield Offer(source, stamp, confidence - far - changed)


def _distance(page: Scan, place: int) -> int:
    """Elements between the headline and a place; what stands before the headline counts double."""
    away = place - page.headline_place
    return away if away >= 0 else -2 * away


def _stamp(page: Scan, text: str) -> Stamp | None:
    return read_stamp(text) or _printed(page, text)


def _printed(page: Scan, text: str) -> Stamp | None:
    found = parse_date(text, languages=("en-us",) if page.month_first else ())
    return _believed(found) if found else None


def _believed(found: ParsedDate) -> Stamp | None:
    """The date, where a page of the web can have it."""
    if not f"{EARLIEST}" <= found.day <= (datetime.now(UTC) + LATEST).date().isoformat():
        return None
    return Stamp(found.day, found.iso, found.raw)


def _in_url(url: str | None) -> Stamp | None:
    match = _IN_URL.search((url or "")[:500])
    return read_stamp("-".join(match.groups())) if match else None
