"""robots.txt: what is kept of it, what it forbids, how long it holds."""

import asyncio
import time

import pytest

from pipeline.errors import Postponed, Rejected, Transient
from pipeline.fetch.robots import (
    AWAY,
    LONGEST,
    MOST_BYTES,
    PARSED_CHARS,
    SHORTEST,
    LocalRobotsCache,
    Notice,
    Origin,
    Robots,
    Text,
    concerning,
    holds,
    product_token,
    text_of,
)

AGENT = "Copydesk/0.1 (+mailto:desk@example.org)"


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        (AGENT, "copydesk"),
        ("Mozilla/5.0 (compatible; DeskBot/2.1; +https://example.org/bot)", "deskbot"),
        ("News-Reader_X", "news-reader_x"),
        ("123", "*"),
    ],
)
def test_the_product_token(agent: str, token: str) -> None:
    assert product_token(agent) == token


def allowed(text: str, path: str) -> bool:
    async def ask(url: str) -> Text:
        return Text(text.encode(), {})

    async def test() -> bool:
        try:
            await Robots(LocalRobotsCache(), ask).delay(f"https://a.example{path}", AGENT)
        except Rejected as exc:
            assert exc.reason == "robots"
            return False
        return True

    return asyncio.run(test())


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/x", True),
        ("User-agent: *\nDisallow: /", "/x", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: copydesk\nDisallow:", "/x", True),
        ("User-agent: CopyDesk\nDisallow: /a", "/a/b", False),
        ("User-agent: other\nUser-agent: copydesk*\nDisallow: /a", "/a", False),
        ("User-agent: other\nDisallow: /", "/x", True),
        ("User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /a", "/b", True),
        ("user-agent: * # all\nsitemap: https://a.example/s.xml\nuser-agent: x\ndisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdfs", True),
        ("User-agent: *\nDisallow: /x\n<html>", "/x", False),
        ("<!doctype html><p>User-agent: *\nDisallow: /", "/x", True),
        ("\0\1User-agent: *\nDisallow: /", "/x", True),
    ],
)
def test_what_is_forbidden(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nRequest-rate: 1/10", 10),
        ("User-agent: *\nRequest-rate: 1/1m\nCrawl-delay: 5", 60),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: other\nCrawl-delay: 7", 0),
    ],
)
def test_how_fast_a_site_wants_to_be_read(text: str, seconds: float) -> None:
    async def ask(url: str) -> Text:
        return Text(text.encode(), {})

    robots = Robots(LocalRobotsCache(), ask)
    assert asyncio.run(robots.delay("https://a.example/", AGENT)) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", LONGEST),
        ("no-cache", LONGEST),
        ("max-age=0", SHORTEST),
        ("public, max-age=3600", 3600),
        ("s-maxage=9, max-age=99999999", LONGEST),
    ],
)
def test_how_long_it_holds(header: str, seconds: float) -> None:
    assert holds({"cache-control": header}) == seconds


def test_only_what_concerns_us_is_kept() -> None:
    text = "User-agent: other\nDisallow: /\nSitemap: /s.xml\nUser-agent: copydesk\nDisallow: /a # not this\n"
    assert concerning(text, "copydesk") == "User-agent: copydesk\nDisallow: /a"


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: a\n" * 17_000 + "Disallow: /a\n" * 20_000,
        "".join(f"User-agent: c{'*' * (n % 1000)}\n" for n in range(1000)) + "Disallow: /a\n" * 10_000,
        "User-agent: *\n" + "Disallow: /" + "*a" * 250_000,
        "User-agent: *\n" + "Disallow: /*a*b*c*d*e*f*g*h*i*j$\n" * 15_000,
        "user agent " * 46_000,
        "\n" * MOST_BYTES,
    ],
    ids=["names times rules", "stars", "one long rule", "wildcards", "one line", "empty lines"],
)
def test_a_hostile_file_is_cheap(text: str) -> None:
    before = time.process_time()
    allowed(text[:MOST_BYTES], "/" + "abcdefghi" * 200)
    assert time.process_time() - before < 3


def test_gzip_that_is_none_is_no_robots_txt() -> None:
    assert text_of(b"User-agent: *", {"content-encoding": "gzip"}) == ""


def test_many_who_wait_ask_once_and_a_failure_is_remembered_briefly() -> None:
    now, asked = 0.0, []

    async def ask(url: str) -> Text:
        asked.append(url)
        await asyncio.sleep(0)
        raise Transient("server_error", "HTTP status 503", 9)

    async def test() -> None:
        nonlocal now
        cache = LocalRobotsCache(lambda: now)
        for _ in range(2):
            robots = Robots(cache, ask)
            errors = await asyncio.gather(
                *(robots.delay("https://a.example/", AGENT) for _ in range(20)), return_exceptions=True
            )
            assert all(isinstance(e, Transient) and (e.reason, e.retry_after) == ("server_error", 9) for e in errors)
            assert "robots.txt" in str(errors[0])
        assert asked == ["https://a.example/robots.txt"]
        now += AWAY + 1
        with pytest.raises(Transient):
            await Robots(cache, ask).delay("https://a.example/", AGENT)
        assert len(asked) == 2

    asyncio.run(test())


def test_a_turn_too_far_away_is_no_answer() -> None:
    async def ask(url: str) -> Text:
        raise Postponed(30)

    async def test() -> None:
        cache = LocalRobotsCache()
        with pytest.raises(Postponed):
            await Robots(cache, ask).delay("https://a.example/", AGENT)
        assert await cache.get(Origin("https://a.example", "copydesk")) is None

    asyncio.run(test())


def test_parsed_rules_are_bounded() -> None:
    async def ask(url: str) -> Text:
        return Text(b"User-agent: *\n" + b"Disallow: /some/folder/\n" * 10_000, {})

    async def test() -> None:
        robots = Robots(LocalRobotsCache(), ask)
        for number in range(20):
            await robots.delay(f"https://h{number}.example/", AGENT)
        assert sum(len(rules.notice.text) for rules in robots._known.values()) <= PARSED_CHARS

    asyncio.run(test())


def test_the_local_cache_is_bounded() -> None:
    async def test() -> None:
        cache = LocalRobotsCache()
        for number in range(3 * cache.MOST):
            await cache.put(Origin(str(number), "copydesk"), Notice(), 60)
        assert len(cache._kept) == cache.MOST

    asyncio.run(test())
