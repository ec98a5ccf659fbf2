"""The ledger against anything that may happen to it: hypothesis looks for an order of events that breaks a promise.

Messages are delivered late, twice, out of order or never; workers die or answer when nobody expects it; Redis loses its
memory; leases run out; the clock is set forward and back. After every step the account must add up, what has ended must
stay as it ended, no document may be stored twice, and in the end an orderly fleet must be able to bring all of them to
an outcome.
"""

import itertools
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from pipeline.stage import PIPELINE
from pipeline.store import account, ledger, lookup
from pipeline.store.database import Database, sqlite_url
from pipeline.store.ledger import Claim, Entry
from pipeline.store.rules import RETRIES, Inquest, Policy, Result, Ticket
from pipeline.store.schema import documents
from pipeline.store.states import FAILED, TERMINAL

POLICY = Policy(attempts=3, working_seconds=90, queued_seconds=600, retry_seconds=5)
MOST_ATTEMPTS = POLICY.attempts + max(kind.more_attempts for kind in RETRIES.values())
STAGES = [stage.name for stage in PIPELINE]
WORKERS = ["vm:1:11", "vm:1:12"]
RECENT = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 8, 13])
T = TypeVar("T")
USUAL = ["dispatch", "deliver", "deliver", "passed", "passed"]
RARE = [
    "accept", "time", "lease", "dead", "dead", "dead", "redis", "replay", "renew", "not sent", "parked", "clock",
    "rejected", "duplicate", "failed", "failed", "refetch", "handed back", "postponed",
]  # fmt: skip
EVENTS = [*USUAL, *USUAL, *USUAL, *RARE]


@dataclass(frozen=True)
class Message:
    ticket: Ticket
    stage: str


@dataclass(frozen=True)
class Held:
    """What a worker believes to hold."""

    claim: Claim
    stage: str
    worker: str


def recent(items: list[T], back: int) -> T:
    """Sometimes the newest, sometimes one of before: late and doubled deliveries are of these."""
    return items[-1 - back % len(items)]


@cache
def template() -> Path:
    """An empty store, copied for each run: to migrate one takes longer than a run."""
    path = Path(tempfile.mkdtemp()) / "c.db"
    Database(sqlite_url(path)).migrate().close()
    return path


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(sqlite_url(Path(shutil.copy(template(), self.folder.name))))
        self.now = 1_000_000.0
        self.accepted: list[str] = []
        self.stored: Counter[str] = Counter()
        self.ended: dict[str, str] = {}
        self.epochs: dict[str, int] = {}
        self.holder: dict[str, Held] = {}
        self.messages: list[Message] = []
        self.held: list[Held] = []

    def teardown(self) -> None:
        try:
            self.drain()
        finally:
            self.database.close()
            self.folder.cleanup()

    @initialize(count=st.integers(1, 5))
    def begin(self, count: int) -> None:
        self.accept(count, "")

    # One rule with weights, not one for each event: hypothesis leaves rules out of whole runs ("swarm testing"), and
    # without dispatch, delivery and report together next to nothing happens to a document.
    @rule(event=st.sampled_from(EVENTS), back=RECENT, worker=st.sampled_from(WORKERS))
    def something_happens(self, event: str, back: int, worker: str) -> None:
        match event:
            case "accept":
                self.accept(1, "a.example" if back else "")
            case "dispatch":
                self.dispatch(1 + back)
            case "deliver" if self.messages:
                self.deliver(recent(self.messages, back), worker)
            case "renew" | "not sent" | "parked":
                self.disturb(event, back)
            case "time":
                self.now += (1, 10, 100, 700, 5000, -50)[back % 6]
            case "clock":
                self.now += (-40, -4000, 40, 4000)[back % 4]
                with self.database.write() as tx:
                    ledger.keep_time(tx, now=self.now)
            case "dead":
                self.die(worker, back)
            case "lease" | "redis" | "replay":
                self.trouble(event)
            case _ if self.held:
                self.report(recent(self.held, back), event)

    def accept(self, count: int, host: str) -> None:
        entries = [Entry(f"in{n}", f"https://{host}/{n}", host, spacing=1.0 if host else 0) for n in range(count)]
        with self.database.write() as tx:
            self.accepted += ledger.accept(tx, entries, submission="s", now=self.now)

    def dispatch(self, limit: int) -> None:
        with self.database.write() as tx:
            taken = ledger.dispatch(tx, limit, now=self.now, policy=POLICY)
        assert len({d.ticket.id for d in taken}) == len(taken) <= limit
        self.messages += [Message(d.ticket, d.stage) for d in taken]

    def deliver(self, message: Message, worker: str) -> None:
        with self.database.write() as tx:
            claims = ledger.claim(
                tx, message.stage, [message.ticket], worker=worker, now=self.now, policy=POLICY
            )  # fmt: skip
        found = [Held(claim, message.stage, worker) for claim in claims]
        self.holder |= {each.claim.ticket.id: each for each in found}
        self.held += found

    def report(self, held: Held, outcome: str) -> None:
        if held.stage == STAGES[-1]:
            outcome = "stored" if outcome == "passed" else outcome
        ticket = held.claim.ticket
        with self.database.write() as tx:
            before = lookup.find_document(tx, ticket.id)
            is_held = self.holder[ticket.id] is held and (before.state, before.stage) == ("working", held.stage)
            assert is_held == (ticket in ledger.held(tx, held.stage, [ticket]))
            passed = ledger.settle(
                tx, held.stage, [Result(ticket, outcome, "bug")], worker=held.worker, now=self.now, policy=POLICY
            )
            after = lookup.find_document(tx, ticket.id)
        assert (before != after) == is_held, "only who holds a document says what becomes of it"
        self.stored[ticket.id] += is_held and outcome == "stored"
        assert passed == ([ticket] if is_held and outcome == "passed" else [])
        self.messages += [Message(each, after.stage) for each in passed]

    def disturb(self, event: str, back: int) -> None:
        with self.database.write() as tx:
            if event == "renew" and self.held:
                ledger.renew(tx, [recent(self.held, back).claim.ticket], now=self.now, policy=POLICY)
            if event == "not sent" and self.messages:
                ledger.release(tx, [recent(self.messages, back).ticket], now=self.now, policy=POLICY)
            if event == "parked" and self.messages:
                ledger.park(tx, [recent(self.messages, back).ticket], until=self.now + 30)

    def die(self, worker: str, back: int) -> None:
        theirs = [held for held in self.held if held.worker == worker]
        in_hand = recent(theirs, back).claim.ticket.id if theirs and back % 2 else None
        found = (None, Inquest(in_hand), Inquest(in_hand, "aborted", "dump"))[back % 3]
        with self.database.write() as tx:
            ledger.release_worker(tx, worker, now=self.now, policy=POLICY, inquest=found)

    def trouble(self, event: str) -> None:
        with self.database.write() as tx:
            match event:
                case "lease":
                    ledger.expire(tx, now=self.now, policy=POLICY)
                case "redis":
                    ledger.requeue(tx, now=self.now, policy=POLICY, stages=STAGES, older_than=0)
                case "replay":
                    failed = [key for key, state in self.ended.items() if state in FAILED]
                    replayed = ledger.replay(tx, [*self.ended], by="me@desk", now=self.now)
                    assert sorted(replayed) == sorted(failed)
                    self.ended = {key: state for key, state in self.ended.items() if key not in failed}

    @invariant()
    def promises_are_kept(self) -> None:
        with self.database.read() as tx:
            state = account.account(tx)
            rows = tx.execute(select(documents)).all()
        assert state.accepted == len(self.accepted) == len(rows)
        assert state.accepted == state.stored + state.duplicate + state.rejected + state.dead + state.in_flight
        for row in rows:
            assert self.ended.get(row.id, row.state) == row.state, "what has ended stays as it ended"
            if row.state in TERMINAL:
                self.ended[row.id] = row.state
            assert row.epoch >= self.epochs.get(row.id, 0), "the fence never goes back"
            self.epochs[row.id] = row.epoch
            assert 0 <= row.attempts <= MOST_ATTEMPTS
            assert row.state != "dead" or row.attempts >= POLICY.attempts, "nobody dies before the last attempt"
            assert self.stored[row.id] == (row.state == "stored"), "stored once, and known to be"

    def drain(self) -> None:
        """An orderly fleet takes over: everything that was accepted comes to an outcome."""
        for _ in itertools.count():
            self.now += POLICY.queued_seconds + 4000
            with self.database.write() as tx:
                ledger.expire(tx, now=self.now, policy=POLICY)
                taken = ledger.dispatch(tx, 100, now=self.now, policy=POLICY)
            if not taken:
                break
            for dispatch in taken:
                self._see_through(Message(dispatch.ticket, dispatch.stage))
            self.promises_are_kept()
        assert set(self.ended) == set(self.accepted), "nothing is left behind"

    def _see_through(self, message: Message) -> None:
        for stage in STAGES[STAGES.index(message.stage) :]:
            outcome = "stored" if stage == STAGES[-1] else "passed"
            with self.database.write() as tx:
                ledger.claim(tx, stage, [message.ticket], worker=WORKERS[0], now=self.now, policy=POLICY)
                ledger.settle(
                    tx, stage, [Result(message.ticket, outcome)], worker=WORKERS[0], now=self.now, policy=POLICY
                )  # fmt: skip
        self.stored[message.ticket.id] += 1


LedgerMachine.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestLedger = LedgerMachine.TestCase
