"""Failed documents - chosen, read, sent through again - and the whole story of any document."""

import time
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from pipeline.errors import UsageError
from pipeline.stage import PIPELINE
from pipeline.store import account, ledger, lookup
from pipeline.store.failures import Change, Which, change_all, failures, traceback_of
from pipeline.store.states import FAILED
from workers.web.cursors import LONGEST
from workers.web.desk import AtDesk, Desk
from workers.web.pages.forms import sent
from workers.web.pages.rendering import asked, page, with_query
from workers.whereabouts import whereabouts

router = APIRouter(include_in_schema=False)
ROWS = 100
MOST_AT_ONCE = 10_000
"""Documents that one press of a button changes; the page says how many, and the button is still there."""
AGES = {"1h": 3600, "24h": 86_400, "7d": 604_800}
FILTERS = ("state", "reason", "stage", "host", "since")
DONE: dict[str, Change] = {"replayed": ledger.replay, "dropped": ledger.drop}
BY = "dashboard"
"""Who asked, in the document's story."""


@router.get("/failed")
def failed(desk: AtDesk, request: Request) -> Response:
    """The newest first, a hundred on a page."""
    filters, more = asked(request, *FILTERS), asked(request, "behind", "dropped", *DONE)
    which = replace(_which(filters), behind=_place(more["behind"]), dropped=bool(more["dropped"]))
    with desk.read() as tx:
        rows = list(failures(tx, which, limit=ROWS + 1))
        reasons = account.account(tx).reasons
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    following = with_query(
        "/failed", filters, dropped=more["dropped"], behind=last and f"{last.finished_at!r}-{last.id}"
    )
    done = next(((how, number) for how in DONE if (number := more[how] or "").isdecimal()), None)
    return page(
        request, "failed", title="Failed", rows=rows[:ROWS], filters=filters, following=following if last else None,
        reasons=list(reasons), stages=[stage.name for stage in PIPELINE], ages=list(AGES), done=done,
        dropped=bool(more["dropped"]), most=MOST_AT_ONCE,
    )  # fmt: skip


@router.post("/failed")
async def change(desk: AtDesk, request: Request) -> Response:
    """Send through again, or take off the list: the ticked ones, or all that the filter shows."""
    form = await sent(request)
    how = form.get("how", [""])[0]
    if how not in DONE:
        raise UsageError("how: one of replayed, dropped is wanted")
    filters = {name: form.get(name, [""])[0] or None for name in FILTERS}
    which = Which(ids=tuple(form.get("id", ()))) if "all" not in form else _which(filters)
    number = await run_in_threadpool(_change, desk, which, how) if which.ids or "all" in form else 0
    back = f"/documents/{which.ids[0]}" if form.get("back") and which.ids else "/failed"
    return RedirectResponse(with_query(back, filters if back == "/failed" else {}, **{how: number}), 303)


@router.get("/documents")
def find(desk: AtDesk, request: Request) -> Response:
    """Where is my URL: by id, input or URL."""
    wanted = asked(request, "q")["q"]
    if wanted is None:
        return RedirectResponse("/", 303)
    with desk.read() as tx:
        row = lookup.find_document(tx, wanted)
    if row is None:
        raise HTTPException(404, f"{wanted} is not in the ledger: it was never accepted, or under another address")
    return RedirectResponse(f"/documents/{row.id}", 303)


@router.get("/documents/{document_id}")
def document(desk: AtDesk, request: Request, document_id: str) -> Response:
    """One document: where it is and why, every attempt, and its traceback if it failed by a bug."""
    with desk.read() as tx:
        row = lookup.find_document(tx, document_id) if len(document_id) <= LONGEST else None
        if row is None or row.id != document_id:
            raise HTTPException(404, "no such document")
        events = lookup.story(tx, row.id)
        traceback = traceback_of(tx, row.traceback)
        where = whereabouts(tx, row, desk.settings)
    return page(
        request, "document", title="Document", row=row, events=events, traceback=traceback, where=where,
        can_replay=row.state in FAILED, stages=[stage.name for stage in PIPELINE],
    )  # fmt: skip


def _which(filters: dict[str, str | None]) -> Which:
    age = filters["since"]
    if age is not None and age not in AGES:
        raise UsageError(f"since: one of {', '.join(AGES)} is wanted")
    chosen: dict[str, Any] = {name: value for name, value in filters.items() if name != "since"}
    return Which(**chosen, since=time.time() - AGES[age] if age else None)


def _place(behind: str | None) -> tuple[float, str] | None:
    if behind is None:
        return None
    ended, _, last = behind.partition("-")
    try:
        return float(ended), last
    except ValueError:
        raise UsageError("behind: this is no place in the list") from None


def _change(desk: Desk, which: Which, how: str) -> int:
    return change_all(desk.database, which, DONE[how], by=BY, now=time.time(), limit=MOST_AT_ONCE)
