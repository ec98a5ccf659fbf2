"""Where one document is and why, in a few lines; for ``trace`` and the dashboard."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from config.settings import Settings
from pipeline.store import lookup, presence
from pipeline.store.clock import time_in
from pipeline.store.states import TERMINAL
from workers.standing import stretch, waits


def whereabouts(tx: Connection, row: Any, settings: Settings) -> list[str]:
    """Lines about a row of the ledger: what became of it, or what it waits for. Raises UnavailableError."""
    return list(_ended(tx, row) if row.state in TERMINAL else _in_flight(tx, row, settings))


def _ended(tx: Connection, row: Any) -> Iterator[str]:
    article = lookup.article_of(tx, row.article_id) if row.article_id else None
    if article is not None:
        what = "became" if row.state == "stored" else "is a duplicate of"
        yield f"{what} article {article.id}, version {article.version}: {article.headline or '(no headline)'}"


def _in_flight(tx: Connection, row: Any, settings: Settings) -> Iterator[str]:
    now = time_in(tx)
    match row.state:
        case "waiting" if row.due > now:
            tried = f"; so far {row.attempts} of {settings.attempts} attempts" if row.attempts else ""
            yield f"waits for {row.stage}, to be sent in {stretch(row.due - now)}{tried}"
        case "waiting":
            yield f"waits for {row.stage} and is due: it goes with one of the next batches"
        case "queued":
            yield f"in the queue of {row.stage}; if nobody takes it up, it is sent again in {_left(row.lease, now)}"
        case "working":
            left = _left(row.lease, now)
            yield f"in the hands of {row.worker} for {row.stage}; if it is not heard of, taken back in {left}"
    if row.alone:
        yield "goes alone, after the others: it may have ended a process"
    if row.state == "waiting" and row.stage == "fetch" and (line := lookup.line_of(tx, row.host, now=now)):
        spacing, seconds = line
        yield f"{row.host} is asked every {spacing:g} s, and has work for {stretch(seconds)}"
    workers = presence.seen(tx, now=now)
    if not any(seen.state == "alive" and row.stage in seen.worker.stages for seen in workers):
        yield f"no worker for {row.stage} lives: `copydesk worker` or `copydesk up` starts one"
    elif row.state == "waiting" and (why := waits(workers, settings)):
        yield why


def _left(lease: float, now: float) -> str:
    return stretch(max(lease - now, 0))
