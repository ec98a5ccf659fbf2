"""What servers say beside the page: encodings, headers, status codes, robots.txt. Every value has a meaning."""

import math
from datetime import UTC, datetime

from hypothesis import strategies as st
from protego import Protego

from pipeline.fetch.decoding import decode
from pipeline.fetch.media import TEXT_TYPES
from pipeline.fetch.responses import (
    LONGEST_WAIT,
    check_status,
    content_type,
    kept_headers,
    redirect_target,
    retry_after,
)
from pipeline.fetch.rhythm import STEADY, adapted, observed
from pipeline.fetch.robots import LONGEST, SHORTEST, concerning, crawl_delay, holds, product_token, text_of
from pipeline.sites import FREE, LONGEST_DELAY, Pace
from tests.fuzz.damage import CODECS, damaged, damaged_bytes, noise, proper, written
from tests.fuzz.law import fuzz, is_address, outcome
from tests.fuzz.seeds import CHINESE, GERMAN, MICRODATA, NEWS

NOW = datetime(2024, 5, 14, tzinfo=UTC)
WAITS = ("120", "Tue, 14 May 2024 09:30:00 GMT", "Tuesday, 14-May-24 09:30:00 GMT", "Tue May 14 09:30:00 2024", "1.5")
WAIT_PIECES = (
    "²", "٣", "-", "+0200", "-9999", "99999", "31 Feb", "0000", "24:60:60", "1e5", "0x10", ",", "GMT", "Z", "0001",
    "(",
)  # fmt: skip
LABELS = (
    *CODECS, "utf8", "x-user-defined", "replacement", "unknown-8bit", "iso-2022-kr", "hz-gb-2312", "punycode", "hex",
    "idna", "\0",
)  # fmt: skip
PAGES = [
    f'<!doctype html><meta charset="{label}"><html lang="de">{GERMAN}{CHINESE}' for label in ("utf-8", "gbk", "koi8-r")
]
PAGES += [f'<?xml version="1.0" encoding="{label}"?>{MICRODATA}' for label in ("utf-16", "shift_jis")]
DECODE_PIECES = (
    "\x1b$B", "\xff\xfe", "\xfe\xff", "\xef\xbb\xbf", "\x80", "\x81\x30", "\xc3", "\xe2\x82", "<meta charset=",
    "encoding='",
)  # fmt: skip
NAMES = ["retry-after", "location", "Content-Type", "Set-Cookie", "X-Auth-Token", "cache-control", "Age"]
HEADERS = st.dictionaries(
    st.sampled_from(NAMES) | noise(20),
    damaged([*WAITS, "text/html; charset=utf-8", "/next", "max-age=60"], WAIT_PIECES) | noise(40),
)
ROBOTS = (
    "User-agent: *\nDisallow: /private\nAllow: /private/open$\nCrawl-delay: 1.5\n\nUser-agent: Copydesk\n"
    "User-agent: b\nDisallow: /*?x=\nRequest-rate: 1/10s 0800-1200\nVisit-time: 0600-0845\n"
    "Sitemap: https://n.example.org/s.xml\nHost: n.example.org\n",
    "\ufeffuser agent copydesk # we\ndisallow:\r\ndisallow: /%E2%82%AC*\rallow: /a%2fb\n",
)
ROBOTS_PIECES = (
    "User-agent: ", "Disallow: ", "Allow: ", "*", "$", "%", "%zz", "Crawl-delay: -1\n", "Crawl-delay: inf\n",
    "Crawl-delay: nan\n", "Crawl-delay: 1e308\n", "Crawl-delay: ²\n", "Request-rate: 0/0\n", "Request-rate: 1/0s\n",
    "Request-rate: 0/5\n", "Request-rate: -1/5m\n", "Request-rate: 1/5 9999-9999\n", "Visit-time: 2500-9999\n",
    "Request-rate: x\n", "#", ":", "http://[", "/" + "*a" * 30, "Request-rate: 1/١s\n",
)  # fmt: skip


OLD_PAGES = [PAGES[0].encode("gbk", "replace"), NEWS.encode("utf-16"), GERMAN.encode("cp1252")]


@fuzz(
    200,
    data=written(damaged(PAGES, DECODE_PIECES)) | damaged_bytes(OLD_PAGES, DECODE_PIECES),
    declared=st.none() | st.sampled_from(LABELS) | proper(noise(12)),
    kind=st.sampled_from([None, *TEXT_TYPES.values()]),
)
def test_encodings(data: bytes, declared: str | None, kind: object) -> None:
    text, name = decode(data, declared=declared, media_type=kind)  # type: ignore[arg-type]
    text.encode()
    assert "\0" not in text
    assert name == name.lower().strip()


@fuzz(150, value=damaged(WAITS, WAIT_PIECES) | noise(80))
def test_waits(value: str) -> None:
    for seconds in (retry_after(value, NOW), retry_after(value)):
        assert seconds is None or 0 <= seconds <= LONGEST_WAIT


@fuzz(100, value=damaged(["text/html; charset=utf-8", 'TEXT/plain;a=b; Charset = "gbk"'], WAIT_PIECES) | noise(60))
def test_content_types(value: str) -> None:
    media_type, charset = content_type(value)
    assert media_type == media_type.strip().lower()
    assert charset is None or charset


@fuzz(150, status=st.integers(-1, 1000), headers=HEADERS, latency=st.floats(0, 1e6))
def test_answers(status: int, headers: dict[str, str], latency: float) -> None:
    outcome(lambda: check_status(status, headers))
    if target := outcome(lambda: redirect_target("https://n.example.org/a", status, headers)):
        is_address(target)
    kept = kept_headers(headers)
    assert not [name for name in kept if "cookie" in name or "auth" in name or name != name.lower()]
    rhythm = adapted(STEADY, observed(status, headers, latency), FREE)
    assert 0 <= rhythm.spacing <= LONGEST_DELAY
    assert SHORTEST <= holds(headers) <= LONGEST


@fuzz(
    150,
    body=written(damaged(ROBOTS, ROBOTS_PIECES)),
    agent=damaged(["Copydesk/0.1 (news)", "Mozilla/5.0 (compatible; b/2)"]) | noise(20),
)
def test_robots(body: bytes, agent: str) -> None:
    product = product_token(agent)
    text = concerning(text_of(body, {}), product)
    text.encode()
    parsed = Protego.parse(text)
    parsed.can_fetch("https://n.example.org/private/open?x=1", product)
    delay = crawl_delay(parsed, product)
    assert delay >= 0
    assert not math.isnan(delay)
    assert 0 <= Pace(1, 1).at_least(delay).seconds <= LONGEST_DELAY
