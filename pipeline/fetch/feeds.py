"""Feeds: RSS 0.9 to 2.0, RDF and Atom by feedparser, and JSON Feed."""

import io
import re
import time
from collections.abc import Iterator
from typing import Any

import feedparser
import orjson
from lxml import etree

from pipeline.errors import Rejected
from pipeline.fetch.listings import Entry, Listing, absolute, ends_inside

MOST_FEED_BYTES = 5 * 1024 * 1024
"""The largest feed that is read; usual ones have some ten to some hundred KB."""
MOST_BROKEN_BYTES = 1024 * 1024
"""The largest feed of broken XML that is read: feedparser takes up to six seconds for each MB of it."""
MOST_TAGS = 200_000
"""Tags; a feed of a thousand entries has about ten thousand, those inside its entries' HTML included."""
_LONG_TAG = re.compile(rb"<[^<>!?][^<>]{16384}")
"""On a tag with many attributes the parser's time grows with the square of their number."""
LONGEST_TITLE = 1000
BROKEN = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What feedparser raises over damaged feeds: it means to raise nothing, and its parsers do."""
PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
"""Seconds of the values of sy:updatePeriod (RSS 1.0 module "Syndication")."""


def read_feed(data: bytes, url: str) -> Listing:
    """The entries of an XML feed, as far as it can be read; those without a web address are left out.

    Raises ``Rejected("unreadable")`` where nothing can be read, and ``too_large``.
    """
    _check_size(data)
    if _LONG_TAG.search(data) or data.count(b"<") > MOST_TAGS:
        raise Rejected("too_complex", f"the feed has a tag of more than 16 KB, or more than {MOST_TAGS} tags")
    if len(data) > MOST_BROKEN_BYTES and not _is_well_formed(data):
        raise Rejected("unreadable", f"the feed's XML is broken, and larger than {MOST_BROKEN_BYTES} bytes")
    try:
        # From a file object: bytes would be tried as an address and as a file name first.
        parsed = feedparser.parse(
            io.BytesIO(data),
            response_headers={"content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except BROKEN as exc:
        raise Rejected("unreadable", f"the feed is damaged: {type(exc).__name__}") from exc
    if not parsed.entries and (parsed.bozo or not parsed.version):
        broken = str(parsed.get("bozo_exception", "it is none"))[:200]
        raise Rejected("unreadable", f"the feed cannot be read: {' '.join(broken.split())}")
    is_rss = parsed.version.startswith("rss")
    items = parsed.entries[:-1] if parsed.bozo and ends_inside(data, b"link") else parsed.entries
    entries = (_entry(item, url, is_rss=is_rss) for item in items)
    return Listing(_text(parsed.feed.get("title")), tuple(filter(None, entries)), every=_every(parsed.feed))


def read_json_feed(data: bytes, url: str) -> Listing:
    """The entries of a JSON Feed (jsonfeed.org, versions 1 and 1.1); raises as ``read_feed`` does."""
    _check_size(data)
    try:
        feed = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as exc:
        raise Rejected("unreadable", f"the JSON feed cannot be read: {exc}"[:250]) from exc
    if not isinstance(feed, dict) or "jsonfeed.org/version" not in str(feed.get("version", ""))[:200]:
        raise Rejected("unsupported_type", "the JSON is no JSON Feed (jsonfeed.org)")
    items = feed.get("items")
    return Listing(_text(feed.get("title")), tuple(_json_entries(items if isinstance(items, list) else [], url)))


def _check_size(data: bytes) -> None:
    if len(data) > MOST_FEED_BYTES:
        raise Rejected("too_large", f"the feed is larger than {MOST_FEED_BYTES} bytes")


def _is_well_formed(data: bytes) -> bool:
    try:
        for _ in etree.iterparse(io.BytesIO(data), resolve_entities=False, no_network=True, huge_tree=False):
            pass
    except etree.XMLSyntaxError:
        return False
    return True


def _entry(item: Any, url: str, *, is_rss: bool) -> Entry | None:
    # FeedBurner puts its own counting address into the link, and the page's beside it.
    link = item.get("feedburner_origlink") or item.get("link")
    target = absolute(url, link if isinstance(link, str) else None)
    # RSS says with dc:date what it says with pubDate; feedparser takes it for the time of a change. Its own ``get``
    # would look for other fields then.
    moment = item.get("published_parsed") or (dict.get(item, "updated_parsed") if is_rss else None)
    return Entry(target, _iso(moment), _text(item.get("title"))) if target else None


def _json_entries(items: list[Any], url: str) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            continue
        link = item.get("url") or item.get("external_url")
        if target := absolute(url, link if isinstance(link, str) else None):
            yield Entry(target, _text(item.get("date_published")), _text(item.get("title")))


def _text(value: object) -> str | None:
    return value.strip()[:LONGEST_TITLE] or None if isinstance(value, str) else None


def _iso(moment: time.struct_time | None) -> str | None:
    """ISO 8601 of a time in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", moment) if moment and moment.tm_year > 0 else None


def _every(feed: Any) -> float | None:
    """Seconds between two readings, by ``ttl`` (minutes, RSS 2.0) or by sy:updatePeriod and sy:updateFrequency."""
    ttl = _number(feed.get("ttl"))
    if ttl:
        return ttl * 60
    period = PERIODS.get(str(feed.get("sy_updateperiod", ""))[:20].strip().lower())
    return period / (_number(feed.get("sy_updatefrequency")) or 1) if period else None


def _number(value: object) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
