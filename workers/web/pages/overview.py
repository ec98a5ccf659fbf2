"""The first page: the account, the pace of each stage, who works, what failed and why."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from pipeline.stage import PIPELINE
from pipeline.store import pace
from pipeline.store.clock import time_in
from workers import standing
from workers.web.desk import AtDesk, Desk
from workers.web.pages.charts import Chart, course_chart
from workers.web.pages.live import Live
from workers.web.pages.rendering import page, templates

router = APIRouter(include_in_schema=False)
MINUTES = 30
SECTIONS = ("account", "course", "stages", "reasons", "workers", "lines")
"""Parts of the page that are sent anew when they have changed; each is a template and an element by this name."""
BEGIN, ALIVE = b"retry: 2000\n\n", b": still here\n\n"
HEARTBEAT = 15.0


@router.get("/")
def overview(desk: AtDesk, request: Request) -> Response:
    """The page as it is now."""
    return page(request, "overview", title="Overview", **look(desk))


@router.get("/live")
async def live(request: Request) -> Response:
    """Its sections as they change, for as long as somebody looks."""
    follower: Live = request.app.state.live
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_events(follower), headers=headers, media_type="text/event-stream")


def look(desk: Desk) -> dict[str, Any]:
    """What the templates ask for, from one state of the ledger. Raises UnavailableError."""
    with desk.read() as tx:
        now = time_in(tx)
        state = standing.read(tx, desk.settings)
        course = pace.course(tx, since=now - MINUTES * 60 - pace.PERIOD)
    stages = [stage.name for stage in PIPELINE]
    chart: Chart = course_chart(course, stages, now=now, minutes=MINUTES)
    workers = [{**standing.told(each), "line": standing.worker_line(each)} for each in state.workers]
    return {"state": state, "chart": chart, "workers": workers}


def sections(desk: Desk) -> dict[str, str]:
    """Each section as HTML."""
    values = look(desk)
    return {name: templates().get_template(f"overview/{name}.html").render(**values) for name in SECTIONS}


async def _events(follower: Live) -> AsyncIterator[bytes]:
    """Ends when the server stops; when the browser goes, it is cancelled."""
    yield BEGIN
    seen: dict[str, str] = {}
    while not follower.is_stopping:
        now = await follower.next(HEARTBEAT)
        changed = {name: text for name, text in now.items() if seen.get(name) != text}
        seen = now
        yield b"data: %s\n\n" % orjson.dumps(changed) if changed else ALIVE


def follow(desk: Desk) -> Live:
    """What all who look at the overview share."""

    async def read() -> dict[str, str]:
        return await run_in_threadpool(sections, desk)

    return Live(read, asyncio.sleep)
