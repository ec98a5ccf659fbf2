"""One URL asked for, from its robots.txt to the last byte: in turn, guarded, bounded, redirects by hand.

Runs in the fetcher's event loop. HTTP/1.1 only: requests to one host are paced, so there is nothing to multiplex.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from pipeline.errors import Postponed, Rejected, Transient
from pipeline.fetch.addresses import Network, check_literal
from pipeline.fetch.bodies import LARGE_BODIES, Room, read_body
from pipeline.fetch.book import Book
from pipeline.fetch.network import ALLOWANCE, SENT, Allowance, Guard, Resolve
from pipeline.fetch.responses import PERMANENT, check_status, redirect_target
from pipeline.fetch.rhythm import NO_ANSWER, NOTHING, observed
from pipeline.fetch.robots import MOST_BYTES, MOST_REDIRECTS, Robots, RobotsCache, Text
from pipeline.fetch.transport import GuardedTransport
from pipeline.fetch.turns import Turn, Turns
from pipeline.sites import Sites
from pipeline.urls import host_of, normalise

MOST_IDLE = 512
"""Idle connections kept; with more, a process may run out of file descriptors (1024 is a usual limit)."""
NOT_MODIFIED = 304


@dataclass(frozen=True)
class FetchLimits:
    """What reading one document may cost, and what may be reached. Sizes in bytes, times in seconds."""

    connect_seconds: float = 10
    """For name lookup and TCP connection together, and once more for the TLS handshake."""
    total_seconds: float = 30
    """For all requests from their start to the last byte, over all redirects; waiting for turns does not count."""
    patience: float = 5
    """How long a host's turn is waited for; a document whose turn is further away is postponed."""
    wire_bytes: int = 10_000_000
    """As sent, with all headers and redirects."""
    decoded_bytes: int = 20_000_000
    """After decompression; also the size of the largest local file."""
    redirects: int = 10
    concurrency: int = 100
    """Requests open at the same time in one process."""
    user_agent: str = "Copydesk/0.1"
    """Says who reads; it should carry an address where the reader can be reached."""
    allow_addresses: tuple[Network, ...] = ()
    """Networks that may be reached though they are not public, on any port."""
    proxy: str | None = field(default=None, repr=False)
    """``http://[user:password@]host:port``; the proxy makes the connections, targets are still checked here."""


@dataclass(frozen=True)
class Reply:
    """The final answer to a request, after redirects, with its body as it came over the wire."""

    url: str
    redirects: tuple[str, ...]
    """Every URL on the way from the one asked for to ``url``, both left out."""
    status: int
    """Of a page, or 304 to a conditional request, then with an empty body."""
    headers: httpx.Headers
    body: bytes
    date_fetched: str
    """ISO 8601 in UTC."""
    request_headers: dict[str, str] = field(default_factory=dict)
    """What the last request was sent with."""
    permanent_url: str | None = None
    """See ``FetchedPage.permanent_url``."""


@dataclass(frozen=True)
class Errand:
    """What a URL is asked for."""

    headers: Mapping[str, str]
    """Beside the usual ones, with the first request only."""
    redirects: int
    patience: float
    """See ``FetchLimits``."""
    is_page: bool = True
    """Pages obey robots.txt; robots.txt does not, is asked for uncompressed, and cut at ``MOST_BYTES``."""


class Clock:
    """The time that a document has left; it runs while requests do."""

    def __init__(self, seconds: float) -> None:
        self._seconds = self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """``Transient("timeout")`` when time is up."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(self._left):
                yield
        except TimeoutError as exc:
            raise Transient("timeout", f"not read within {self._seconds:g} s") from exc
        finally:
            self._left = max(self._left - (loop.time() - started), 0)


class Asker:
    """Asks for URLs, as many at a time as one likes; built in the event loop that it is used in."""

    def __init__(
        self,
        limits: FetchLimits,
        transports: Mapping[str, GuardedTransport],
        *,
        book: Book,
        robots: RobotsCache | None,
        sites: Sites,
    ) -> None:
        """``transports`` by proxy, "" for none, as ``transports_for`` makes them."""
        self._limits = limits
        self._transports = transports
        self._sites = sites
        self._turns = Turns(book)
        self._robots = Robots(robots, self._robots_txt) if robots else None
        self._places = asyncio.Semaphore(limits.concurrency)
        self._large = asyncio.Semaphore(LARGE_BODIES)

    async def read(self, url: str, conditions: Mapping[str, str], patience: float) -> Reply:
        """Ask for a page. Raises ``DocumentError``."""
        return await self._follow(normalise(url), Errand(conditions, self._limits.redirects, patience))

    async def close(self) -> None:
        """Give back turns, close connections."""
        await self._turns.close()
        if self._robots:
            await self._robots.close()
        for transport in self._transports.values():
            await transport.aclose()

    async def _robots_txt(self, url: str) -> Text:
        reply = await self._follow(url, Errand({}, MOST_REDIRECTS, self._limits.patience, is_page=False))
        return Text(reply.body, reply.headers)

    async def _follow(self, url: str, errand: Errand) -> Reply:
        ALLOWANCE.set(Allowance(self._limits.wire_bytes))
        clock = Clock(self._limits.total_seconds)
        trail, permanent = [url], url
        while True:
            landed = await self._hop(trail, errand, clock, permanent)
            if isinstance(landed, Reply):
                return landed
            target, status = landed
            if target in trail or len(trail) > errand.redirects:
                raise Rejected("redirect_loop", f"redirected {len(trail)} times, at last to {target[:200]}")
            if permanent == trail[-1] and status in PERMANENT:
                permanent = target
            trail.append(target)

    async def _hop(self, trail: list[str], errand: Errand, clock: Clock, permanent: str) -> "Reply | tuple[str, int]":
        """One request, when its turn has come: the reply, or where a redirect leads and its status."""
        host = host_of(trail[-1])
        check_literal(trail[-1], self._limits.allow_addresses)
        pace = self._sites.pace_of(host)
        if self._robots and errand.is_page and self._sites.obeys_robots(host):
            pace = pace.at_least(await self._robots.delay(trail[-1], self._agent(host)))
        turn = await self._turns.take(host, pace, errand.patience)
        seen = NOTHING
        try:
            async with self._places:
                if turn.is_stale():
                    raise Postponed(0, "too busy to use the host's turn", pace.seconds)
                async with clock.running():
                    response = await self._ask(trail[-1], host, errand, turn, is_first=len(trail) == 1)
                    try:
                        seen = observed(response.status_code, response.headers, turn.age())
                        if target := redirect_target(trail[-1], response.status_code, response.headers):
                            return target, response.status_code
                        return await self._reply(trail, response, errand, permanent)
                    finally:
                        await response.aclose()
        except Transient:
            if seen.kind in ("nothing", "answer"):
                seen = NO_ANSWER
            raise
        finally:
            turn.done(seen)

    async def _ask(self, url: str, host: str, errand: Errand, turn: Turn, *, is_first: bool) -> httpx.Response:
        headers = {
            "host": url.split("/", 3)[2],
            "user-agent": self._agent(host),
            "accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
            "accept-encoding": "gzip, deflate, br, zstd" if errand.is_page else "identity",
            **(errand.headers if is_first else {}),
        }
        allowance = ALLOWANCE.get()
        allowance.expect_head()
        SENT.set(turn.sent)
        response = await self._transport(host).get(url, headers)
        response.extensions["request_headers"] = headers
        allowance.expect_body()
        return response

    def _agent(self, host: str) -> str:
        return self._sites.site_of(host).user_agent or self._limits.user_agent

    def _transport(self, host: str) -> GuardedTransport:
        own = self._sites.site_of(host).proxy
        return self._transports[(self._limits.proxy or "") if own is None else own]

    async def _reply(self, trail: list[str], response: httpx.Response, errand: Errand, permanent: str) -> Reply:
        body, room = b"", Room(self._large)
        is_unchanged = response.status_code == NOT_MODIFIED and errand.headers and len(trail) == 1
        if not is_unchanged:
            check_status(response.status_code, response.headers)
            body = await self._body(response, room, errand)
        reply = Reply(
            url=trail[-1],
            redirects=tuple(trail[1:-1]),
            status=response.status_code,
            headers=response.headers,
            body=body,
            date_fetched=datetime.now(UTC).isoformat(timespec="seconds"),
            request_headers={name.lower(): value for name, value in response.extensions["request_headers"].items()},
            permanent_url=permanent if permanent != trail[-1] else None,
        )
        room.leave_with(reply, asyncio.get_running_loop())
        return reply

    async def _body(self, response: httpx.Response, room: Room, errand: Errand) -> bytes:
        if not errand.is_page:
            return await read_body(response, room, MOST_BYTES)
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and len(announced) < 20 and int(announced) > self._limits.wire_bytes:
            raise Rejected("too_large", f"the server announces {announced} bytes")
        try:
            return await read_body(response, room)
        except BaseException:
            room.leave()
            raise


def transports_for(
    limits: FetchLimits, proxies: Iterable[str], resolve: Resolve, tls: ssl.SSLContext
) -> dict[str, GuardedTransport]:
    """Connection pools for each proxy and for none. Raises ``ConfigurationError`` for a proxy that is none."""
    guard = Guard(resolve, limits.allow_addresses)

    def pool(proxy: str) -> GuardedTransport:
        return GuardedTransport(
            guard,
            tls=tls,
            connect_seconds=limits.connect_seconds,
            keep_idle=MOST_IDLE,
            proxy=proxy or None,
        )

    wanted = {"", limits.proxy or "", *proxies}
    return {proxy: pool(proxy) for proxy in wanted}
