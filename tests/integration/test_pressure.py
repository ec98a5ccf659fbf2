"""Backpressure: nothing is begun that Redis or the disk has no room for, and it is said why."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.store import account, ledger, lookup
from pipeline.store.database import Database, sqlite_url
from pipeline.store.ledger import Entry
from workers.dispatcher import Dispatcher
from workers.payloads import _key
from workers.pressure import LATER, why_waiting
from workers.redis_server import KEY_PREFIX, EmbeddedRedis, connect
from workers.runtime import Runtime

MB = 1_000_000


@pytest.fixture
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("r"))
    server.ensure()
    yield server.url
    server.stop()


class Desk:
    """A dispatcher, ten documents to be fetched and one that has been."""

    def __init__(self, folder: Path, redis_url: str, **changed: int) -> None:
        self.settings = Settings(home=folder, redis_url=redis_url, store_url=sqlite_url(folder / "c.db"), **changed)
        self.database = Database(self.settings.store).migrate()
        self.runtime = Runtime(self.settings)
        self.redis = connect(redis_url)
        self.dispatcher = Dispatcher(self.runtime)
        self.accept(1)
        self.dispatcher.tick()
        run = self.runtime
        with self.database.write() as tx:
            (row,) = lookup.outcomes(tx, submission="s")
            (claim,) = ledger.claim(
                tx, "fetch", [ledger.Ticket(row.id, row.epoch)], worker="w:1:2", now=run.clock(), policy=run.policy
            )  # fmt: skip
            passed = ledger.Result(claim.ticket, "passed")
            ledger.settle(tx, "fetch", [passed], worker="w:1:2", now=run.clock(), policy=run.policy)
            ledger.requeue(tx, now=run.clock(), policy=run.policy, stages=["clean"], older_than=0)
        self.redis.delete(f"{KEY_PREFIX}fetch")
        self.accept(10)

    def accept(self, count: int) -> None:
        entries = [Entry(f"{n}", f"file:///{n}") for n in range(count)]
        with self.database.write() as tx:
            ledger.accept(tx, entries, submission="s", now=self.runtime.clock())

    def fill(self, megabytes: int, prefix: str) -> None:
        for n in range(megabytes):
            self.redis.set(f"{prefix}{n}", b"x" * MB)

    def waiting(self) -> dict[str, int]:
        with self.database.read() as tx:
            return {name: stage.waiting for name, stage in account.account(tx).stages.items() if stage.waiting}


def test_where_there_is_room_all_is_sent(tmp_path: Path, redis_url: str) -> None:
    desk = Desk(tmp_path, redis_url)
    assert (desk.dispatcher.tick(), desk.dispatcher.waits, desk.waiting()) == (11, None, {})
    assert why_waiting(desk.settings) is None


def test_a_redis_that_is_well_filled_gets_nothing_new(tmp_path: Path, redis_url: str) -> None:
    desk = Desk(tmp_path, redis_url, redis_memory=20 * MB)
    desk.fill(13, "other:")
    assert desk.dispatcher.tick() == 1, "what has been fetched goes on: it makes room"
    assert desk.waiting() == {"fetch": 10}
    assert "60%" in (desk.dispatcher.waits or "")
    assert why_waiting(desk.settings) == desk.dispatcher.waits
    desk.redis.flushall()
    assert desk.dispatcher.tick() >= 10
    assert desk.dispatcher.waits is None


def test_a_nearly_full_redis_gives_pages_up(tmp_path: Path, redis_url: str) -> None:
    desk = Desk(tmp_path, redis_url)
    desk.fill(19, _key("fetch", ""))
    desk.fill(1, _key("clean", ""))
    desk.redis.config_set("maxmemory", 22 * MB)
    desk.dispatcher.tick()
    assert [len(desk.redis.keys(_key(stage, "*"))) for stage in ("fetch", *LATER[:1])] == [0, 1]
    desk.dispatcher.tick()
    assert desk.waiting() == {}


def test_a_disk_that_is_nearly_full_gets_nothing(tmp_path: Path, redis_url: str) -> None:
    desk = Desk(tmp_path, redis_url)
    full = Settings(**(desk.settings.model_dump() | {"disk_reserve": 10**18}))
    dispatcher = Dispatcher(Runtime(full))
    assert dispatcher.tick() == 0
    assert "COPYDESK_DISK_RESERVE" in (dispatcher.waits or "")
    found = why_waiting(full)
    assert found and re.sub(r"[\d,]+ MB", "", found) == re.sub(r"[\d,]+ MB", "", dispatcher.waits or "")


def test_without_redis_it_is_said(tmp_path: Path) -> None:
    assert "no Redis answers" in (why_waiting(Settings(home=tmp_path)) or "")
