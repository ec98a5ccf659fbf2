"""The ledger: every accepted input, where it is, and how it ended. All its transitions are in this file,
what follows from what is decided in ``rules``.

                 accept                dispatch               claim
    (nothing) ───────────▶ waiting ───────────────▶ queued ───────────▶ working
                            ▲  ▲ ▲     epoch + 1      │  ▲   attempts + 1  │ │
                            │  │ └── message lost, ───┘  │                 │ │
                            │  │     parked              └──── passed ─────┘ │
                            │  │    (not an attempt)        next stage,      │
                            │  │                            attempts - 1     │
                            │  └─ failed, lost, handed back, refetch, ───────┤
                            │     postponed (its host's turn is later)       │
                            │                                                │ stored, duplicate, rejected,
                         replay                                              │ failed or lost for the last time
                            │                                                ▼
                            └────────────────────── stored · duplicate · rejected · dead ──▶ (dropped: the same
                                                                                             state, not listed)

A *queued* document waits in a message; that its message is lost is no fault of its own, nor that it is *parked*:
written by a newer Copydesk for another worker. A *working* document is held by a worker under a lease. Is it *lost*,
because the lease ran out or the worker died, the inquest says who is to blame: the innocent go on as if nothing had
been; those of whom nobody knows are dispatched again alone, uncharged; alone, every start counts. ``epoch`` is the
fence: what comes from an earlier dispatch, late or twice, finds another epoch or another state and changes nothing.

Instants are of one clock, the store's where it has one (``StoreClock``); when it is set back, ``keep_time`` moves what
was planned by as much.

Every function takes an open write transaction (``Database.write()``), so that callers join several into one.
"""

import itertools
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    select,
    true,
    update,
)

from pipeline.documents import KEPT, Source
from pipeline.stage import PIPELINE
from pipeline.store import throughput
from pipeline.store.database import insert_into
from pipeline.store.lines import Lines
from pipeline.store.many import insert_dicts, is_among, listed, update_rows
from pipeline.store.rules import Inquest, Policy, Result, Ticket, blame, decide, decide_loss, digest_of, first_stage
from pipeline.store.schema import clock, documents, events, hosts, tracebacks, watches
from pipeline.store.states import FAILED, IN_FLIGHT

UNEVENTFUL = ("postponed",)
"""Outcomes that are no part of a document's story: nothing was tried."""
ROUNDS = 5
"""How often one dispatch looks for further documents when some had to wait for their host."""
QUIET, SUSPECTS_WAIT = 32, 60.0
"""Suspects are dispatched while fewer documents than this are in flight, or this many seconds after they were due: who
ends a worker or holds it up must not take the time of the others."""
LEAST_WAIT = 0.5
"""Seconds that a document waits at least when its host has no room."""
ROWS = 500
"""Ids in one IN clause, well under SQLite's limit on bound variables."""
CLOCK_SECONDS = 10
"""How exactly ``keep_time`` knows the latest moment; a smaller step back is let pass."""


@dataclass(frozen=True)
class Dispatch:
    """A document taken for dispatch."""

    ticket: Ticket
    stage: str
    alone: bool


@dataclass(frozen=True)
class Claim:
    """A document claimed by a worker."""

    ticket: Ticket
    attempt: int
    source: Source
    alone: bool = False
    """To be worked on while nothing else is: it is suspected of having ended its process."""


@dataclass(frozen=True)
class Entry:
    """An input to be accepted."""

    input: str
    url: str
    host: str = ""
    location: str | None = None
    carry: dict[str, Any] | None = None
    spacing: float = 0
    """Seconds between two requests to ``host``, as the settings have it."""


_counter = itertools.count(secrets.randbits(36))


def new_id(now: float) -> str:
    """A fresh id of 20 hex digits that sorts by time: 44 bits of milliseconds, 36 bits from a random start."""
    return f"{int(now * 1000):011x}{next(_counter) & 0xFFFFFFFFF:09x}"


def accept(tx: Connection, entries: Iterable[Entry], *, submission: str, now: float) -> list[str]:
    """Write inputs into the ledger; they are accepted when ``tx`` has committed. Returns their ids."""
    entries = list(entries)
    lines = Lines(tx, (entry.host for entry in entries if entry.spacing))
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(now), "submission": submission, "input": entry.input, "url": entry.url, "host": entry.host,
            "location": entry.location, "carry": entry.carry or None, "state": "waiting",
            "stage": first_stage(entry.location), "epoch": 0, "attempts": 0, "alone": False,
            "due": lines.place(entry.host, spacing=entry.spacing, now=now), "lease": 0.0, "accepted_at": now,
        }
        for entry in entries
    ]  # fmt: skip
    if rows:
        tx.execute(insert(documents), rows)
        lines.save()
    return [row["id"] for row in rows]


def in_flight(tx: Connection) -> int:
    """How many documents are queued or working."""
    return tx.execute(select(func.count()).where(documents.c.state.in_(IN_FLIGHT))).scalar_one()


def dispatch(
    tx: Connection, limit: int, *, now: float, policy: Policy, stages: Sequence[str] | None = None
) -> list[Dispatch]:
    """Take up to ``limit`` documents that are due, oldest first, and mark them queued.

    Of one host not more are taken than its pace lets through; the rest goes to the end of the host's line. Suspects
    come last: when little else is in flight, or when they have waited for ``SUSPECTS_WAIT``. ``stages``: only what is
    to go on at one of these.
    """
    wanted = documents.c.stage.in_(stages) if stages is not None else true()
    others, suspects = and_(wanted, ~documents.c.alone), and_(wanted, documents.c.alone)
    taken = _take(tx, limit, others, now=now, policy=policy)
    quiet = in_flight(tx) < QUIET
    late = suspects if quiet else and_(suspects, documents.c.due < now - SUSPECTS_WAIT)
    return taken + _take(tx, limit - len(taken), late, now=now, policy=policy)


def _take(
    tx: Connection, limit: int, which: ColumnElement[bool], *, now: float, policy: Policy
) -> list[Dispatch]:  # fmt: skip
    taken: list[Dispatch] = []
    load: Counter[str] | None = None
    for _ in range(ROUNDS):
        rows = _due(tx, limit - len(taken), now, which) if limit > len(taken) else []
        if not rows:
            break
        load = _in_flight_by_host(tx) if load is None else load
        part = _within_pace(tx, rows, load, now)
        _change(
            tx,
            [{"id_": d.ticket.id, "epoch": d.ticket.epoch} for d in part],
            state="queued",
            lease=now + policy.queued_seconds,
        )
        taken += part
        if len(part) == len(rows):
            break
    return taken


def _due(tx: Connection, limit: int, now: float, which: ColumnElement[bool]) -> list[Row[Any]]:
    columns = documents.c
    due = (
        select(columns.id, columns.epoch, columns.stage, columns.alone, columns.host)
        .where(columns.state == "waiting", columns.due <= now, which)
        .order_by(columns.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(tx.execute(due))


def _in_flight_by_host(tx: Connection) -> Counter[str]:
    """How many documents of each host are on their way to, or at, the stage that asks it."""
    columns = documents.c
    query = (
        select(columns.host, func.count())
        .where(columns.state.in_(IN_FLIGHT), columns.stage == PIPELINE[0].name, columns.host != "")
        .group_by(columns.host)
    )
    return Counter({row[0]: row[1] for row in tx.execute(query)})


def _within_pace(tx: Connection, rows: Sequence[Row[Any]], load: Counter[str], now: float) -> list[Dispatch]:
    """What of ``rows`` its host has room for, counted into ``load``; the others are moved to the end of the line."""
    lines = Lines(tx, (row.host for row in rows))
    taken, later = [], []
    for row in rows:
        is_paced = row.host and row.stage == PIPELINE[0].name
        if is_paced and load[row.host] >= lines.room(row.host):
            later.append({"id_": row.id, "due": lines.place(row.host, now=now, not_before=now + LEAST_WAIT)})
            continue
        if is_paced:
            load[row.host] += 1
        taken.append(Dispatch(Ticket(row.id, row.epoch + 1), row.stage, row.alone))
    _change(tx, later)
    lines.save()
    return taken


def claim(
    tx: Connection, stage: str, tickets: Sequence[Ticket], *, worker: str, now: float, policy: Policy
) -> list[Claim]:
    """Claim those of ``tickets`` that are queued for this stage under their epoch; the others are someone else's."""
    rows = _fenced(tx, tickets, _CLAIMED, state="queued", stage=stage)
    _change(
        tx,
        [{"id_": r.id, "attempts": r.attempts + 1} for r in rows],
        state="working",
        worker=worker,
        lease=now + policy.working_seconds,
    )
    return [Claim(Ticket(r.id, r.epoch), r.attempts + 1, _source(r), r.alone) for r in rows]


def renew(tx: Connection, tickets: Sequence[Ticket], *, now: float, policy: Policy) -> None:
    """Lengthen the leases of documents that are still being worked on."""
    rows = _fenced(tx, tickets, _FENCE, state="working")
    _change(tx, [{"id_": r.id} for r in rows], lease=now + policy.working_seconds)


def held(tx: Connection, stage: str, tickets: Sequence[Ticket]) -> set[Ticket]:
    """Those of ``tickets`` that are still being worked on in this stage under their epoch."""
    return {Ticket(row.id, row.epoch) for row in _fenced(tx, tickets, _FENCE, state="working", stage=stage)}


def settle(
    tx: Connection, stage: str, results: Sequence[Result], *, worker: str, now: float, policy: Policy
) -> list[Ticket]:
    """Write what became of claimed documents; returns the tickets that go on to the next stage.

    Results of documents that are no longer held under their epoch are refused: they change nothing.
    """
    rows = {r.id: r for r in _fenced(tx, [r.ticket for r in results], _SETTLED, state="working", stage=stage)}
    kept = [r for r in results if r.ticket.id in rows]
    lines = Lines(tx, (rows[r.ticket.id].host for r in kept if r.outcome == "postponed"))
    changes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for result in kept:
        row = rows[result.ticket.id]
        changed = decide(row.stage, row.attempts, result, now, policy, row.location)
        if result.outcome == "postponed":
            changed["due"] = lines.place(row.host, spacing=result.spacing, now=now, not_before=changed["due"])
        changes.setdefault(tuple(sorted(changed)), []).append(changed | {"id_": row.id})
    for alike in changes.values():
        _change(tx, alike)
    lines.save()
    _keep_tracebacks(tx, (result.traceback for result in kept), now)
    throughput.note(tx, stage, (r for r in kept if r.outcome not in UNEVENTFUL), worker=worker, now=now)
    _record(tx, [_event(stage, rows[r.ticket.id].attempts, worker, r) for r in kept if r.outcome not in UNEVENTFUL])
    return [r.ticket for r in kept if r.outcome == "passed"]


def replay(tx: Connection, ids: Sequence[str], *, by: str, now: float) -> list[str]:
    """Send failed documents through the pipeline again, from its beginning and with all their attempts; returns which.

    Those that are not, or no longer, rejected or dead are passed over: to ask twice is to ask once. ``by`` is who
    asked; it goes into the document's story. What is suspected of having ended its process stays alone.
    """
    rows = [row for part in _parts(list(ids)) for row in tx.execute(_failed(part))]
    lines = Lines(tx, (row.host for row in rows))
    fresh = {
        "state": "waiting", "attempts": 0, "reason": None, "detail": None,
        "finished_at": None, "traceback": None, "dropped_at": None,
    }  # fmt: skip
    _change(tx, [{"id_": r.id, "due": lines.place(r.host, now=now), **_as_new(r.location)} for r in rows], **fresh)
    lines.save()
    _record(tx, [_by_hand(row, "replayed", by, now) for row in rows])
    return [row.id for row in rows]


def drop(tx: Connection, ids: Sequence[str], *, by: str, now: float) -> list[str]:
    """Take failed documents off the list of failures; they stay in the account as they ended. Returns which.

    To ask twice is to ask once; ``by`` is who asked. A replay brings a dropped one back.
    """
    rows = [
        row for part in _parts(list(ids)) for row in tx.execute(_failed(part).where(documents.c.dropped_at.is_(None)))
    ]
    _change(tx, [{"id_": row.id} for row in rows], dropped_at=now)
    _record(tx, [_by_hand(row, "dropped", by, now) for row in rows])
    return [row.id for row in rows]


def _failed(ids: Sequence[str]) -> Select[Any]:
    chosen = select(documents).where(documents.c.id.in_(ids), documents.c.state.in_(FAILED))
    return chosen.order_by(documents.c.id).with_for_update()


def _by_hand(row: Row[Any], outcome: str, by: str, now: float) -> dict[str, Any]:
    was = Result(Ticket(row.id, row.epoch), "failed", row.reason, f"was {row.state}", started=now)
    return {**_event(row.stage, row.attempts, by, was), "outcome": outcome}


def park(tx: Connection, tickets: Sequence[Ticket], *, until: float) -> int:
    """Have queued documents wait until then: their message is for a newer Copydesk. Returns how many."""
    rows = _fenced(tx, tickets, _FENCE, state="queued")
    _change(tx, [{"id_": row.id} for row in rows], state="waiting", due=until)
    return len(rows)


def expire(tx: Connection, *, now: float, policy: Policy) -> int:
    """Take back every document whose lease has run out; returns how many."""
    late = tx.execute(
        select(documents)
        .where(documents.c.state.in_(IN_FLIGHT), documents.c.lease < now)
        .with_for_update(skip_locked=True)
    ).all()
    return _take_back(tx, late, now, policy)


def release(tx: Connection, tickets: Sequence[Ticket], *, now: float, policy: Policy) -> int:
    """Take back documents whose worker is known to be dead, without waiting for their leases."""
    held = [row for state in ("working", "queued") for row in _fenced(tx, tickets, _ALL, state=state)]
    return _take_back(tx, held, now, policy)


def release_worker(tx: Connection, worker: str, *, now: float, policy: Policy, inquest: Inquest | None = None) -> int:
    """Take back all that ``worker`` holds: it is known to be dead, of what the ``inquest`` says."""
    held = tx.execute(
        select(documents)
        .where(documents.c.state == "working", documents.c.worker == worker)
        .with_for_update(skip_locked=True)
    ).all()
    return _take_back(tx, held, now, policy, inquest)


def workers(tx: Connection, prefix: str) -> list[str]:
    """The workers that hold documents and whose name begins with ``prefix``."""
    theirs = and_(documents.c.state == "working", documents.c.worker.startswith(prefix, autoescape=True))
    return list(tx.execute(select(documents.c.worker).where(theirs).distinct()).scalars())


def lost_messages(tx: Connection, *, now: float, policy: Policy, stages: Sequence[str], older_than: float) -> bool:
    """Whether documents were queued for these stages more than ``older_than`` seconds ago: for empty queues, lost."""
    until = now - older_than + policy.queued_seconds
    return tx.execute(_LOST, {"until": until, "stages": list(stages)}).first() is not None


def requeue(tx: Connection, *, now: float, policy: Policy, stages: Sequence[str], older_than: float) -> int:
    """The messages of such documents are lost: they wait for dispatch again, uncharged. Returns how many."""
    lost = {"until": now - older_than + policy.queued_seconds, "stages": list(stages)}
    return tx.execute(update(documents).where(_QUEUED_BEFORE).values(state="waiting", due=now), lost).rowcount


def is_work_due(tx: Connection, *, now: float) -> bool:
    """Whether there is something to dispatch or to take back: a cheap look before a write is begun."""
    return any(tx.execute(query, {"now": now}).first() for query in (_DUE, _LATE))


# Made once, for who asks twice a second: a statement of SQLAlchemy takes as long to make as to run.
_QUEUED_BEFORE = and_(
    documents.c.state == "queued", documents.c.stage.in_(bindparam("stages", expanding=True)),
    documents.c.lease <= bindparam("until"),
)  # fmt: skip
_LOST = select(documents.c.id).where(_QUEUED_BEFORE).limit(1)
_DUE = select(documents.c.id).where(documents.c.state == "waiting", documents.c.due <= bindparam("now")).limit(1)
_LATE = (
    select(documents.c.id).where(documents.c.state.in_(IN_FLIGHT), documents.c.lease < bindparam("now")).limit(1)
)  # fmt: skip
_LAST_MOMENT = select(clock.c.seen).where(clock.c.name == "ledger")


def _take_back(
    tx: Connection, rows: Sequence[Row[Any]], now: float, policy: Policy, inquest: Inquest | None = None
) -> int:
    for row in rows:
        changed = decide_loss(row, now, policy, inquest)
        tx.execute(update(documents).where(documents.c.id == row.id).values(**changed))
    if inquest:
        _keep_tracebacks(tx, [inquest.traceback], now)
    _record(tx, [_loss(row, now, inquest) for row in rows if row.state == "working"])
    return len(rows)


def _loss(row: Row[Any], now: float, inquest: Inquest | None) -> dict[str, Any]:
    match blame(row.id, inquest):
        case "innocent":
            outcome, reason, why = "handed back", None, "its worker died, not by its fault"
        case "guilty":
            outcome, reason, why = "lost", "lost", f"it ended its worker: {inquest.cause if inquest else ''}"
        case "unclear":
            outcome, reason, why = "lost", "lost", "the worker died or was too slow"
    lost = Result(Ticket(row.id, row.epoch), "failed", reason, why, started=now)
    return {**_event(row.stage, row.attempts, row.worker, lost), "outcome": outcome}


def _keep_tracebacks(tx: Connection, texts: Iterable[str | None], now: float) -> None:
    """Each bug's traceback is kept once, the first that came."""
    fresh = {digest_of(text): text for text in texts if text}
    if fresh:
        rows = [{"digest": digest, "text": text, "seen_at": now} for digest, text in fresh.items()]
        tx.execute(insert_into(tx, tracebacks).on_conflict_do_nothing(), rows)


def keep_time(tx: Connection, *, now: float) -> float:
    """Note that it is ``now``. Has the clock been set back, what was planned by it is moved by as much.

    Returns by how many seconds; 0 for a clock that goes on. Without this, leases and retries would wait for the old
    time to come again. To be called by whoever dispatches, every few seconds.
    """
    seen = tx.execute(select(clock.c.seen).where(clock.c.name == "ledger").with_for_update()).scalar()
    if seen is not None and seen - CLOCK_SECONDS <= now < seen + CLOCK_SECONDS:
        return 0
    statement = insert_into(tx, clock).values(name="ledger", seen=now)
    tx.execute(statement.on_conflict_do_update(index_elements=[clock.c.name], set_={"seen": now}))
    if seen is None or now > seen:
        return 0
    step = float(seen - now)
    columns = documents.c
    tx.execute(update(documents).where(columns.state == "waiting", columns.due > now).values(due=columns.due - step))
    tx.execute(update(documents).where(columns.state.in_(IN_FLIGHT)).values(lease=columns.lease - step))
    tx.execute(update(hosts).where(hosts.c.line_end > now).values(line_end=hosts.c.line_end - step))
    tx.execute(update(watches).where(watches.c.due > now).values(due=watches.c.due - step))
    tx.execute(update(watches).where(watches.c.lease > now).values(lease=watches.c.lease - step))
    return step


def last_moment(tx: Connection) -> float:
    """The latest moment that ``keep_time`` has noted; 0 without any."""
    return float(tx.execute(_LAST_MOMENT).scalar() or 0)


_ALL = tuple(documents.c)
_FENCE = documents.c.id, documents.c.epoch
_CLAIMED = (
    *_FENCE, documents.c.attempts, documents.c.alone, documents.c.input, documents.c.url, documents.c.location,
    documents.c.carry,
)  # fmt: skip
_SETTLED = *_FENCE, documents.c.stage, documents.c.attempts, documents.c.host, documents.c.location


@lru_cache(32)
def _in_state(dialect: str, columns: tuple[Column[Any], ...], *, in_stage: bool) -> Select[Any]:
    """Made once: a statement of SQLAlchemy takes as long to make as to run."""
    query = select(*columns).where(is_among(dialect, documents.c.id, "ids"), documents.c.state == bindparam("state"))
    query = query.where(documents.c.stage == bindparam("stage")) if in_stage else query
    return query.order_by(documents.c.id).with_for_update()


def _fenced(
    tx: Connection, tickets: Sequence[Ticket], columns: tuple[Column[Any], ...], *, state: str, stage: str | None = None
) -> list[Row[Any]]:
    epochs = dict(tickets)
    query = _in_state(tx.dialect.name, columns, in_stage=stage is not None)
    values = {"state": state} if stage is None else {"state": state, "stage": stage}
    found = tx.execute(query, values | {"ids": listed(tx, epochs)}) if epochs else ()
    return [row for row in found if epochs[row.id] == row.epoch]


def _parts(ids: list[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + ROWS] for at in range(0, len(ids), ROWS))


def _as_new(location: str | None) -> dict[str, Any]:
    """Whoever asks for a document again wants its page as it is now, not as it was kept."""
    return {"stage": first_stage(location), "location": None if location == KEPT else location}


def _change(tx: Connection, rows: list[dict[str, Any]], **same: Any) -> None:
    own = [name for name in rows[0] if name != "id_"] if rows else []
    changed = [(*(row[name] for name in own), *same.values(), row["id_"]) for row in rows]
    update_rows(tx, documents, "id", changed, [*own, *same])


def _record(tx: Connection, rows: list[dict[str, Any]]) -> None:
    insert_dicts(tx, events, rows)


def _event(stage: str, attempt: int, worker: str | None, result: Result) -> dict[str, Any]:
    detail = ": ".join(part for part in (result.reason, result.detail) if part) or None
    return {
        "document_id": result.ticket.id, "stage": stage, "attempt": attempt, "worker": worker,
        "started": result.started or time.time(), "ms": result.ms, "outcome": result.outcome, "detail": detail,
    }  # fmt: skip


def _source(row: Row[Any]) -> Source:
    return Source(id=row.id, input=row.input, url=row.url, location=row.location, carry=row.carry or {})
