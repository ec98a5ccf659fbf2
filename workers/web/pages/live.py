"""One look a second for all that look on: a hundred open pages ask the store no more than one does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pipeline.errors import UnavailableError

log = logging.getLogger("copydesk.web")

EVERY_SECONDS = 1.0
Sections = dict[str, str]


class Live:
    """Hands what it reads to all that wait; it reads only while somebody does."""

    def __init__(self, read: Callable[[], Awaitable[Sections]], sleep: Callable[[float], Awaitable[None]]) -> None:
        """``read`` may raise UnavailableError, which is waited out."""
        self._read, self._sleep = read, sleep
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._now: Sections = {}
        self._following = 0
        self.is_stopping = False

    async def next(self, seconds: float) -> Sections:
        """The next state; the same as before after ``seconds`` without one, or when it stops."""
        self._following += 1
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._watch())
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            return self._now
        finally:
            self._following -= 1

    def stop(self) -> None:
        """Let all go; to be called in the event loop's thread."""
        self.is_stopping = True
        self._news.set()

    async def _watch(self) -> None:
        idle = 0
        # Who has just been told is back in no time: nobody for a few seconds means that all are gone.
        while idle < 3 and not self.is_stopping:
            try:
                self._now = await self._read()
                # Everybody that waits now is woken; who comes later waits for the next one.
                self._news.set()
                self._news = asyncio.Event()
            except UnavailableError as exc:
                log.warning("%s; the overview waits", exc)
            await self._sleep(EVERY_SECONDS)
            idle = 0 if self._following else idle + 1
