"""One look at the end of the feed for all that follow it: a hundred followers ask the store no more than one does."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from pipeline.errors import UnavailableError
from pipeline.store.feed import LONGEST_WAIT, SHORTEST_WAIT

log = logging.getLogger("copydesk.web")


class Pulse:
    """Wakes those who wait when ``seq`` has risen; it looks only while somebody waits."""

    def __init__(self, look: Callable[[], int]) -> None:
        """``look``: the newest ``seq``; may block, and may raise UnavailableError, which is waited out."""
        self._look = look
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._seq, self._waiting = 0, 0
        self.is_stopping = False

    async def wait(self, after: int, seconds: float) -> None:
        """Return when there is something after this ``seq``, when it stops, or after ``seconds``."""
        if self.is_stopping or self._seq > after:
            return
        self._waiting += 1
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._watch())
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._seq <= after and not self.is_stopping:
                        await self._news.wait()
        finally:
            self._waiting -= 1

    def stop(self) -> None:
        """Let all go; to be called in the event loop's thread."""
        self.is_stopping = True
        self._news.set()

    async def _watch(self) -> None:
        wait = SHORTEST_WAIT
        while self._waiting and not self.is_stopping:
            try:
                seq = await run_in_threadpool(self._look)
            except UnavailableError as exc:
                log.warning("%s; followers of the feed wait", exc)
                seq, wait = self._seq, LONGEST_WAIT
            if seq > self._seq:
                self._seq, wait = seq, SHORTEST_WAIT
                # Everybody that waits now is woken; who comes later waits for the next event.
                self._news.set()
                self._news = asyncio.Event()
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT / 2)
