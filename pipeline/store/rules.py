"""What follows from what: the ledger's decisions as values, without any database.

``decide`` answers for a result that a worker reports, ``decide_loss`` for a document whose worker or message is lost.
Both give the columns that change.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pipeline.stage import PIPELINE, following, stage_named

Outcome = Literal["passed", "stored", "duplicate", "rejected", "failed", "refetch", "handed back"]


class Ticket(NamedTuple):
    """A document in a message: which, and of which dispatch."""

    id: str
    epoch: int


@dataclass(frozen=True)
class Policy:
    """How long and how often."""

    attempts: int = 3
    """Starts of one stage before the document is dead."""
    working_seconds: float = 90
    """Lease of a claimed document; must be longer than the longest time one may take."""
    queued_seconds: float = 600
    """Lease of a dispatched document that nobody has claimed."""
    retry_seconds: float = 5
    """Wait before the second attempt; four times as long before each further one."""


@dataclass(frozen=True)
class Result:
    """What became of one claimed document in one stage."""

    ticket: Ticket
    outcome: Outcome
    reason: str | None = None
    detail: str | None = None
    article_id: str | None = None
    retry_after: float | None = None
    """Least seconds until the next attempt."""
    started: float = 0.0
    ms: int = 0


def decide(stage: str, attempts: int, result: Result, now: float, policy: Policy) -> dict[str, Any]:
    """The columns that a result changes: the whole rule of what follows from what, as a value."""
    match result.outcome:
        case "passed":
            after = following(stage_named(stage))
            if after is None:
                raise ValueError(f"nothing follows {stage}")
            return {
                "state": "queued",
                "stage": after.name,
                "attempts": max(0, attempts - 1),
                "lease": now + policy.queued_seconds,
            }
        case "stored" | "duplicate" | "rejected":
            return _ended(result.outcome, result, now)
        case "refetch":
            return {"state": "waiting", "stage": PIPELINE[0].name, "attempts": max(0, attempts - 1), "due": now}
        case "handed back":
            return {"state": "waiting", "attempts": max(0, attempts - 1), "due": now}
        case "failed" if attempts < policy.attempts:
            wait = max(result.retry_after or 0, policy.retry_seconds * 4 ** (attempts - 1))
            return {"state": "waiting", "due": now + wait, "reason": result.reason, "detail": result.detail}
        case "failed":
            return _ended("dead", result, now)


def decide_loss(row: Any, now: float, policy: Policy) -> dict[str, Any]:
    """The columns that change when a queued or working document (``row``) is taken back."""
    if row.state == "queued":
        return {"state": "waiting", "due": now}
    if not row.alone:
        return {"state": "waiting", "due": now, "alone": True, "attempts": max(0, row.attempts - 1)}
    if row.attempts < policy.attempts:
        return {"state": "waiting", "due": now}
    detail = f"the worker process died or hung {row.attempts} times in stage {row.stage}"
    return _ended("dead", Result(Ticket(row.id, row.epoch), "failed", "crash", detail), now)


def _ended(state: str, result: Result, now: float) -> dict[str, Any]:
    return {
        "state": state, "reason": result.reason, "detail": result.detail, "article_id": result.article_id,
        "finished_at": now,
    }  # fmt: skip
