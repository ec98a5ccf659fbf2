"""Inputs as they come: in full chunks while they come fast, in small ones when they come slowly.

Standard input may be a pipe that someone writes a line a minute into, and a sitemap may have to wait for its host's
turn; what is there already must not wait for what is not.
"""

import threading
import time
from collections.abc import Iterator
from queue import Empty, Queue
from typing import Generic, TypeVar

T = TypeVar("T")

GATHER_SECONDS = 0.2
"""How long a chunk that is not full waits for more."""


class _End:
    """The last thing in the queue: why it ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Inflow(Generic[T]):
    """Reads ``items`` in a thread of its own, at most some chunks of ``size`` ahead."""

    def __init__(self, items: Iterator[T], size: int) -> None:
        self._size = size
        self._queue: Queue[T | _End] = Queue(4 * size)
        self._is_over = False
        threading.Thread(target=self._read, args=(items,), name="inputs", daemon=True).start()

    def take(self, wait: float | None = GATHER_SECONDS) -> list[T] | None:
        """What has come in, at most ``size``; empty if nothing came for ``wait`` seconds, ``None`` at the end.

        Raises what reading raised.
        """
        if self._is_over:
            return None
        chunk: list[T] = []
        until = time.monotonic() + GATHER_SECONDS
        try:
            while len(chunk) < self._size:
                item = self._queue.get(timeout=max(until - time.monotonic(), 0) if chunk else wait)
                if isinstance(item, _End):
                    self._is_over = True
                    if item.error:
                        raise item.error
                    return chunk or None
                chunk.append(item)
        except Empty:
            pass
        return chunk

    def _read(self, items: Iterator[T]) -> None:
        try:
            for item in items:
                self._queue.put(item)
        except BaseException as exc:  # noqa: BLE001 - it is raised again by whoever takes
            self._queue.put(_End(exc))
        else:
            self._queue.put(_End(None))
