"""When the article was published and changed: instants that the page declares, then what it prints."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipeline.clean.dates import ParsedDate, covers, parse_date
from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import SILENT, Found, Scan, named, text_of
from pipeline.clean.fields.schema import Linked
from pipeline.clean.fields.stamps import EARLIEST, LATEST, Stamp, read_stamp
from pipeline.clean.reading import INLINE
from pipeline.urls import domain_of

PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date_published",
    "published_time", "published-date", "publish-date", "publish_date", "pubdate", "publication_date", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dcterms.created", "article.published", "article_date_original",
    "originalpublicationdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "citation_publication_date", "citation_date", "og:published_time", "og:pubdate",
)  # fmt: skip
"""Meta tags that hold the day of publication and nothing else."""

LOOSE = ("dc.date", "dcterms.date", "datecreated", "date", "time", "displaydate", "pdate", "last-publication-date")
"""Meta tags that hold it on most sites, and on others the day of the last build."""

CHANGED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod", "article.updated", "modified-date", "revised", "utime",
)  # fmt: skip

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

MOST_SCRIPT = 500_000
"""Characters of one script that are searched for a date."""

UNSURE = 0.7
"""Confidence under which unmarked dates are looked for as well."""

_CLOCKS: dict[str, str] = tomllib.loads(files("pipeline.clean.fields").joinpath("clocks.toml").read_text("utf-8"))
_DIGITS = re.compile(r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d")
_IN_SCRIPT = re.compile(
    r"\"(?:date_?published|published_?(?:at|date|on|time)|publish_?(?:date|time)|publication_?date|created_?at)\\?\"\s?:\s?\\?\"([^\"\\]{8,40})",
    re.I,
)
_CHANGED = re.compile(r"\W*(?:last )?(?:updated|modified|aktualisiert|actualizado|mis à jour|aggiornato|atualizado|bijgewerkt)", re.I)
_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0?[1-9]|1[0-2])[-/_.]?(0?[1-9]|[12]\d|3[01])(?!\d)")

Times = Iterator[Offer[Stamp | None]]


def read_published(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of first publication."""
    offers = [offer for offer in _published(page, linked) if offer.value]
    if not any(offer.confidence > UNSURE for offer in offers):
        offers += [*_unmarked(page), *_in_scripts(page)]
    return _as_printed(_timed(choose(offers, None, same=_day), offers), page)


def _timed(chosen: Chosen[Stamp | None], offers: list[Offer[Stamp | None]]) -> Chosen[Stamp | None]:
    """The chosen day with the time that another source gives for the same day."""
    if chosen.value is None or chosen.value.exact:
        return chosen
    timed = [one for one in offers if one.value and one.value.exact and one.value.day == chosen.value.day]
    best = max(timed, key=lambda one: one.confidence, default=None)
    return chosen if best is None else replace(chosen, value=best.value, source=best.source)


def _as_printed(chosen: Chosen[Stamp | None], page: Scan) -> Chosen[Stamp | None]:
    """An instant in UTC in the clock of the site's country, where the page so prints another day than UTC has."""
    stamp = chosen.value
    zone = _CLOCKS.get((domain_of(page.url or "") or "").rpartition(".")[2])
    if stamp is None or zone is None or not stamp.iso.endswith("+00:00"):
        return chosen
    local = datetime.fromisoformat(stamp.iso).astimezone(ZoneInfo(zone))
    day = local.date().isoformat()
    if day == stamp.day or not any(other.startswith(day) for other in chosen.others.values()):
        return chosen
    return replace(chosen, value=Stamp(day, local.isoformat(timespec="seconds"), stamp.raw))


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
    for name in LOOSE:
        yield Offer(f"meta {name}", _stamp(page, page.meta(name)), 0.5)
    yield from _marked(page, "itemprop", page.properties["datepublished"], 0.9)
    yield from _marked(page, "time", page.tagged["time"], 0.75)
    yield from _marked(page, "class", page.named["date"], 0.65)
    yield Offer("url", _in_url(page.url), 0.5)


def _unmarked(page: Scan) -> Times:
    """Dates that stand in short texts of their own without any mark, the nearest to the headline first."""
    for place, element in enumerate(page.tree.iter("*")):
        if element.tag in SILENT:
            continue
        for holder, own in ((element, element.text), (element.getparent(), element.tail)):
            if own and holder is not None and _DIGITS.search(own) and (stamp := _date_line(page, holder, own)):
                yield Offer("text", stamp, _near(page, place) - 0.15 * page.beside(holder))


def _near(page: Scan, place: int) -> float:
    """Confidence in a date by its distance from the headline."""
    away = _distance(page, place)
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


def _in_scripts(page: Scan) -> Times:
    """Dates in the data that a page's scripts work with."""
    for script in page.tree.iter("script"):
        match = _IN_SCRIPT.search((script.text or "")[:MOST_SCRIPT])
        if match:
            yield Offer("script", read_stamp(match[1]), 0.35)


def _marked(page: Scan, source: str, found: list[Found], confidence: float) -> Times:
    """Dates in elements that are marked as such, the nearest to the headline first; a date of change counts for little."""
    for one in sorted(found[:MOST], key=lambda one: _distance(page, one.place)):
        text = text_of(one.element, LONGEST + 1)
        written = one.element.get("datetime") or one.element.get("content") or one.element.get("title") or ""
        stamp = read_stamp(written) or (_printed(page, text) if len(text) <= LONGEST else None)
        if stamp:
            doubts = (
                _distance(page, one.place) > REACH,
                one.place < page.headline_place - NEAR,
                page.beside(one.element),
                "changed" in named(one.element) or _CHANGED.match(text),
            )
            yield Offer(source, stamp, max(confidence - 0.25 * sum(map(bool, doubts)), 0.05))


def _distance(page: Scan, place: int) -> int:
    """Elements between the headline and a place; what stands before the headline counts double."""
    away = place - page.headline_place
    return away if away >= 0 else -2 * away


def _stamp(page: Scan, text: str) -> Stamp | None:
    return read_stamp(text) or _printed(page, text)


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


def _in_url(url: str | None) -> Stamp | None:
    match = _IN_URL.search((url or "")[:500])
    return read_stamp("-".join(match.groups())) if match else None
