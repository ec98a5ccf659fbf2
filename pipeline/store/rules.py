"""What follows from what: the ledger's decisions as values, without any database.

``decide`` answers for a result that a worker reports, ``decide_loss`` for a document whose worker or message is lost.
Both give the columns that change.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from pipeline.documents import KEPT, STORED
from pipeline.stage import PIPELINE, following, stage_named

ENRICH = "enrich"
"""The stage that takes an article, wherever it comes from."""
Outcome = Literal["passed", "stored", "duplicate", "rejected", "failed", "refetch", "handed back", "postponed"]


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
    """Wait before the second attempt, times what ``RETRIES`` says of the reason."""


@dataclass(frozen=True)
class Retry:
    """How a kind of failure is tried again."""

    first: float = 1
    """Wait before the second attempt, in units of ``Policy.retry_seconds``."""
    factor: float = 4
    """Each further wait is so many times longer."""
    more_attempts: int = 0
    """Attempts beyond ``Policy.attempts``."""

    def wait(self, attempts: int, policy: Policy) -> float:
        """Seconds to wait after so many attempts."""
        return policy.retry_seconds * self.first * self.factor ** (attempts - 1)


RETRIES = {
    "connect": Retry(first=2),
    "timeout": Retry(first=2),
    "server_error": Retry(first=2),
    "too_many_requests": Retry(first=4, factor=2, more_attempts=1),
}
"""By reason, where it is not the usual one. A lost connection or a slip of a name server passes soon; an overloaded
server needs rest, and asking it again at once makes it worse."""

JITTER = 0.25
"""A wait is lengthened by up to this share, so that documents that failed together do not come back together."""


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
    spacing: float = 0.0
    """Postponed: the pace of the host, seconds between two requests, where it is known."""
    started: float = 0.0
    ms: int = 0
    traceback: str | None = None
    """Of a failure that nobody foresaw."""


@dataclass(frozen=True)
class Inquest:
    """What is known of a process that died while it held documents."""

    in_hand: str | None = None
    """Id of the document that it was working on at that moment."""
    cause: str | None = None
    """What ended it, where its own work did: a fault, or a limit that was passed. ``None`` for a kill from outside."""
    traceback: str | None = None
    """Where it was then."""


Blame = Literal["guilty", "unclear", "innocent"]


def blame(document_id: str, inquest: Inquest | None) -> Blame:
    """What the death of a process says of a document that it held; without an inquest, nothing is known.

    Whoever is killed from outside most often has some document in hand: that alone is a suspicion, no proof.
    """
    if inquest is None or (inquest.in_hand is None and inquest.cause is not None):
        return "unclear"
    if inquest.in_hand != document_id:
        return "innocent"
    return "guilty" if inquest.cause else "unclear"


def first_stage(location: str | None) -> str:
    """Where a document begins, and begins again when what it was made into is lost."""
    return ENRICH if location and location.startswith(STORED) else PIPELINE[0].name


def decide(
    stage: str, attempts: int, result: Result, now: float, policy: Policy, location: str | None = None
) -> dict[str, Any]:
    """The columns that a result changes: the whole rule of what follows from what, as a value.

    ``location`` is that of its ``Source``.
    """
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
            again = {"stage": first_stage(location), "location": location or KEPT}
            return again | {"state": "waiting", "attempts": max(0, attempts - 1), "due": now}
        case "handed back" | "postponed":
            return {"state": "waiting", "attempts": max(0, attempts - 1), "due": now + (result.retry_after or 0)}
        case "failed":
            return _failed(attempts, result, now, policy)


def _failed(attempts: int, result: Result, now: float, policy: Policy) -> dict[str, Any]:
    kind = RETRIES.get(result.reason or "", Retry())
    if attempts >= policy.attempts + kind.more_attempts:
        return _ended("dead", result, now)
    wait = max(result.retry_after or 0, kind.wait(attempts, policy))
    due = now + wait * (1 + JITTER * _chance(result.ticket.id, attempts))
    where = digest_of(result.traceback)
    return {"state": "waiting", "due": due, "reason": result.reason, "detail": result.detail, "traceback": where}


def digest_of(traceback: str | None) -> str | None:
    """What tells one bug from another: 16 hex digits of the frames, whatever the values were; ``None`` without any."""
    if traceback is None:
        return None
    frames = [line.strip() for line in traceback.splitlines() if line.startswith("  File ")]
    return blake2b("\n".join(frames or [traceback]).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _chance(document_id: str, attempts: int) -> float:
    """A number from 0 to 1 that differs between documents and attempts, and is the same each time it is asked for."""
    return int.from_bytes(blake2b(f"{document_id}:{attempts}".encode(), digest_size=4).digest()) / 2**32


def decide_loss(row: Any, now: float, policy: Policy, inquest: Inquest | None = None) -> dict[str, Any]:
    """The columns that change when a queued or working document (``row``) is taken back.

    Who may have ended the process goes on alone, so that it can hurt no other; its first time is not counted unless it
    is proved, and after ``Policy.attempts`` that count it is dead.
    """
    if row.state == "queued":
        return {"state": "waiting", "due": now}
    uncharged = max(0, row.attempts - 1)
    verdict = blame(row.id, inquest)
    if verdict == "innocent":
        return {"state": "waiting", "due": now, "attempts": uncharged}
    if verdict == "unclear" and not row.alone:
        return {"state": "waiting", "due": now, "alone": True, "attempts": uncharged}
    if row.attempts < policy.attempts:
        return {"state": "waiting", "due": now, "alone": True}
    where = inquest.traceback if inquest else None
    why = (inquest and inquest.cause) or "the process died or hung"
    detail = f"{why}, {row.attempts} times in stage {row.stage}"
    return _ended("dead", Result(Ticket(row.id, row.epoch), "failed", "crash", detail, traceback=where), now)


def _ended(state: str, result: Result, now: float) -> dict[str, Any]:
    return {
        "state": state, "reason": result.reason, "detail": result.detail, "article_id": result.article_id,
        "finished_at": now, "traceback": digest_of(result.traceback),
    }  # fmt: skip
