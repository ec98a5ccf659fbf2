"""The account: counts out of the ledger, each read in one consistent state so that they add up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, desc, func, select

from pipeline.stage import PIPELINE
from pipeline.store import tallies
from pipeline.store.ledger import TERMINAL
from pipeline.store.schema import articles, documents, events, hosts
from pipeline.store.tallies import Tally

UNSTORED = ("rejected", "dead")
RATE_SECONDS = 60
"""Rates are means over the last minute."""


@dataclass(frozen=True)
class Progress:
    """How far the documents of one stage are."""

    waiting: int = 0
    queued: int = 0
    working: int = 0
    done: int = 0
    """Came through this stage, or ended in it."""


@dataclass(frozen=True)
class Account:
    """What became of all accepted inputs: accepted = stored + duplicate + rejected + dead + in_flight, always."""

    accepted: int
    stored: int
    duplicate: int
    rejected: int
    dead: int
    in_flight: int
    """Accepted and not ended: waiting, queued or working."""
    reasons: dict[str, int]
    """Rejected and dead documents by reason."""
    stages: dict[str, Progress]


def account(tx: Connection, *, submission: str | None = None) -> Account:
    """The account of the whole ledger, or of one submission."""
    rows = tallies.read(tx) if submission is None else _counted(tx, submission)
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for _, state, reason, number in rows:
        states[state] += number
        if state in UNSTORED:
            reasons[reason or "unknown"] += number
    ended = {state: states[state] for state in TERMINAL}
    accepted = states.total()
    return Account(
        accepted=accepted, **ended, in_flight=accepted - sum(ended.values()),
        reasons=dict(sorted(reasons.items(), key=lambda found: (-found[1], found[0]))), stages=_stages(rows),
    )  # fmt: skip


def _counted(tx: Connection, submission: str) -> list[Tally]:
    columns = documents.c.stage, documents.c.state, documents.c.reason
    query = select(*columns, func.count()).where(documents.c.submission == submission).group_by(*columns)
    return [(stage, state, reason, number) for stage, state, reason, number in tx.execute(query)]


def recent(tx: Connection, *, now: float) -> dict[str, float]:
    """Documents finished per second over the last minute, by state."""
    state = documents.c.state.concat("")  # else SQLite walks the whole index of states, as it lies in that order
    query = select(state, func.count()).where(documents.c.finished_at > now - RATE_SECONDS).group_by(state)
    return {state: round(number / RATE_SECONDS, 2) for state, number in tx.execute(query)}


def oldest(tx: Connection) -> Any:
    """The row of the document that has waited longest for its end; ``None`` where all have ended."""
    query = select(documents).where(documents.c.finished_at.is_(None)).order_by(documents.c.accepted_at).limit(1)
    return tx.execute(query).first()


def longest_lines(tx: Connection, *, now: float, limit: int = 5) -> list[tuple[str, float, float]]:
    """The slowest hosts: name, seconds between two requests, and seconds until the last document in line is due."""
    query = select(hosts).where(hosts.c.line_end > now).order_by(desc(hosts.c.line_end), hosts.c.host).limit(limit)
    return [(row.host, row.spacing, row.line_end - now) for row in tx.execute(query)]


def line_of(tx: Connection, host: str, *, now: float) -> tuple[float, float] | None:
    """Seconds between two requests to a host, and until the last document in its line is due; ``None`` without one."""
    row = tx.execute(select(hosts).where(hosts.c.host == host, hosts.c.line_end > now)).first()
    return (row.spacing, row.line_end - now) if row is not None else None


def article_of(tx: Connection, article_id: str) -> Any:
    """Id, version and headline of an article; ``None`` without it."""
    columns = articles.c.id, articles.c.version, articles.c.headline
    return tx.execute(select(*columns).where(articles.c.id == article_id)).first()


def story(tx: Connection, document_id: str) -> Sequence[Any]:
    """Every attempt of one document, oldest first."""
    return tx.execute(select(events).where(events.c.document_id == document_id).order_by(events.c.id)).all()


def find_document(tx: Connection, key: str) -> Any:
    """The newest ledger row with this id, input or URL; ``None`` without one."""
    for column in (documents.c.id, documents.c.url, documents.c.input):
        row = tx.execute(
            select(documents).where(column == key).order_by(desc(documents.c.accepted_at)).limit(1)
        ).first()
        if row is not None:
            return row
    return None


def ended(tx: Connection, ids: Sequence[str]) -> Sequence[Any]:
    """The rows of those documents that have ended."""
    return tx.execute(select(documents).where(documents.c.id.in_(ids), documents.c.finished_at.is_not(None))).all()


def outcomes(tx: Connection, *, submission: str, limit: int = 1000) -> list[Any]:
    """The documents of a submission in order of acceptance, with headline and date of the article they became."""
    query = (
        select(documents, articles.c.headline, articles.c.date_published)
        .outerjoin(articles, articles.c.id == documents.c.article_id)
        .where(documents.c.submission == submission)
        .order_by(documents.c.id)
        .limit(limit)
    )
    return list(tx.execute(query))


def _stages(rows: Sequence[Tally]) -> dict[str, Progress]:
    order = {stage.name: place for place, stage in enumerate(PIPELINE)}
    stages = {}
    for name, place in order.items():
        here = {
            state: sum(n for at, s, _, n in rows if s == state and at == name)
            for state in ("waiting", "queued", "working")
        }
        done = sum(n for at, s, _, n in rows if order[at] > place or (at == name and s in TERMINAL))
        stages[name] = Progress(**here, done=done)
    return stages
