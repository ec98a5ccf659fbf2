"""The HTTP client: one event loop in a thread of its own, guarded, bounded in time and bytes, redirects by hand.

What arrives is handed out as raw bytes; ``pages`` makes sense of them, in the caller's thread.
"""

import asyncio
import os
import ssl
import threading
import weakref
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from pipeline.errors import Rejected, Transient
from pipeline.fetch.addresses import Network
from pipeline.fetch.network import ALLOWANCE, Allowance, Guard, Resolve, resolve_by_system
from pipeline.fetch.responses import check_status, redirect_target
from pipeline.fetch.transport import GuardedTransport
from pipeline.urls import host_of, normalise

SHARDS = 64
"""Connection pools per process. A pool looks through all its connections for each request: many small ones are fast."""
IDLE_PER_SHARD = 8
"""Idle connections kept by a pool; with more, a process may run out of file descriptors (1024 is a usual limit)."""
NAME_LOOKUPS = 64
"""Threads that wait for name servers, started when needed: slow ones must not delay the others."""
SMALL_BODY = 512 * 1024
"""Bytes on the wire up to which a body needs no place among the large ones; hardly any real page is larger."""
LARGE_BODIES = 4
"""Larger bodies held at a time by one process, so that a hundred hostile servers at once cannot fill its memory."""
MAX_PIECES = 30_000
"""Chunks and reads of one body; each costs some 8 µs, and a real page of 10 MB has a few hundred to some thousand."""


@dataclass(frozen=True)
class FetchLimits:
    """What reading one document may cost, and what may be reached. Sizes in bytes, times in seconds."""

    connect_seconds: float = 10
    """For name lookup and TCP connection together, and once more for the TLS handshake."""
    total_seconds: float = 30
    """From the start to the last byte, over all redirects."""
    wire_bytes: int = 10_000_000
    """As sent, with all headers and redirects."""
    decoded_bytes: int = 20_000_000
    """After decompression; also the size of the largest local file."""
    redirects: int = 10
    concurrency: int = 100
    """Documents read at the same time by one process."""
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
    headers: httpx.Headers
    body: bytes
    date_fetched: str
    """ISO 8601 in UTC."""


class Fetcher:
    """Reads URLs. Built once per process, after the fork; its thread starts with the first request.

    ``resolve`` and ``tls`` replace the machine's name resolution and the usual certificate check.
    """

    def __init__(
        self, limits: FetchLimits, *, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.limits = limits
        self._resolve = resolve or resolve_by_system
        self._tls = tls
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._headers = {
            "User-Agent": limits.user_agent,
            "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
            "Accept-Encoding": "gzip, deflate, br, zstd",
        }

    def submit(self, url: str) -> "Future[Reply]":
        """Begin to read an http(s) URL; the future ends with the reply or with a ``DocumentError``."""
        loop = self._started()
        return asyncio.run_coroutine_threadsafe(self._read(url), loop)

    def close(self) -> None:
        """Stop the thread; what is still being read is cancelled."""
        with self._starting:
            loop, self._loop = self._loop, None
        if loop:
            asyncio.run_coroutine_threadsafe(self._finish(), loop).result()
            loop.call_soon_threadsafe(loop.stop)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            # A thread does not live on in a forked child.
            if self._loop is None or self._process != os.getpid():
                self._process = os.getpid()
                self._turn = asyncio.Semaphore(self.limits.concurrency)
                self._large = asyncio.Semaphore(LARGE_BODIES)
                self._shards = self._transports()
                self._loop = asyncio.new_event_loop()
                self._loop.set_default_executor(ThreadPoolExecutor(NAME_LOOKUPS, thread_name_prefix="dns"))
                threading.Thread(target=_run, args=(self._loop,), name="fetch", daemon=True).start()
            return self._loop

    def _transports(self) -> tuple[GuardedTransport, ...]:
        limits = self.limits
        guard = Guard(self._resolve, limits.allow_addresses)
        tls = self._tls or httpx.create_ssl_context(trust_env=False)
        return tuple(
            GuardedTransport(
                guard,
                tls=tls,
                connect_seconds=limits.connect_seconds,
                keep_idle=IDLE_PER_SHARD,
                proxy=limits.proxy,
            )
            for _ in range(SHARDS)
        )

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for shard in self._shards:
            await shard.aclose()

    async def _read(self, url: str) -> Reply:
        async with self._turn:
            ALLOWANCE.set(Allowance(self.limits.wire_bytes))
            try:
                async with asyncio.timeout(self.limits.total_seconds):
                    return await self._follow(url)
            except TimeoutError as exc:
                raise Transient("timeout", f"not read within {self.limits.total_seconds:g} s") from exc

    async def _follow(self, url: str) -> Reply:
        trail = [normalise(url)]
        while True:
            response = await self._ask(trail[-1])
            try:
                target = redirect_target(trail[-1], response.status_code, response.headers)
                if target is None:
                    return await self._reply(trail, response)
            finally:
                await response.aclose()
            if target in trail or len(trail) > self.limits.redirects:
                raise Rejected("redirect_loop", f"redirected {len(trail)} times, at last to {target[:200]}")
            trail.append(target)

    async def _ask(self, url: str) -> httpx.Response:
        # A host always has the same shard, so that its connections are found again.
        shard = self._shards[zlib.crc32(host_of(url).encode()) % SHARDS]
        allowance = ALLOWANCE.get()
        allowance.expect_head()
        response = await shard.handle_async_request(httpx.Request("GET", url, headers=self._headers))
        allowance.expect_body()
        return response

    async def _reply(self, trail: list[str], response: httpx.Response) -> Reply:
        check_status(response.status_code, response.headers)
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and len(announced) < 20 and int(announced) > self.limits.wire_bytes:
            raise Rejected("too_large", f"the server announces {announced} bytes")
        room = _Room(self._large)
        try:
            body = await _body(response, room)
        except BaseException:
            room.leave()
            raise
        now = datetime.now(UTC).isoformat(timespec="seconds")
        reply = Reply(trail[-1], tuple(trail[1:-1]), response.status_code, response.headers, body, now)
        weakref.finalize(reply, room.leave_soon, asyncio.get_running_loop())
        return reply


class _Room:
    """A large body's place among the few that are held at a time: from its first surplus byte until nobody holds it."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taken = False

    async def take(self) -> None:
        if not self._taken:
            await self._places.acquire()
            self._taken = True

    def leave(self) -> None:
        if self._taken:
            self._places.release()

    def leave_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._taken and not loop.is_closed():
            loop.call_soon_threadsafe(self.leave)


async def _body(response: httpx.Response, room: _Room) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_raw():
        pieces.append(piece)
        size += len(piece)
        if size > SMALL_BODY:
            await room.take()
        if len(pieces) > MAX_PIECES:
            raise Rejected("too_complex", f"the body comes in more than {MAX_PIECES} pieces")
    return b"".join(pieces)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
