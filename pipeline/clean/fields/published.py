"""When the article was published and changed: instants that the page declares, then what it prints."""

import re
from collections.abc import Iterator

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import Found, Scan, text_of
from pipeline.clean.fields.schema import Linked
from pipeline.clean.fields.stamps import Stamp, read_stamp

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

_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0?[1-9]|1[0-2])[-/_.]?(0?[1-9]|[12]\d|3[01])(?!\d)")

Times = Iterator[Offer[Stamp | None]]


def read_published(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of first publication."""
    return choose(_published(page, linked), None, same=lambda stamp: stamp.day if stamp else "")


def read_modified(page: Scan, linked: Linked) -> Chosen[Stamp | None]:
    """The day or instant of the last change."""
    offers = [Offer("json-ld", read_stamp(linked.string("dateModified")), 0.9)]
    offers += [Offer("meta", read_stamp(page.meta(name)), 0.8) for name in CHANGED if page.meta(name)]
    return choose(offers, None, same=lambda stamp: stamp.iso if stamp else "")


def _published(page: Scan, linked: Linked) -> Times:
    yield Offer("json-ld", read_stamp(linked.string("datePublished")), 0.95)
    yield Offer("json-ld created", read_stamp(linked.string("dateCreated") or linked.string("uploadDate")), 0.7)
    for name in PUBLISHED:
        yield Offer(f"meta {name}", read_stamp(page.meta(name)), 0.85)
    for source, found, confidence in (
        ("itemprop", page.properties["datepublished"], 0.85),
        ("time", page.tagged["time"], 0.7),
        ("class", page.named["date"], 0.6),
    ):
        yield from _printed(page, source, found, confidence)
    yield Offer("url", _in_url(page.url), 0.5)


def _printed(page: Scan, source: str, found: list[Found], confidence: float) -> Times:
    for one in found[:60]:
        if not page.beside(one.element):
            written = one.element.get("datetime") or one.element.get("content") or ""
            yield Offer(source, read_stamp(written or text_of(one.element, 100)), confidence)


def _in_url(url: str | None) -> Stamp | None:
    match = _IN_URL.search((url or "")[:500])
    return read_stamp("-".join(match.groups())) if match else None
