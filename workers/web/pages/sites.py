"""Sites: how fast they are read, what share fails, how good the articles are, and whose layout broke."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from pipeline.store import sites
from pipeline.store.layouts import ARTICLE, AUTHORS, DATE, HEADLINE, READ, Reading
from pipeline.store.sites import Site
from workers.web.desk import AtDesk, Desk
from workers.web.pages.forms import sent
from workers.web.pages.rendering import asked, page, with_query

router = APIRouter(include_in_schema=False)
ROWS = 100
SHOWN = 60
"""Readings that are drawn in a list."""
GOOD = 0.75
"""Quality from which on an article is drawn as good."""
FIELDS = (("Page came", READ), ("Article", ARTICLE), ("Headline", HEADLINE), ("Date", DATE), ("Authors", AUTHORS))


@dataclass(frozen=True)
class Bar:
    """One reading, as it is drawn."""

    x: int
    height: float
    """Of 1."""
    kind: Literal["good", "poor", "bad"]


@router.get("/sites")
def listed(desk: AtDesk, request: Request) -> Response:
    """Those with a broken layout first, then those that were read last."""
    beginning = asked(request, "name")["name"] or ""
    with desk.read() as tx:
        found = sites.newest(tx, limit=ROWS, beginning=beginning)
        number = sites.number(tx)
    rows = [(site, bars(site.readings[-SHOWN:])) for site in found]
    return page(request, "sites", title="Sites", rows=rows, number=number, beginning=beginning, shown=SHOWN)


@router.get("/sites/{name}")
def site(desk: AtDesk, request: Request, name: str) -> Response:
    """One of them, with all of its newest readings and what they have."""
    with desk.read() as tx:
        found = sites.site(tx, name) if name.isprintable() else None
    if found is None:
        raise HTTPException(404, "nothing was read of such a site")
    return page(
        request, "site", title=name, site=found, bars=bars(found.readings), shares=_shares(found),
        done=asked(request, "accepted")["accepted"],
    )  # fmt: skip


@router.post("/sites/{name}")
async def accept(desk: AtDesk, request: Request, name: str) -> Response:
    """Its layout is seen to, or is to stay: what is now counts as usual."""
    await sent(request)
    if not (name.isprintable() and await run_in_threadpool(_accept, desk, name)):
        raise HTTPException(404, "nothing is wrong with such a site")
    return RedirectResponse(with_query(f"/sites/{name}", {"accepted": 1}), 303)


def bars(readings: tuple[Reading, ...]) -> list[Bar]:
    """The readings from left to right; what brought no article is drawn full, so that it is seen."""
    return [_bar(place, reading) for place, reading in enumerate(readings)]


def _bar(place: int, reading: Reading) -> Bar:
    if not reading.has(ARTICLE):
        return Bar(place, 1.0, "bad")
    return Bar(place, max(round(reading.quality, 2), 0.1), "good" if reading.quality >= GOOD else "poor")


def _shares(site: Site) -> list[tuple[str, float, float]]:
    """What its readings have: the newest twenty, and those before."""
    newest, before = site.readings[-20:], site.readings[:-20]
    return [(what, _share(newest, flag), _share(before, flag)) for what, flag in FIELDS]


def _share(readings: tuple[Reading, ...], flag: int) -> float:
    return sum(reading.has(flag) for reading in readings) / max(len(readings), 1)


def _accept(desk: Desk, name: str) -> bool:
    with desk.database.write() as tx:
        return sites.accept(tx, name)
