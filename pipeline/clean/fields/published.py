"""When the article was published and changed: instants that the page declares, then what it prints."""

import re
import tomllib
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.printed import Times, in_scripts, marked, read_written, unmarked
from pipeline.clean.fields.scan import Scan
from pipeline.clean.fields.schema import Linked
from pipeline.clean.fields.stamps import Stamp, read_stamp
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

UNSURE = 0.7
"""Confidence under which unmarked dates are looked for as well."""

_CLOCKS: dict[str, str] = tomllib.loads(files("pipeline.clean.fields").joinpath("clocks.toml").read_text("utf-8"))
_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0?[1-9]|1[0-2])[-/_.]?(0?[1-9]|[12]\d|3[01])(?!\d)")


def read_published(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of first publication."""
    offers = [offer for offer in _published(page, linked) if offer.value]
    if not any(offer.confidence > UNSURE for offer in offers):
        offers += [*unmarked(page), *in_scripts(page)]
    return _as_printed(_timed(choose(offers, None, same=_day), offers), page)


def read_modified(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of the last change."""
    offers = [Offer("json-ld", read_stamp(linked.string("dateModified")), 0.9)]
    offers += [Offer("meta", read_stamp(page.meta(name)), 0.8) for name in CHANGED if page.meta(name)]
    return choose(offers, None, same=lambda stamp: stamp.iso if stamp else "")


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


def _published(page: Scan, linked: Linked) -> Times:
    yield Offer("json-ld", read_stamp(linked.string("datePublished")), 0.95)
    yield Offer("json-ld created", read_stamp(linked.string("dateCreated") or linked.string("uploadDate")), 0.7)
    for names, confidence in ((PUBLISHED, 0.85), (LOOSE, 0.5)):
        for name in names:
            if written := page.meta(name):
                yield Offer(f"meta {name}", read_written(page, written), confidence)
    yield from marked(page, "itemprop", page.properties["datepublished"], 0.85)
    yield from marked(page, "time", page.tagged["time"], 0.75)
    yield from marked(page, "class", page.named["date"], 0.65)
    yield from marked(page, "class of change", page.named["changed"], 0.65)
    yield Offer("url", _in_url(page.url), 0.5)


def _in_url(url: str | None) -> Stamp | None:
    match = _IN_URL.search((url or "")[:500])
    return read_stamp("-".join(match.groups())) if match else None
