"""Bodies as they come over the wire: bounded in pieces, and few large ones held at a time."""

import asyncio
import weakref

import httpx

from pipeline.errors import Rejected

SMALL_BODY = 512 * 1024
"""Bytes on the wire up to which a body needs no place among the large ones; hardly any real page is larger."""
LARGE_BODIES = 4
"""Larger bodies held at a time by one process, so that a hundred hostile servers at once cannot fill its memory."""
MAX_PIECES = 30_000
"""Chunks and reads of one body; each costs some 8 µs, and a real page of 10 MB has a few hundred to some thousand."""


class Room:
    """A large body's place among the few that are held at a time: from its first surplus byte until nobody holds it."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taken = False

    async def take(self) -> None:
        """Wait for a place, unless there is one already."""
        if not self._taken:
            await self._places.acquire()
            self._taken = True

    def leave(self) -> None:
        """Give the place back."""
        if self._taken:
            self._places.release()

    def leave_with(self, holder: object, loop: asyncio.AbstractEventLoop) -> None:
        """Give the place back when ``holder`` is no longer there, in whatever thread that is noticed."""
        weakref.finalize(holder, self._leave_soon, loop)

    def _leave_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._taken and not loop.is_closed():
            loop.call_soon_threadsafe(self.leave)


async def read_body(response: httpx.Response, room: Room, cut: int | None = None) -> bytes:
    """The raw bytes of the body; only the first ``cut`` of them, where that is given."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_raw():
        pieces.append(piece)
        size += len(piece)
        if cut is not None and size >= cut:
            return b"".join(pieces)[:cut]
        if size > SMALL_BODY:
            await room.take()
        if len(pieces) > MAX_PIECES:
            raise Rejected("too_complex", f"the body comes in more than {MAX_PIECES} pieces")
    return b"".join(pieces)
