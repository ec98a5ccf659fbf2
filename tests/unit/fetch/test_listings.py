"""Feeds and sitemaps in every dialect, broken and hostile ones included."""

import gzip
import json
import tracemalloc

import pytest

from pipeline.errors import Rejected
from pipeline.fetch.listings import Entry, Listing, read_listing

URL = "https://news.example.org/feeds/all.xml"
FIRST = "https://news.example.org/2024/lamps"
MAY = "2024-05-14T07:30:00+00:00"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

ITEM = "<item><title>Lamps &amp; moths</title><link>{link}</link>{more}</item>"
STAMP = "<pubDate>Tue, 14 May 2024 09:30:00 +0200</pubDate>"


def rss(items: str, version: str = "2.0", more: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="{version}"><channel><title>Gazette</title>{more}'
    return f"{head}{items}</channel></rss>".encode()


RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{ns}"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>Gazette</title><link>https://news.example.org/</link>{more}</channel>
<item><title>Lamps &amp; moths</title><link>/2024/lamps</link>{date}</item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed version="0.3" xmlns="{ns}" xml:base="https://news.example.org/2024/"><title>Gazette</title>
<entry><title>Lamps &amp; moths</title><link rel="alternate" href="lamps"/><link rel="enclosure" href="/x.mp3"/>
<{date}>2024-05-14T09:30:00+02:00</{date}></entry></feed>"""
UTF_16 = ATOM.format(ns="http://www.w3.org/2005/Atom", date="published").replace("?>", " encoding='utf-16'?>", 1)
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1", "title": "Gazette",
    "items": [
        {"id": "1", "url": "/2024/lamps", "title": "Lamps & moths", "date_published": MAY},
        {"id": "2", "title": "no address"}, "nonsense", {"id": "3", "url": 7},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "published", "every"),
    [
        (rss(ITEM.format(link=FIRST, more=""), "0.91"), None, None),
        (rss(ITEM.format(link="/2024/lamps", more=STAMP), "0.92"), MAY, None),
        (rss(ITEM.format(link=FIRST, more=STAMP), more="<ttl>15</ttl>"), MAY, 900),
        (rss(ITEM.format(link=f"<![CDATA[ {FIRST} ]]>", more=STAMP)), MAY, None),
        (rss(f"<item><title>Lamps &amp; moths</title><guid>{FIRST}</guid>{STAMP}</item>"), MAY, None),
        (RDF.format(ns="http://my.netscape.com/rdf/simple/0.9/", date="", more="").encode(), None, None),
        (
            RDF.format(
                ns="http://purl.org/rss/1.0/", date="<dc:date>2024-05-14T09:30:00+02:00</dc:date>",
                more="<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            ).encode(),
            MAY, 900,
        ),
        (ATOM.format(ns="http://purl.org/atom/ns#", date="issued").encode(), MAY, None),
        (ATOM.format(ns="http://www.w3.org/2005/Atom", date="published").encode(), MAY, None),
        (UTF_16.encode("utf-16"), MAY, None),
        (json.dumps(JSON_FEED).encode(), MAY, None),
        (b"\xef\xbb\xbf" + json.dumps(JSON_FEED).encode(), MAY, None),
        (gzip.compress(rss(ITEM.format(link=FIRST, more=STAMP)), mtime=0), MAY, None),
        (b"\n\n<!-- made by hand -->" + rss(ITEM.format(link=FIRST, more=STAMP)), MAY, None),
    ],
    ids=[
        "rss 0.91", "rss 0.92", "rss 2.0", "cdata", "guid", "rss 0.9", "rss 1.0", "atom 0.3", "atom 1.0", "utf-16",
        "json", "json with mark", "gzip", "space above",
    ],
)  # fmt: skip
def test_feeds_of_all_kinds(data: bytes, published: str | None, every: float | None) -> None:
    assert read_listing(data, URL) == Listing("Gazette", (Entry(FIRST, published, "Lamps & moths"),), every=every)


@pytest.mark.parametrize(
    "data",
    [
        rss(ITEM.format(link=FIRST, more="") + "<item><title>cut of").removesuffix(b"</channel></rss>"),
        rss(ITEM.format(link=FIRST, more="") + "<item><title>x</title><link>https://news.exa").removesuffix(
            b"</channel></rss>"
        ),
        rss(ITEM.format(link=FIRST, more="<description>a & b &nbsp; <br> c</description>")),
        rss(ITEM.format(link=FIRST, more="<x:unbound/>")),
        rss(ITEM.format(link=FIRST, more="")).replace(b"Gazette", b"Caf\xe9"),
        rss(ITEM.format(link=FIRST, more="<description>\x0b\x01</description>")),
        rss(ITEM.format(link=FIRST, more="")).replace(b'"utf-8"', b'"x-unknown"'),
        rss(ITEM.format(link=FIRST, more="<pubDate>yesterday, about noon</pubDate>")),
        rss("<item><title>None</title><link>javascript:alert(1)</link></item>" + ITEM.format(link=FIRST, more="")),
    ],
    ids=["cut", "cut address", "entities", "prefix", "latin", "controls", "encoding", "date", "script"],
)
def test_broken_feeds_are_read_as_far_as_they_go(data: bytes) -> None:
    entries = [entry for entry in read_listing(data, URL).entries if entry.title]
    assert entries == [Entry(FIRST, None, "Lamps & moths")]


def urlset(inside: str, ns: str = SITEMAP) -> bytes:
    news = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
    return f'<?xml version="1.0"?><urlset xmlns="{ns}" {news}>{inside}</urlset>'.encode()


NEWS = f"""<url><i:image><i:loc>https://pictures.example.org/1.jpg</i:loc><i:title>A lamp</i:title></i:image>
<loc> {FIRST} </loc><lastmod>2024-06-01</lastmod><n:news><n:publication><n:name>Gazette</n:name></n:publication>
<n:publication_date>2024-05-14T09:30:00+02:00</n:publication_date><n:title>Lamps &amp; moths</n:title></n:news></url>"""


@pytest.mark.parametrize(
    ("data", "entry"),
    [
        (urlset(f"<url><loc>{FIRST}</loc><lastmod>2024-05-14</lastmod></url>"), Entry(FIRST)),
        (
            urlset(f"<url><loc><![CDATA[{FIRST}]]></loc></url>", "http://www.google.com/schemas/sitemap/0.84"),
            Entry(FIRST),
        ),
        (urlset(f"<url><loc>{FIRST}</loc></url>").replace(SITEMAP.encode(), b""), Entry(FIRST)),
        (urlset(f"<url><loc>{FIRST}</loc></url>", "https://sitemaps.example/wrong"), Entry(FIRST)),
        (gzip.compress(urlset(f"<url><loc>{FIRST}</loc></url>"), mtime=0), Entry(FIRST)),
        (urlset(f"<url><loc>{FIRST}</loc></url><url><loc>http").removesuffix(b"</urlset>"), Entry(FIRST)),
        (urlset(f"<url><loc>ftp://example.org/</loc></url><url></url><url><loc>{FIRST}</loc></url>"), Entry(FIRST)),
        (urlset(NEWS), Entry(FIRST, "2024-05-14T09:30:00+02:00", "Lamps & moths")),
        (f"\ufeff{FIRST}\r\n\r\n# comment\r\nno address\r\n".encode(), Entry(FIRST)),
    ],
    ids=["plain", "cdata", "no namespace", "wrong namespace", "gzip", "cut", "others", "news", "text"],
)
def test_sitemaps_of_all_kinds(data: bytes, entry: Entry) -> None:
    assert read_listing(data, URL) == Listing(entries=(entry,))


def test_an_index_names_further_sitemaps_once() -> None:
    inside = "".join(f"<sitemap><loc>/s/{number % 10_000}.xml</loc></sitemap>" for number in range(10_100))
    data = f'<sitemapindex xmlns="{SITEMAP}">{inside}</sitemapindex>'.encode()
    further = read_listing(data, URL).further
    assert (len(further), further[7]) == (10_000, "https://news.example.org/s/7.xml")


DECLARING = """<!doctype html><html><head><link rel="stylesheet" href="x.css">
<link rel="Alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2"><link rel=alternate hreflang=de href=/de>
<link rel="alternate home" type="application/atom+xml" href="https://feeds.example.org/atom"></head><body>"""


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"", "no_content", "empty"),
        (b" \n", "no_content", "empty"),
        (b"some words", "unsupported_type", "nor a list of URLs"),
        (DECLARING.encode(), "unsupported_type", "https://news.example.org/rss?a=1&b=2, https://feeds.example.org/atom"),
        (b"<html><p>Words</p></html>", "unsupported_type", "<html>"),
        (b'<?xml version="1.0"?><opml><body/></opml>', "unsupported_type", "<opml>"),
        (b'{"version": 1, "items": []}', "unsupported_type", "no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "unreadable", "JSON"),
        (b"<rss version='2.0'><channel>", "unreadable", "cannot be read"),
        (b"<urlset><url><loc>https", "unreadable", "cannot be read"),
        (b"<urlset><url><loc>http://a.b/</loc><lastmod>&#xd800;</lastmod></url>", "unreadable", "cannot be read"),
        (rss("<item><title>&#x110000;</title></item>"), "unreadable", "damaged"),
        (gzip.compress(b"<rss/>" * 50, mtime=0)[:-9], "unreadable", "end mark"),
        (gzip.compress(b"<urlset>" + bytes(60_000_000), mtime=0), "too_large", "larger"),
        (rss("x" * 6_000_000), "too_large", "larger"),
        (rss("<item>" * 300_000), "too_complex", "tags"),
        (rss("<item " + "a='b' " * 5_000 + "/>"), "too_complex", "16 KB"),
        (urlset("<url><loc>http://a.b/</loc></url>" * 200_001), "too_large", "200000"),
        (b"<urlset>" + b"<url>" * 100_000, "unreadable", "depth"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_listing(data, URL)
    assert caught.value.reason == reason
    assert said in caught.value.detail
    assert "\n" not in caught.value.detail


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + "lol" * 100 + '">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
) + '<!ENTITY f1 SYSTEM "file:///etc/hostname">]>'  # fmt: skip


@pytest.mark.parametrize("entity", ["j", "f1"])
@pytest.mark.parametrize(
    "inside",
    ["<rss version='2.0'><channel><title>&{};</title><item><link>{}</link></item></channel></rss>",
     "<urlset><url><loc>{1}</loc></url><url><loc>https://a.b/&{0};</loc></url></urlset>"],
    ids=["feed", "sitemap"],
)  # fmt: skip
def test_entities_are_not_expanded(inside: str, entity: str) -> None:
    data = (BOMB + inside.format(entity, FIRST)).encode()
    tracemalloc.start()
    listing = read_listing(data, URL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert listing.entries[0].url == FIRST
    assert peak < 20_000_000
    assert len(repr(listing)) < 1000
