"""Feeds, sitemaps and lists of URLs: addresses in normal form, or a refusal."""

import gzip
import json

from hypothesis import strategies as st

from pipeline.fetch.inputs import FoundInput, urls_in
from pipeline.fetch.listings import read_listing
from pipeline.urls import canonicalise
from tests.fuzz.damage import damaged, damaged_bytes, noise, written
from tests.fuzz.law import fuzz, is_address, outcome
from tests.unit.fetch.test_listings import ATOM, JSON_FEED, NEWS, RDF, STAMP, rss, urlset

URL = "https://n.example.org/feed"
SEEDS = [
    urlset(NEWS).decode(),
    RDF.format(ns="http://purl.org/rss/1.0/", date="", more="<sy:updatePeriod>daily</sy:updatePeriod>"),
    ATOM.format(ns="http://www.w3.org/2005/Atom", date="published"),
    rss(f"<item><title>L</title><link>https://n.example.org/l</link>{STAMP}</item>", more="<ttl>15</ttl>").decode(),
    "<sitemapindex><sitemap><loc>https://n.example.org/1.xml</loc><lastmod>2024-05-14</lastmod></sitemap></sitemapindex>",
    "https://n.example.org/a\n# no\nhttps://n.example.org/b\n", json.dumps(JSON_FEED), json.dumps(JSON_FEED),
    '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>',
]  # fmt: skip
PIECES = (
    "<!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>", "&b;", "<?xml version='1.0' encoding='utf-16'?>", "xmlns=",
    "</url>", "<url>", "<loc>", "<item>", "<entry>", "<ttl>1e9</ttl>", "<ttl>999999999</ttl>", "<pubDate>",
    "xml:base='http://['", "Tue, 31 Feb 0000 99:99:99 XYZ", "9999-12-31T23:59:60Z", "http://[", "//", "http://a:b@c/",
    "<link href='x'/>", "<channel>", "0", "null", '{"url": 1e999}', "<rss>", "<feed>", "<dc:date>",
    "<sy:updateFrequency>0</sy:updateFrequency>",
)  # fmt: skip
LISTS = (
    "https://n.example.org/a\n\n# no\n",
    '{"url": "https://n.example.org/b", "tag": ["x", {"y": 1.5}]}\n',
    "file:///srv/a.html\n",
)
LIST_PIECES = (
    "\\u0000", "\\ud800", "Infinity", "[" * 3000, '{"url":', "http://u:p@", "file://host/", "%00", "\ufeff", "#",
)  # fmt: skip


@fuzz(200, data=written(damaged(SEEDS, PIECES)))
def test_listings(data: bytes) -> None:
    if (found := outcome(lambda: read_listing(data, URL))) is None:
        return
    for url in (*(entry.url for entry in found.entries), *found.further):
        is_address(url)
    assert found.every is None or 0 < found.every < 1e12
    for entry in found.entries:
        assert entry.title is None or entry.title.strip()
        f"{entry.title}{entry.published}".encode()


@fuzz(
    80,
    data=damaged_bytes(
        [gzip.compress(SEEDS[0].encode(), mtime=0), SEEDS[1].encode("utf-16"), SEEDS[2].encode()], PIECES
    ),
)
def test_listings_of_damaged_bytes(data: bytes) -> None:
    outcome(lambda: read_listing(data, URL))


@fuzz(150, lines=st.lists(damaged(LISTS, LIST_PIECES) | noise(), max_size=3))
def test_lists_of_inputs(lines: list[str]) -> None:
    for each in urls_in(lines):
        json.dumps(each.input, ensure_ascii=False).encode()
        assert "\0" not in each.input
        if isinstance(each, FoundInput):
            assert canonicalise(each.url) == each.url
            assert "\0" not in json.dumps(each.carry, ensure_ascii=False, allow_nan=False)
            assert "\\u0000" not in json.dumps(each.carry)
        else:
            assert each.message
            assert "\n" not in each.message
