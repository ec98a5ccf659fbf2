"""The application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

from config.settings import Settings
from pipeline.store.database import Database
from pipeline.store.feed import last_seq
from workers.web import articles, described, finding, following, health, metrics, pages
from workers.web.asked import only_known
from workers.web.desk import Desk
from workers.web.frame import Frame
from workers.web.guard import Access, Guard
from workers.web.limits import Buckets, Limits
from workers.web.pages.overview import follow
from workers.web.problems import tell_problems
from workers.web.pulse import Pulse

THREADS = 12
"""Questions to the store at one time: fewer than its pool has connections, so that none waits for one in vain."""
ABOUT = (
    "Clean, enriched news articles: to be listed, searched and followed. `next` of a page leads to the one after it."
)


def make_api(settings: Settings, database: Database) -> FastAPI:
    """The routes alone, without what guards them. ``database`` is migrated; its owner closes it."""
    app = FastAPI(
        title="Copydesk", version="1", description=ABOUT, docs_url=None, redoc_url=None, redirect_slashes=False,
        lifespan=_threads,
    )  # fmt: skip
    desk = Desk(database, settings, Pulse(lambda: 0))
    desk = Desk(database, settings, Pulse(partial(_newest, desk)))
    app.state.desk, app.state.live = desk, follow(desk)
    app.state.streams = (desk.pulse, app.state.live)
    tell_problems(app)
    app.openapi = partial(described.described, app)  # type: ignore[method-assign]
    strict = [Depends(only_known(app.openapi))]
    for each in (articles, finding, following, health, metrics):
        app.include_router(each.router, dependencies=strict)
    for router in (described.router, *pages.ROUTERS):
        app.include_router(router)
    return app


def guarded(api: FastAPI, settings: Settings, access: Access) -> ASGIApp:
    """The whole application: see the package's docstring for the order."""
    api.state.access = access
    buckets = Buckets(settings.serve_rate, settings.serve_burst)
    limits = Limits(api, buckets, at_once=settings.serve_concurrency, streams=settings.serve_streams)
    return Frame(Guard(limits, access))


def _newest(desk: Desk) -> int:
    with desk.read() as tx:
        return last_seq(tx)


@asynccontextmanager
async def _threads(_app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
