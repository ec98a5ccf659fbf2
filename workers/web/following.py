"""The change feed: in pages, and as a stream that goes on (server-sent events)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from pipeline.errors import StoreDamagedError, UnavailableError, UsageError
from pipeline.store.feed import LONGEST_WAIT, SHORTEST_WAIT
from pipeline.store.reading.changed import changed
from workers.web.answers import Filled, fill, page
from workers.web.asked import Fields, Limit, Seq, fields_of, shaped
from workers.web.desk import AtDesk, Desk
from workers.web.models import FeedPage

router = APIRouter(prefix="/api/v1/feed", tags=["feed"])
HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it is still there: proxies cut what is silent for a minute."""
AT_ONCE = 50
"""Changes that one look of a stream reads."""
BEGIN = b"retry: 2000\n\n"
ALIVE, AWAY = b": still here\n\n", b": the store cannot be reached\n\n"
Names = tuple[str, ...] | None


@router.get("", response_model=FeedPage)
def feed(desk: AtDesk, after: Seq = 0, fields: Fields = None, limit: Limit = 100) -> Response:
    """Changes after this place, in store order; each with the article as it was then."""
    filled = _look(desk, after, fields_of(fields), limit)
    return page(filled.items, next=filled.last or after, is_last=not filled.is_more)


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "events"}},
)
async def stream(
    desk: AtDesk,
    after: Seq = 0,
    fields: Fields = None,
    last_event_id: Annotated[str | None, Header(max_length=19)] = None,
) -> Response:
    """What came after this place and what comes, each change once and in order.

    An event's id is its `seq`; a client that comes again with `Last-Event-ID` goes on behind that.
    """
    if last_event_id and not (last_event_id.isascii() and last_event_id.isdecimal() and int(last_event_id) < 2**63):
        raise UsageError("Last-Event-ID: the id of an event of this stream is wanted")
    begin, names = int(last_event_id) if last_event_id else after, fields_of(fields)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_events(desk, begin, names), headers=headers, media_type="text/event-stream")


async def _events(desk: Desk, seq: int, names: Names) -> AsyncIterator[bytes]:
    """Ends when the server stops; when the client goes, it is cancelled."""
    yield BEGIN
    while not desk.pulse.is_stopping:
        try:
            found = await run_in_threadpool(_look, desk, seq, names, AT_ONCE)
        except StoreDamagedError:
            return
        except UnavailableError:
            yield AWAY
            await asyncio.sleep(LONGEST_WAIT)
            continue
        if found.last is not None:
            seq = found.last
            yield b"".join(map(_event, found.places, found.items))
            continue
        waited = asyncio.get_running_loop().time()
        await desk.pulse.wait(seq, HEARTBEAT)
        if asyncio.get_running_loop().time() - waited >= HEARTBEAT:
            yield ALIVE
        await asyncio.sleep(SHORTEST_WAIT / 5)


def _event(seq: int, article: bytes) -> bytes:
    """JSON has no line breaks in it."""
    return b"id: %d\ndata: %s\n\n" % (seq, article)


def _look(desk: Desk, after: int, names: Names, limit: int) -> Filled[int]:
    with desk.read() as tx:
        rows = changed(tx, after=after, limit=limit + 1)
        return fill(((article["seq"], shaped(article, names)) for article in rows), limit)
