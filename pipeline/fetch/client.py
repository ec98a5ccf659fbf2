"""The HTTP client: one event loop in a thread of its own, for callers that know nothing of event loops.

What arrives is handed out as raw bytes; ``pages`` makes sense of them, in the caller's thread.
"""

import asyncio
import os
import ssl
import threading
from collections import deque
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx

from pipeline.fetch.asking import Asker, FetchLimits, Reply, transports_for
from pipeline.fetch.book import Book, LocalBook
from pipeline.fetch.network import Resolve, resolve_by_system
from pipeline.fetch.robots import RobotsCache
from pipeline.fetch.transport import GuardedTransport
from pipeline.sites import Sites

__all__ = ["FetchLimits", "Fetcher", "Reply"]

NAME_LOOKUPS = 64
"""Threads that wait for name servers, started when needed: slow ones must not delay the others."""


class Fetcher:
    """Reads URLs. Built once per process, after the fork; its thread starts with the first request.

    ``book`` is where turns are written down, of this process alone if it is not given. ``robots`` is where robots.txt
    is kept; without it none is asked for. ``sites`` says how fast which host may be asked.
    ``resolve`` and ``tls`` replace the machine's name resolution and the usual certificate check.
    """

    def __init__(
        self,
        limits: FetchLimits,
        *,
        book: Book | None = None,
        robots: RobotsCache | None = None,
        sites: Sites | None = None,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits
        self._book = book or LocalBook()
        self._robots = robots
        self._sites = sites or Sites(own=limits.allow_addresses)
        self._resolve = resolve or resolve_by_system
        self._tls = tls
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._wanted: deque[tuple[Future[Reply], Coroutine[Any, Any, Reply]]] = deque()
        self._is_called = False

    def submit(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, patience: float | None = None
    ) -> "Future[Reply]":
        """Begin to read an http(s) URL; the future ends with the reply or with a ``DocumentError``.

        With ``etag`` or ``last_modified`` of an earlier answer the server may reply that nothing changed: status 304.
        ``patience`` replaces that of the limits, for a caller who has nothing else to do than to wait.
        """
        loop = self._started()
        wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        # What a server once sent may be anything; what cannot be sent back is left out.
        conditions = {
            name: value for name, value in wanted.items() if value and value.isascii() and value.isprintable()
        }
        future: Future[Reply] = Future()
        self._wanted.append((future, self._read(url, conditions, patience)))
        # One call for all that is wanted meanwhile: waking the loop costs more than beginning a read.
        if not self._is_called:
            self._is_called = True
            loop.call_soon_threadsafe(self._begin)
        return future

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
                tls = self._tls or httpx.create_ssl_context(trust_env=False)
                transports = transports_for(self.limits, self._sites.proxies, self._resolve, tls)
                loop = asyncio.new_event_loop()
                loop.set_default_executor(ThreadPoolExecutor(NAME_LOOKUPS, thread_name_prefix="dns"))
                threading.Thread(target=_run, args=(loop,), name="fetch", daemon=True).start()
                self._asker = asyncio.run_coroutine_threadsafe(self._asking(transports), loop).result()
                self._loop, self._process = loop, os.getpid()
                self._wanted, self._is_called = deque(), False
            return self._loop

    def _begin(self) -> None:
        self._is_called = False
        while self._wanted:
            future, reading = self._wanted.popleft()
            task = asyncio.get_running_loop().create_task(reading)
            task.add_done_callback(partial(_hand_over, future))
            future.add_done_callback(partial(_give_up, task, asyncio.get_running_loop()))

    async def _asking(self, transports: dict[str, GuardedTransport]) -> Asker:
        return Asker(self.limits, transports, book=self._book, robots=self._robots, sites=self._sites)

    async def _read(self, url: str, conditions: dict[str, str], patience: float | None) -> Reply:
        return await self._asker.read(url, conditions, self.limits.patience if patience is None else patience)

    async def _finish(self) -> None:
        # Before Python 3.12 ``asyncio.wait_for`` may lose a cancellation, and the Redis client uses it: say it again.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.wait(others, timeout=0.1)
        await self._asker.close()


def _hand_over(future: "Future[Reply]", task: "asyncio.Task[Reply]") -> None:
    if task.cancelled():
        future.cancel()
        future.set_running_or_notify_cancel()
    elif (error := task.exception()) and future.set_running_or_notify_cancel():
        future.set_exception(error)
    elif error is None and future.set_running_or_notify_cancel():
        future.set_result(task.result())


def _give_up(task: "asyncio.Task[Reply]", loop: asyncio.AbstractEventLoop, future: "Future[Reply]") -> None:
    if future.cancelled() and not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()
