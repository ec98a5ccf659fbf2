"""Inputs as they come: in full chunks while they come fast, in small ones when they come slowly.

Standard input may be a pipe that someone writes a line a minute into, and a sitemap may have to wait for its host's
turn; what is there already must not wait for what is not.
"""

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

GATHER_SECONDS = 0.2
"""How long a chunk that is not full waits for more."""
AHEAD = 4
"""Chunks that are read ahead."""


class Inflow(Generic[T]):
    """Reads ``items`` in a thread of its own, at most some chunks of ``size`` ahead.

    Both sides wake each other once a chunk, not once an item: a million items must not cost a million handovers.
    """

    def __init__(self, items: Iterator[T], size: int) -> None:
        self._size = size
        self._read_ahead: deque[T] = deque()
        self._changed = threading.Condition()
        self._is_over = False
        self._error: BaseException | None = None
        threading.Thread(target=self._read, args=(items,), name="inputs", daemon=True).start()

    def take(self, wait: float | None = GATHER_SECONDS) -> list[T] | None:
        """What has come in, at most ``size``; empty if nothing came for ``wait`` seconds, ``None`` at the end.

        Raises what reading raised.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._read_ahead or self._is_over, wait)
            self._changed.wait_for(lambda: len(self._read_ahead) >= self._size or self._is_over, GATHER_SECONDS)
            chunk = [self._read_ahead.popleft() for _ in range(min(self._size, len(self._read_ahead)))]
            self._changed.notify_all()
        if chunk or not self._is_over:
            return chunk
        if error := self._error:
            self._error = None
            raise error
        return None

    def _read(self, items: Iterator[T]) -> None:
        try:
            for item in items:
                self._read_ahead.append(item)
                if len(self._read_ahead) % self._size in (0, 1):
                    self._hand_over()
        except BaseException as exc:  # noqa: BLE001 - it is raised again by whoever takes
            self._error = exc
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _hand_over(self) -> None:
        """Wake who waits, for the first item or for a full chunk; wait while enough is read ahead."""
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: len(self._read_ahead) < AHEAD * self._size)
