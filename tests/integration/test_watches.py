"""The table of watches, on both databases: who takes which, what is fenced, what is new."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from pipeline.store import ledger, watches
from pipeline.store.database import Database
from pipeline.store.ledger import Entry
from pipeline.store.schedule import NEVER, Plan
from pipeline.store.watches import Facts, Watch

LEASE = 600
FEED = "https://paper.example/feed"
PLAN = Plan(1800, 1800, 7200)


@dataclass
class Desk:
    """Watches with a clock of their own."""

    database: Database
    now: float = 1_000_000.0

    def add(self, *urls: str, every: float | None = None) -> list[bool]:
        with self.database.write() as tx:
            return [watches.add(tx, url, now=self.now, interval=3600, every=every) for url in urls]

    def remove(self, url: str) -> bool:
        with self.database.write() as tx:
            return watches.remove(tx, url)

    def take(self, most: int = 10) -> list[Watch]:
        with self.database.write() as tx:
            return watches.take_due(tx, now=self.now, most=most, lease_seconds=LEASE)

    def is_held(self, watch: Watch) -> bool:
        with self.database.read() as tx:
            return watches.held(tx, watch.url, watch.lease, now=self.now) is not None

    def settle(self, watch: Watch, plan: Plan = PLAN, facts: Facts = Facts()) -> None:  # noqa: B008
        with self.database.write() as tx:
            watches.settle(tx, watch, plan, now=self.now, facts=facts)

    def set_sitemaps(self, index: str, sitemaps: dict[str, str | None]) -> None:
        with self.database.write() as tx:
            watches.set_sitemaps(tx, self.row(index), sitemaps, now=self.now)

    def rows(self) -> dict[str, Watch]:
        with self.database.read() as tx:
            return {row.url: row for row in watches.listed(tx)}

    def row(self, url: str = FEED) -> Watch:
        return self.rows()[url]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_what_is_added_is_due_at_once_and_taken_once(desk: Desk) -> None:
    assert desk.add(FEED, "https://other.example/feed", FEED) == [True, True, False]
    taken = desk.take()
    assert {watch.url for watch in taken} == {FEED, "https://other.example/feed"}
    assert desk.take() == []
    assert all(desk.is_held(watch) for watch in taken)


def test_not_more_are_read_at_a_time_than_allowed(desk: Desk) -> None:
    desk.add(*(f"https://paper.example/{n}" for n in range(5)))
    first = desk.take(2)
    assert (len(first), desk.take(2), len(desk.take(3))) == (2, [], 1)
    desk.settle(first[0])
    assert len(desk.take(3)) == 1


def test_dispatchers_that_take_at_once_take_nothing_twice(desk: Desk) -> None:
    urls = [f"https://paper.example/{n}" for n in range(40)]
    desk.add(*urls)
    gate = threading.Barrier(4)

    def take(_: int) -> list[str]:
        gate.wait(10)
        return [watch.url for watch in desk.take(100)]

    with ThreadPoolExecutor(4) as threads:
        taken = list(itertools.chain.from_iterable(threads.map(take, range(4))))
    assert sorted(taken) == sorted(urls)


def test_after_a_lost_redis_all_are_due_again_and_late_readings_are_refused(desk: Desk) -> None:
    desk.add(FEED)
    (before,) = desk.take()
    with desk.database.write() as tx:
        assert watches.take_back(tx, now=desk.now) == 1
    desk.now += 1
    (again,) = desk.take()
    assert (desk.is_held(before), desk.is_held(again)) == (False, True)


def test_a_good_reading_is_written_down(desk: Desk) -> None:
    desk.add(FEED)
    (watch,) = desk.take()
    desk.now += 5
    with desk.database.write() as tx:
        watches.count(tx, watch, 2)
        watches.count(tx, watch, 3)
    desk.settle(watch, facts=Facts("The Paper", '"v1"', "Mon, 23 Nov 2026 06:00:00 GMT"))
    row = desk.row()
    assert (row.title, row.etag, row.last_modified) == ("The Paper", '"v1"', "Mon, 23 Nov 2026 06:00:00 GMT")
    assert (row.due, row.interval, row.turnover, row.read_at) == (desk.now + 1800, 1800, 7200, desk.now)
    assert (row.found, row.failures, row.error, row.lease) == (5, 0, None, 0)
    assert desk.take() == []
    desk.now = row.due
    assert [each.url for each in desk.take()] == [FEED]


def test_a_bad_reading_keeps_what_was_known(desk: Desk) -> None:
    desk.add(FEED)
    (watch,) = desk.take()
    desk.settle(watch, facts=Facts("The Paper", '"v1"'))
    desk.now = desk.row().due
    (watch,) = desk.take()
    with desk.database.write() as tx:
        watches.settle_failure(tx, watch, Plan(NEVER, 1800, None, 3), now=desk.now, error="gone: HTTP status 410")
    row = desk.row()
    assert (row.title, row.etag, row.failures, row.error, row.due) == (
        "The Paper", '"v1"', 3, "gone: HTTP status 410", NEVER,
    )  # fmt: skip
    desk.now += 1e9
    assert desk.take() == []
    desk.add(FEED)
    assert [(each.failures, each.error, each.etag) for each in desk.take()] == [(0, None, '"v1"')]


def test_a_lost_reading_is_taken_again_and_the_late_one_changes_nothing(desk: Desk) -> None:
    desk.add(FEED)
    (late,) = desk.take()
    desk.now += LEASE + 1
    assert not desk.is_held(late)
    (watch,) = desk.take()
    before = desk.row()
    desk.settle(late)
    with desk.database.write() as tx:
        watches.count(tx, late, 7)
        watches.give_back(tx, late, due=0)
        watches.settle_failure(tx, late, PLAN, now=desk.now, error="late")
    assert desk.row() == before
    assert desk.is_held(watch)


def test_a_watch_that_was_given_back_is_due_when_it_was_said(desk: Desk) -> None:
    desk.add(FEED)
    (watch,) = desk.take()
    with desk.database.write() as tx:
        watches.give_back(tx, watch, due=desk.now + 30)
    assert (desk.take(), desk.row().read_at) == ([], None)
    desk.now += 30
    assert len(desk.take()) == 1


def test_what_is_removed_while_it_is_read_is_gone(desk: Desk) -> None:
    desk.add(FEED)
    (watch,) = desk.take()
    assert (desk.remove(FEED), desk.remove(FEED)) == (True, False)
    assert not desk.is_held(watch)
    desk.settle(watch)
    assert desk.rows() == {}


def test_only_what_no_document_has_is_new(desk: Desk) -> None:
    known = [f"https://paper.example/{n}" for n in range(0, 1200, 2)]
    with desk.database.write() as tx:
        ledger.accept(tx, [Entry(url, url, "paper.example") for url in known], submission="s", now=desk.now)
    wanted = [f"https://paper.example/{n}" for n in range(1200)]
    with desk.database.read() as tx:
        new = watches.new_urls(tx, [*wanted, *wanted[:10]])
    assert new == wanted[1::2]


def test_the_sitemaps_of_an_index_are_watches_of_their_own(desk: Desk) -> None:
    index, first, second, third = (f"https://paper.example/{name}.xml" for name in ("index", "a", "b", "c"))
    desk.add(index)
    desk.settle(desk.take()[0])
    desk.set_sitemaps(index, {first: "2026-11-01", second: None})
    taken = {watch.url: watch for watch in desk.take()}
    assert {url: watch.habit.is_called for url, watch in taken.items()} == {first: True, second: False}
    for watch in taken.values():
        desk.settle(watch, Plan(NEVER if watch.habit.is_called else 1800, 1800, None))
    desk.now += 10
    desk.set_sitemaps(index, {first: "2026-11-01", second: None})
    assert desk.take() == [], "neither is new, neither has changed"
    desk.set_sitemaps(index, {first: "2026-11-02", third: "2026-11-02"})
    assert {watch.url for watch in desk.take()} == {first, third}
    assert set(desk.rows()) == {index, first, third}
    assert (desk.remove(first), desk.remove(index), desk.rows()) == (False, True, {})


def test_a_sitemap_that_changes_while_it_is_read_is_read_again(desk: Desk) -> None:
    desk.add(FEED)
    desk.settle(desk.take()[0])
    desk.set_sitemaps(FEED, {"https://paper.example/a.xml": "2026-11-01"})
    (early,) = desk.take()
    desk.set_sitemaps(FEED, {"https://paper.example/a.xml": "2026-11-02"})
    desk.settle(early, Plan(NEVER, 1800, None))
    assert [watch.lastmod for watch in desk.take()] == ["2026-11-02"]


def test_what_the_user_watches_stays_the_users(desk: Desk) -> None:
    index, both = "https://paper.example/index.xml", "https://paper.example/both.xml"
    desk.add(index, both)
    desk.set_sitemaps(index, {both: "2026-11-01", index: None})
    assert [row.parent for row in desk.rows().values()] == [None, None]
    desk.set_sitemaps(index, {"https://paper.example/a.xml": "2026-11-01"})
    assert desk.add("https://paper.example/a.xml") == [True]
    desk.set_sitemaps(index, {})
    assert desk.remove(index)
    assert set(desk.rows()) == {both, "https://paper.example/a.xml"}


def test_indexes_inside_each_other_are_found_from_below_and_removed_from_above(desk: Desk) -> None:
    urls = [f"https://paper.example/{n}.xml" for n in range(4)]
    desk.add(urls[0])
    for above, below in itertools.pairwise(urls[:3]):
        desk.set_sitemaps(above, {below: None})
    with desk.database.read() as tx:
        assert [watches.root_of(tx, desk.row(url)) for url in urls[:3]] == [(urls[0], 0), (urls[0], 1), (urls[0], 2)]
    assert desk.remove(urls[0])
    assert desk.rows() == {}


def test_of_too_many_sitemaps_the_last_changed_are_watched() -> None:
    dated = [(f"{n}", f"{1500 + n}-01-01") for n in range(watches.MOST_SITEMAPS + 100)]
    kept = watches.newest([*dated, ("undated", None)])
    assert len(kept) == watches.MOST_SITEMAPS
    assert "undated" in kept
    assert "100" not in kept
    assert "101" in kept
