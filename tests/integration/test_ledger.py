"""The ledger's rules, on both databases: every transition, the fence, and the account's balance after each step."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from pipeline.stage import PIPELINE
from pipeline.store import account, ledger, lookup
from pipeline.store.database import Database
from pipeline.store.failures import Which, failures, traceback_of
from pipeline.store.ledger import Claim, Entry
from pipeline.store.lines import AHEAD
from pipeline.store.rules import Inquest, Policy, Result, Ticket, decide

POLICY = Policy(attempts=3, working_seconds=90, queued_seconds=600, retry_seconds=5)
NAMES = [stage.name for stage in PIPELINE]


@dataclass
class Desk:
    """A ledger with a clock of its own; checks the account's balance after every step."""

    database: Database
    now: float = 1_000_000.0
    accepted: int = 0
    tickets: list[Ticket] = field(default_factory=list)

    def accept(self, count: int = 1) -> list[str]:
        with self.database.write() as tx:
            entries = [Entry(f"in{i}", f"file:///in{i}") for i in range(count)]
            ids = ledger.accept(tx, entries, submission="s", now=self.now)
        self.accepted += count
        self.balance()
        return ids

    def accept_urls(self, hosts: list[tuple[str, float]]) -> list[str]:
        """One document for each (host, spacing)."""
        entries = [Entry(h, f"https://{h}/{i}", h, spacing=spacing) for i, (h, spacing) in enumerate(hosts)]
        with self.database.write() as tx:
            ids = ledger.accept(tx, entries, submission="s", now=self.now)
        self.accepted += len(ids)
        return ids

    def host_of(self, ticket: Ticket) -> str:
        return str(self.row(ticket.id).host)

    def finish(self, ticket: Ticket) -> bool:
        """Fetch it and find that there is no such page."""
        claims = self.claim("fetch", [ticket])
        self.settle("fetch", [Result(claim.ticket, "rejected", "not_found") for claim in claims])
        return bool(claims)

    def dispatch(self, limit: int = 100) -> list[ledger.Dispatch]:
        with self.database.write() as tx:
            taken = ledger.dispatch(tx, limit, now=self.now, policy=POLICY)
        self.balance()
        return taken

    def claim(self, stage: str, tickets: list[Ticket], worker: str = "host:1:2") -> list[Claim]:
        with self.database.write() as tx:
            return ledger.claim(tx, stage, tickets, worker=worker, now=self.now, policy=POLICY)

    def settle(self, stage: str, results: list[Result]) -> list[Ticket]:
        with self.database.write() as tx:
            passed = ledger.settle(tx, stage, results, worker="host:1:2", now=self.now, policy=POLICY)
        self.balance()
        return passed

    def expire(self) -> int:
        with self.database.write() as tx:
            return ledger.expire(tx, now=self.now, policy=POLICY)

    def row(self, document_id: str):
        with self.database.read() as tx:
            return lookup.find_document(tx, document_id)

    def balance(self) -> None:
        with self.database.read() as tx:
            a = account.account(tx)
        assert a.accepted == self.accepted == a.stored + a.duplicate + a.rejected + a.dead + a.in_flight


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_document_goes_through_all_stages(desk: Desk) -> None:
    (document,) = desk.accept()
    tickets = [d.ticket for d in desk.dispatch()]
    for stage in NAMES[:-1]:
        assert [c.attempt for c in desk.claim(stage, tickets)] == [1]
        assert desk.settle(stage, [Result(t, "passed") for t in tickets]) == tickets
    desk.claim(NAMES[-1], tickets)
    assert desk.settle(NAMES[-1], [Result(tickets[0], "stored", article_id=document)]) == []
    row = desk.row(document)
    assert (row.state, row.article_id, row.finished_at) == ("stored", document, desk.now)
    with desk.database.read() as tx:
        story = [(e.stage, e.attempt, e.outcome) for e in lookup.story(tx, document)]
    assert story == [("fetch", 1, "passed"), ("clean", 1, "passed"), ("enrich", 1, "passed"), ("store", 1, "stored")]


def test_dispatch_takes_what_is_due_once_and_oldest_first(desk: Desk) -> None:
    first = desk.accept(3)
    desk.now += 1
    desk.accept(3)
    assert {d.ticket.id for d in desk.dispatch(limit=3)} == set(first)
    assert len(desk.dispatch()) == 3
    assert desk.dispatch() == []


def test_a_message_delivered_twice_is_claimed_once(desk: Desk) -> None:
    desk.accept(5)
    tickets = [d.ticket for d in desk.dispatch()]
    assert len(desk.claim("fetch", tickets, "host:1:1")) == 5
    assert desk.claim("fetch", tickets, "host:1:2") == []
    desk.settle("fetch", [Result(t, "passed") for t in tickets])
    assert desk.claim("fetch", tickets) == [], "already a stage further"


def test_late_results_are_refused_by_the_fence(desk: Desk) -> None:
    (document,) = desk.accept()
    (old,) = [d.ticket for d in desk.dispatch()]
    desk.claim("fetch", [old])
    desk.now += POLICY.working_seconds + 1
    assert desk.expire() == 1
    (new,) = [d.ticket for d in desk.dispatch()]
    desk.claim("fetch", [new])
    assert desk.settle("fetch", [Result(old, "rejected", "not_found")]) == []
    assert desk.row(document).state == "working"
    assert desk.settle("fetch", [Result(new, "passed")]) == [new]


def test_a_lost_batch_is_dispatched_alone_and_only_then_charged(desk: Desk) -> None:
    documents = desk.accept(2)
    desk.claim("fetch", [d.ticket for d in desk.dispatch()])
    for lost in range(1, 4):
        desk.now += POLICY.working_seconds + 1
        desk.expire()
        if lost < 4:
            taken = desk.dispatch()
            assert [d.alone for d in taken] == [True, True]
            assert [c.attempt for c in desk.claim("fetch", [d.ticket for d in taken])] == [lost, lost]
    desk.now += POLICY.working_seconds + 1
    desk.expire()
    assert [(desk.row(d).state, desk.row(d).reason) for d in documents] == [("dead", "crash")] * 2


def test_waiting_long_in_a_queue_is_no_attempt(desk: Desk) -> None:
    (document,) = desk.accept()
    for _ in range(10):
        desk.dispatch()
        desk.now += POLICY.queued_seconds + 1
        desk.expire()
    assert (desk.row(document).state, desk.row(document).attempts) == ("waiting", 0)


def test_documents_of_one_host_are_due_one_after_another_and_hosts_are_mixed(desk: Desk) -> None:
    desk.accept_urls([("slow.example", 10.0)] * 5 + [("quick.example", 0.5)] * 5)
    order = []
    for _ in range(100):
        order += [desk.host_of(taken.ticket) for taken in desk.dispatch() if desk.finish(taken.ticket)]
        desk.now += 0.5
    slow = [place for place, host in enumerate(order) if host == "slow.example"]
    assert len(order) == 10
    assert slow[:2] == [0, 9] or slow[0] < 5 < slow[1]


def test_a_host_in_arrears_does_not_fill_the_window(desk: Desk) -> None:
    desk.accept_urls([("slow.example", 1.0)] * 50)
    desk.accept_urls([("other.example", 1.0)] * 3)
    desk.now += 3600
    hosts = Counter(desk.host_of(taken.ticket) for taken in desk.dispatch(40))
    assert hosts == {"slow.example": 3, "other.example": 3}
    desk.now += 1
    assert not desk.dispatch(40), "the others of the slow host wait until it has room, and in their line"


def test_a_postponed_document_is_uncharged_and_its_line_learns_the_pace(desk: Desk) -> None:
    first, second = desk.accept_urls([("slow.example", 0.1)] * 2)
    taken = desk.claim("fetch", [d.ticket for d in desk.dispatch()])
    postponed = [Result(c.ticket, "postponed", retry_after=29, spacing=30) for c in taken]
    assert desk.settle("fetch", postponed) == []
    rows = [desk.row(document) for document in (first, second)]
    assert [(row.state, row.attempts) for row in rows] == [("waiting", 0)] * 2
    assert rows[0].due == desk.now + 29
    assert rows[1].due == pytest.approx(desk.now + 29 + 30 - AHEAD)


@pytest.mark.parametrize(
    ("outcome", "attempts", "expected"),
    [
        (Result(Ticket("d", 1), "failed", "crash"), 3, {"state": "dead", "reason": "crash", "finished_at": 100.0}),
        (Result(Ticket("d", 1), "failed", "too_many_requests"), 4, {"state": "dead"}),
        (Result(Ticket("d", 1), "rejected", "not_found"), 1, {"state": "rejected", "reason": "not_found"}),
        (Result(Ticket("d", 1), "refetch"), 1, {"state": "waiting", "stage": "fetch", "location": "kept:"}),
        (Result(Ticket("d", 1), "refetch"), 1, {"attempts": 0, "due": 100.0}),
        (Result(Ticket("d", 1), "handed back"), 2, {"state": "waiting", "attempts": 1, "due": 100.0}),
        (Result(Ticket("d", 1), "duplicate", article_id="a"), 1, {"state": "duplicate", "article_id": "a"}),
        (Result(Ticket("d", 1), "passed"), 2, {"state": "queued", "stage": "enrich", "attempts": 1}),
    ],
)
def test_what_follows_from_a_result(outcome: Result, attempts: int, expected: dict) -> None:
    changed = decide("clean", attempts, outcome, 100.0, POLICY)
    assert {name: changed[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("reason", "attempts", "retry_after", "least"),
    [
        ("dns", 1, None, 5), ("dns", 2, None, 20),
        ("timeout", 1, None, 10), ("timeout", 2, None, 40), ("timeout", 1, 60, 60),
        ("server_error", 1, 1, 10), ("server_error", 2, 3600, 3600),
        ("too_many_requests", 1, None, 20), ("too_many_requests", 3, None, 80),
    ],
)  # fmt: skip
def test_each_kind_of_failure_has_its_wait_and_its_jitter(
    reason: str, attempts: int, retry_after: float | None, least: float
) -> None:
    results = [Result(Ticket(f"d{n}", 1), "failed", reason, retry_after=retry_after) for n in range(100)]
    waits = [decide("fetch", attempts, result, 100.0, POLICY)["due"] - 100.0 for result in results]
    assert all(least <= wait <= least * 1.25 for wait in waits)
    assert max(waits) - min(waits) > 0.2 * least


def test_lost_messages_are_found_by_their_age(desk: Desk) -> None:
    desk.accept(2)
    desk.dispatch()
    with desk.database.write() as tx:
        args = {"policy": POLICY, "stages": ["fetch"]}
        assert not ledger.lost_messages(tx, now=desk.now + 5, older_than=15, **args)
        assert ledger.requeue(tx, now=desk.now + 5, older_than=15, **args) == 0
        assert ledger.lost_messages(tx, now=desk.now + 20, older_than=15, **args)
        assert ledger.requeue(tx, now=desk.now + 20, older_than=15, policy=POLICY, stages=["clean"]) == 0
        assert ledger.requeue(tx, now=desk.now + 20, older_than=15, **args) == 2
    desk.now += 20
    assert len(desk.dispatch()) == 2


def test_a_dead_worker_gives_back_only_its_own(desk: Desk) -> None:
    desk.accept(2)
    mine, other = (d.ticket for d in desk.dispatch())
    desk.claim("fetch", [mine], "host:10:11")
    desk.claim("fetch", [other], "host:1:11")
    with desk.database.write() as tx:
        assert ledger.workers(tx, "host:1:") == ["host:1:11"]
        assert ledger.release_worker(tx, "host:1:11", now=desk.now, policy=POLICY) == 1
        assert ledger.workers(tx, "host:1:") == []
    assert (desk.row(mine.id).state, desk.row(other.id).state) == ("working", "waiting")


@pytest.mark.parametrize(
    ("inquest", "states", "alone", "attempts"),
    [
        (None, ["waiting"] * 2, [True, True], [0, 0]),
        (Inquest(), ["waiting"] * 2, [False, False], [0, 0]),
        (Inquest(cause="aborted"), ["waiting"] * 2, [True, True], [0, 0]),
        (Inquest("first"), ["waiting"] * 2, [True, False], [0, 0]),
        (Inquest("first", "aborted", "a dump"), ["waiting"] * 2, [True, False], [1, 0]),
    ],
    ids=["nothing known", "killed while idle", "one of them", "killed with one in hand", "its own fault"],
)
def test_a_dead_worker_is_looked_into(desk: Desk, inquest, states, alone, attempts) -> None:
    desk.accept(2)
    first, other = (d.ticket for d in desk.dispatch())
    if inquest and inquest.in_hand:
        inquest = replace(inquest, in_hand=first.id)
    desk.claim("fetch", [first, other])
    with desk.database.write() as tx:
        ledger.release_worker(tx, "host:1:2", now=desk.now, policy=POLICY, inquest=inquest)
    rows = [desk.row(ticket.id) for ticket in (first, other)]
    assert [row.state for row in rows] == states
    assert [row.alone for row in rows] == alone
    assert [row.attempts for row in rows] == attempts


def test_who_ends_its_worker_three_times_is_dead_with_the_reason(desk: Desk) -> None:
    (document,) = desk.accept()
    guilty = Inquest(document, "segmentation fault", 'Fatal\n  File "a.py", line 3 in f')
    for _ in range(POLICY.attempts):
        (taken,) = desk.dispatch()
        desk.claim("fetch", [taken.ticket])
        with desk.database.write() as tx:
            ledger.release_worker(tx, "host:1:2", now=desk.now, policy=POLICY, inquest=guilty)
    row = desk.row(document)
    assert (row.state, row.reason, row.attempts) == ("dead", "crash", POLICY.attempts)
    assert "segmentation fault" in row.detail
    with desk.database.read() as tx:
        assert [each.id for each in failures(tx, Which(traceback=row.traceback))] == [document]
        assert "line 3 in f" in (traceback_of(tx, row.traceback) or "")
        assert [event.outcome for event in lookup.story(tx, document)] == ["lost"] * POLICY.attempts


def test_the_same_bug_has_the_same_digest_whatever_it_said(desk: Desk) -> None:
    desk.accept(2)
    tickets = [d.ticket for d in desk.dispatch()]
    desk.claim("fetch", tickets)
    said = [f'Traceback\n  File "a.py", line 3, in f\nKeyError: {n}' for n in range(2)]
    desk.settle("fetch", [Result(t, "failed", "bug", traceback=text) for t, text in zip(tickets, said, strict=True)])
    assert len({desk.row(ticket.id).traceback for ticket in tickets}) == 1


def test_a_parked_document_waits_uncharged(desk: Desk) -> None:
    desk.accept(2)
    newer, other = (d.ticket for d in desk.dispatch())
    desk.claim("fetch", [other])
    with desk.database.write() as tx:
        assert ledger.park(tx, [Ticket(newer.id, 99)], until=desk.now + 30) == 0
        assert ledger.park(tx, [newer, other], until=desk.now + 30) == 1
    assert (desk.row(newer.id).state, desk.row(newer.id).attempts) == ("waiting", 0)
    assert desk.dispatch() == []
    desk.now += 30
    assert [d.ticket.id for d in desk.dispatch()] == [newer.id]


def test_only_some_stages_are_dispatched_when_asked(desk: Desk) -> None:
    desk.accept(2)
    later, _ = (d.ticket for d in desk.dispatch())
    desk.claim("fetch", [later])
    desk.settle("fetch", [Result(later, "passed")])
    with desk.database.write() as tx:
        ledger.requeue(tx, now=desk.now, policy=POLICY, stages=NAMES, older_than=0)
        taken = ledger.dispatch(tx, 10, now=desk.now, policy=POLICY, stages=["clean"])
    assert [d.ticket.id for d in taken] == [later.id]


def test_a_clock_that_is_set_back_holds_nothing_up(desk: Desk) -> None:
    desk.accept(2)
    with desk.database.write() as tx:
        assert ledger.keep_time(tx, now=desk.now) == 0
    first, second = (d.ticket for d in desk.dispatch())
    desk.claim("fetch", [first, second])
    desk.settle("fetch", [Result(second, "failed", "timeout", retry_after=60)])
    desk.now -= 3600
    with desk.database.write() as tx:
        assert ledger.keep_time(tx, now=desk.now) == 3600
        assert ledger.keep_time(tx, now=desk.now) == 0, "one dispatcher sees to it, the others find it done"
    assert desk.expire() == 0
    desk.now += 91
    assert desk.expire() == 1, "the lease is as long as it was"
    assert desk.row(second.id).due <= desk.now


def test_a_failed_document_is_replayed_once(desk: Desk) -> None:
    desk.accept(2)
    dead, other = (d.ticket for d in desk.dispatch())
    desk.claim("fetch", [dead, other])
    desk.settle("fetch", [Result(dead, "rejected", "no_content"), Result(other, "passed")])
    with desk.database.write() as tx:
        ids = [dead.id, other.id, "nosuch"]
        assert ledger.replay(tx, ids, by="me@desk", now=desk.now) == [dead.id]
        assert ledger.replay(tx, ids, by="me@desk", now=desk.now) == []
    row = desk.row(dead.id)
    assert (row.state, row.stage, row.attempts, row.reason, row.finished_at) == ("waiting", "fetch", 0, None, None)
    again = desk.dispatch()
    assert [d.ticket.id for d in again] == [dead.id]
    assert again[0].ticket.epoch == dead.epoch + 1
    assert desk.settle("fetch", [Result(dead, "passed")]) == [], "what comes late from before the replay is refused"


def test_ids_are_unique_and_sort_by_time() -> None:
    ids = [ledger.new_id(1_700_000_000 + i / 1000) for i in range(5000)]
    assert len(set(ids)) == 5000
    assert {len(i) for i in ids} == {20}
    assert [i[:11] for i in ids] == sorted(i[:11] for i in ids)
