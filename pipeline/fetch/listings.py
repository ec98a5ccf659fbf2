"""Listings: feeds, sitemaps and plain lists, told apart by their content and read into one form.

What is declared about them is not looked at: feeds come as ``text/html``, sitemaps as ``application/octet-stream``, and
both as gzip, whatever the header says.
"""

import codecs
import re
from dataclasses import dataclass, field

from lxml import etree

from pipeline.errors import DocumentError, Rejected
from pipeline.fetch.compression import decompress
from pipeline.urls import join

MOST_BYTES = 50 * 1024 * 1024
"""The largest listing that is read, decompressed: what the sitemap protocol allows (sitemaps.org, "Sitemap file
requirements")."""
MOST_ENTRIES = 200_000
"""Entries of one listing: four times what the sitemap protocol allows."""
HEAD = 64 * 1024
"""Bytes in which the root element is looked for, and the feeds that a web page declares."""
NAMED_FEEDS = 3
"""Feeds of a web page that the refusal names."""


@dataclass(frozen=True)
class Entry:
    """One page that a listing names."""

    url: str
    """http or https, in normal form."""
    published: str | None = None
    """When, ISO 8601, where the listing says so; never the time of a mere change."""
    title: str | None = None


@dataclass(frozen=True)
class Listing:
    """What a feed or sitemap says."""

    title: str | None = None
    entries: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()
    """Sitemaps that an index names."""
    lastmods: dict[str, str] = field(default_factory=dict)
    """When each of ``further`` changed, as the index writes it, for those of which it says so."""
    every: float | None = None
    """Seconds that the publisher asks to wait between two readings; ``None`` if nothing is said."""


_ROOT = re.compile(rb"(?>\xef\xbb\xbf|\s|<!--.*?-->|<\?.*?\?>|<![^<>]*>|\]\s*>|<![^<>]*\[)*<(?:[\w.-]+:)?(\w+)", re.S)
_ENCODING = re.compile(r"^(\s*<\?xml\b[^<>]{0,200}?)\s+encoding\s*=\s*[\"'][\w.-]{0,40}[\"']")
_ALTERNATE = "//link[contains(concat(' ', translate(@rel, 'ALTERN', 'altern'), ' '), ' alternate ')][@href]"
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


def read_listing(data: bytes, url: str) -> Listing:
    """The feed (RSS 0.9 to 2.0, RDF, Atom, JSON Feed), sitemap, sitemap index or list of URLs found at ``url``.

    ``data`` may be gzip. Broken XML is read as far as it goes. Raises ``Rejected``: ``unsupported_type`` for what is
    no listing, naming the feeds that a web page declares, ``too_large`` and ``unreadable``.
    """
    # Imported when needed: feedparser takes 50 ms, and most processes never read a feed.
    from pipeline.fetch.feeds import read_feed, read_json_feed
    from pipeline.fetch.sitemaps import read_sitemap, read_url_list

    data = _unpacked(data)
    head = data[:HEAD]
    root = _root(head)
    if root in ("urlset", "sitemapindex"):
        listing = read_sitemap(data, url)
    elif root in ("rss", "rdf", "feed", "channel"):
        listing = read_feed(data, url)
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        listing = read_json_feed(data, url)
    elif root is None:
        listing = read_url_list(data, url)
    else:
        raise Rejected("unsupported_type", _no_listing(head, root, url))
    if len(listing.entries) > MOST_ENTRIES:
        raise Rejected("too_large", f"the listing names more than {MOST_ENTRIES} pages")
    return listing


def absolute(url: str, reference: str | None) -> str | None:
    """The http(s) address that ``reference`` means in the listing at ``url``; ``None`` for any other."""
    try:
        return join(url, reference) if reference else None
    except Rejected:
        return None


def ends_inside(data: bytes, element: bytes) -> bool:
    """Whether the data stops within an element of that name: what it holds is then only the beginning of an address."""
    return re.search(rb"<(?:[\w.-]+:)?" + element + rb"\b[^<>]*>[^<>]*$", data[max(data.rfind(b"</"), 0) :]) is not None


def _unpacked(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise Rejected("too_large", f"the listing is larger than {MOST_BYTES} bytes")
    try:
        data = decompress(data, "gzip", MOST_BYTES) if data.startswith(b"\x1f\x8b") else data
    except Rejected:
        raise
    except DocumentError as exc:
        raise Rejected("unreadable", "the gzip data stops before its end mark") from exc
    if not data.strip():
        raise Rejected("no_content", "the listing is empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _ENCODING.sub(r"\1", data.decode("utf-16", "replace"), count=1).encode()
    return data


def _root(head: bytes) -> str | None:
    """Name of the root element in lower case, without its prefix; ``None`` for what is no markup."""
    if not (match := _ROOT.match(head)):
        return None
    return match.group(1).decode("ascii", "replace").lower()


def _no_listing(head: bytes, root: str, url: str) -> str:
    if feeds := _declared_feeds(head, url):
        return f"a web page, not a feed; it declares {', '.join(feeds)}"
    return f"neither a feed nor a sitemap: the root element is <{root[:40]}>"


def _declared_feeds(head: bytes, url: str) -> list[str]:
    try:
        page = etree.HTML(head)
    except etree.LxmlError:
        return []
    if page is None:
        return []
    links = [link for link in page.xpath(_ALTERNATE) if link.get("type", "").strip().lower() in _FEED_TYPES]
    found = [target for link in links if (target := absolute(url, link.get("href")))]
    return list(dict.fromkeys(found))[:NAMED_FEEDS]
