"""Politeness of one fetcher over real connections: robots.txt, pacing, rest, proxies, conditional requests."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from pipeline.errors import DocumentError, Postponed, Rejected, Transient
from pipeline.fetch import Fetcher, FetchLimits
from pipeline.fetch.addresses import networks
from pipeline.fetch.book import LocalBook
from pipeline.fetch.client import Reply
from pipeline.fetch.robots import LocalRobotsCache
from pipeline.sites import Site, Sites
from tests.integration.fetch.page_server import Handler, PageServer, Request, answer, redirect, reset
from workers.redis_server import EmbeddedRedis
from workers.robots_cache import RedisRobotsCache
from workers.turns import RedisBook

OWN = networks(["127.7.0.0/16"])
LIMITS = FetchLimits(
    connect_seconds=2,
    total_seconds=5,
    patience=1,
    user_agent="Copydesk-Test/1.0 (+mailto:desk@example.org)",
    allow_addresses=OWN,
)
Make = Callable[..., Fetcher]


async def to_loopback(host: str, port: int) -> list[str]:
    return [host] if host[0].isdigit() else ["127.7.0.1"]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    found = EmbeddedRedis(tmp_path_factory.mktemp("home"))
    found.ensure()
    yield found
    found.stop()


@pytest.fixture(params=["local", "redis"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Builds fetchers that obey robots.txt, with everything in the process or in Redis."""
    opened: list[Fetcher] = []

    def build(limits: FetchLimits = LIMITS, **sites: Any) -> Fetcher:
        if request.param == "redis":
            url = request.getfixturevalue("redis").url
            services: dict[str, Any] = {"book": RedisBook(url), "robots": RedisRobotsCache(url)}
        else:
            services = {"book": LocalBook(), "robots": LocalRobotsCache()}
        opened.append(Fetcher(limits, sites=Sites(own=OWN, **sites), resolve=to_loopback, **services))
        return opened[-1]

    yield build
    for fetcher in opened:
        fetcher.close()


def read(fetcher: Fetcher, url: str, **conditions: str) -> Reply | DocumentError:
    try:
        return fetcher.submit(url, **conditions).result(20)
    except DocumentError as exc:
        return exc


def robots(*lines: str, **headers: str) -> Handler:
    return answer("\n".join(lines).encode(), 200, "text/plain", **headers)


def paths(server: PageServer) -> list[str]:
    return [request.path for request in server.requests]


def test_robots_txt_is_asked_for_once_and_obeyed(make: Make) -> None:
    rules = robots("User-agent: *", "Disallow: /", "", "User-agent: copydesk-test", "Disallow: /private")
    with PageServer({"/robots.txt": rules, "/": answer(), "/private/a": answer()}) as server:
        fetcher = make()
        assert isinstance(read(fetcher, server.url("/")), Reply)
        refused = read(fetcher, server.url("/private/a"))
        assert isinstance(refused, Rejected)
        assert refused.reason == "robots"
        assert paths(server) == ["/robots.txt", "/"]
        assert server.requests[0].headers["user-agent"] == LIMITS.user_agent


def test_each_hop_is_checked(make: Make) -> None:
    rules = robots("User-agent: *", "Disallow: /private")
    with PageServer({"/robots.txt": rules, "/a": redirect("/private"), "/private": answer()}) as server:
        outcome = read(make(), server.url("/a"))
        assert isinstance(outcome, Rejected)
        assert outcome.reason == "robots"
        assert paths(server) == ["/robots.txt", "/a"]


@pytest.mark.parametrize(
    "sites", [{"robots": False}, {"by_domain": {"127.7.0.1": Site.model_validate({"robots": False})}}]
)
def test_robots_txt_can_be_left_alone(make: Make, sites: dict[str, Any]) -> None:
    with PageServer({"/robots.txt": robots("User-agent: *", "Disallow: /"), "/": answer()}) as server:
        assert isinstance(read(make(**sites), server.url("/")), Reply)
        assert paths(server) == ["/"]


LOOP = {"/robots.txt": redirect("/r"), "/r": redirect("/robots.txt")}
CHAIN = {"/robots.txt": redirect("/r1")} | {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 9)}


@pytest.mark.parametrize(
    "routes",
    [
        {"/robots.txt": answer(b"", 404)},
        {"/robots.txt": answer(b"", 403)},
        {"/robots.txt": answer(b"<html>User-agent: *\nDisallow: /", 200, "text/plain")},
        {"/robots.txt": redirect("http://10.0.0.1/robots.txt")},
        {"/robots.txt": redirect("http://127.9.0.1/robots.txt")},
        {"/robots.txt": answer(b"no gzip", Content_Encoding="gzip")},
        LOOP,
        CHAIN | {"/r9": robots("User-agent: *", "Disallow: /")},
    ],
    ids=["404", "403", "html", "to a private address", "to a local address", "damaged", "loop", "nine redirects"],
)
def test_what_is_no_robots_txt_forbids_nothing(make: Make, routes: dict[str, Handler]) -> None:
    with PageServer(routes | {"/": answer()}) as server:
        assert isinstance(read(make(), server.url("/")), Reply)


def test_robots_txt_behind_redirects_counts(make: Make) -> None:
    routes = {"/robots.txt": redirect("/r1"), "/r1": redirect("/r2"), "/r2": robots("User-agent: *", "Disallow: /")}
    with PageServer(routes) as server:
        assert isinstance(read(make(), server.url("/")), Rejected)


def test_half_a_megabyte_of_robots_txt_is_read_and_no_more(make: Make) -> None:
    filler = ["# " + "x" * 97] * 5 * 1024
    rules = robots("User-agent: *", "Disallow: /a", *filler, *filler, "Disallow: /b")
    with PageServer({"/robots.txt": rules, "/b": answer()}) as server:
        fetcher = make()
        assert isinstance(read(fetcher, server.url("/a")), Rejected)
        assert isinstance(read(fetcher, server.url("/b")), Reply)


@pytest.mark.parametrize(
    ("handler", "reason", "wait"),
    [
        (answer(b"", 503, Retry_After="7"), "server_error", 7),
        (answer(b"", 429, Retry_After="7"), "too_many_requests", 7),
        (reset, "net", None),
    ],
    ids=["503", "429", "reset"],
)
def test_a_host_whose_robots_txt_cannot_be_had_is_not_read(
    make: Make, handler: Handler, reason: str, wait: float | None
) -> None:
    with PageServer({"/robots.txt": handler}) as server:
        fetcher = make()
        for _ in range(2):
            outcome = read(fetcher, server.url("/"))
            assert isinstance(outcome, Transient)
            assert (outcome.reason, outcome.retry_after) == (reason, wait)
            assert "robots.txt" in outcome.detail
        assert paths(server) == ["/robots.txt"]


class Moments:
    """A page, and when it was asked for."""

    def __init__(self, page: Handler | None = None) -> None:
        self.moments: list[float] = []
        self._page = page or answer()

    async def __call__(self, request: Request, writer: Any) -> None:
        self.moments.append(time.monotonic())
        await self._page(request, writer)

    @property
    def gaps(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self.moments)]


def test_a_crawl_delay_is_kept_and_one_beyond_patience_postpones(make: Make) -> None:
    page = Moments()
    with PageServer({"/robots.txt": robots("User-agent: *", "Crawl-delay: 0.3"), "/": page}) as server:
        fetcher = make(replace(LIMITS, patience=3))
        for future in [fetcher.submit(server.url(f"/?{n}")) for n in range(4)]:
            assert future.result(10).status == 200
        assert min(page.gaps) >= 0.28
    with PageServer({"/robots.txt": robots("User-agent: *", "Crawl-delay: 20"), "/": answer()}, "127.7.0.2") as server:
        fetcher = make()
        assert isinstance(read(fetcher, server.url("/")), Reply)
        outcome = read(fetcher, server.url("/"))
        assert isinstance(outcome, Postponed)
        assert outcome.seconds == pytest.approx(20, abs=1)
        assert outcome.spacing == 20


def test_names_are_paced_and_every_redirect_takes_a_turn(make: Make) -> None:
    last = Moments()
    with PageServer({"/robots.txt": answer(b"", 404), "/a": redirect("/b"), "/b": last}) as server:
        before = time.monotonic()
        fetcher = make(delay=0.2)
        assert isinstance(read(fetcher, server.url("/a", "paced.example")), Reply)
        assert last.moments[0] - before >= 2 * 0.2


def test_retry_after_stops_the_whole_host_and_503_slows_it_down(make: Make) -> None:
    routes = {"/robots.txt": answer(b"", 404), "/": answer(), "/busy": answer(b"", 503, Retry_After="20")}
    with PageServer(routes, "127.7.0.3") as server:
        fetcher = make(delay=0.01)
        outcome = read(fetcher, server.url("/busy"))
        assert isinstance(outcome, Transient)
        assert outcome.retry_after == 20
        waiting = read(fetcher, server.url("/"))
        assert isinstance(waiting, Postponed)
        assert waiting.seconds == pytest.approx(20, abs=1)
        assert waiting.spacing == 2


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_site_has_its_own_agent_and_proxy(make: Make, is_allowed: bool) -> None:
    url = "http://proxied.example/a"
    routes = {url: answer(), "http://proxied.example/robots.txt": answer(b"", 404)}
    with PageServer(routes, "127.7.0.4") as server:
        site = Site.model_validate({"proxy": server.url(""), "user_agent": "Desk/2", "delay": 0})
        allowed = OWN if is_allowed else networks(["127.7.0.4/32"])
        fetcher = make(replace(LIMITS, allow_addresses=allowed), by_domain={"proxied.example": site})
        outcome = read(fetcher, url)
        if is_allowed:
            assert isinstance(outcome, Reply)
            assert [(r.path, r.headers["user-agent"]) for r in server.requests] == [
                ("http://proxied.example/robots.txt", "Desk/2"),
                (url, "Desk/2"),
            ]
        else:
            assert isinstance(outcome, Rejected)
            assert outcome.reason == "blocked_address", "the target is checked although a proxy connects to it"
            assert server.requests == []


def test_an_unchanged_page_costs_no_body(make: Make) -> None:
    async def conditional(request: Request, writer: Any) -> None:
        same = request.headers.get("if-none-match") == '"v1"'
        await (answer(b"", 304, ETag='"v1"') if same else answer(ETag='"v1"'))(request, writer)

    with PageServer({"/robots.txt": answer(b"", 404), "/": conditional, "/to": redirect("/")}, "127.7.0.5") as server:
        fetcher = make()
        first = read(fetcher, server.url("/"))
        assert isinstance(first, Reply)
        assert "if-none-match" not in first.request_headers
        again = read(fetcher, server.url("/"), etag='"v1"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
        assert isinstance(again, Reply)
        assert (again.status, again.body) == (304, b"")
        assert again.request_headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
        behind = read(fetcher, server.url("/to"), etag='"v1"')
        assert isinstance(behind, Reply)
        assert behind.status == 200, "the validator belongs to the address that was asked for"
        odd = read(fetcher, server.url("/"), etag='"v1"\r\nX-Evil: 1')
        assert isinstance(odd, Reply)
        assert odd.status == 200
