"""Which workers live, which are lost, and who says so."""

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import update

from config.settings import Settings
from pipeline.store import presence
from pipeline.store.database import Database
from pipeline.store.presence import LOST_SECONDS, REMEMBERED_SECONDS, Seen, Worker, announce, forget_lost, leave, seen
from pipeline.store.schema import documents, workers
from tests.commands import Copydesk
from tests.integration.test_tallies import row
from tests.pages import make_pages
from tests.serving import serving
from tests.waiting import wait_for
from workers import standing

NOW = 1_000_000.0
ONE = Worker("a:1", "a", "a:10:", ("fetch", "clean"), 2, 300_000_000, NOW - 100, NOW)


@pytest.mark.parametrize(
    ("silent", "state"),
    [(0, "alive"), (LOST_SECONDS - 1, "alive"), (LOST_SECONDS, "lost"), (REMEMBERED_SECONDS - 1, "lost"), (3601, None)],
)
def test_who_is_silent_is_lost(database: Database, silent: float, state: str | None) -> None:
    with database.write() as tx:
        announce(tx, replace(ONE, seen_at=NOW - 5000))
        announce(tx, replace(ONE, seen_at=NOW - silent))
        forget_lost(tx, now=NOW)
        assert [each.state for each in seen(tx, now=NOW)] == ([state] if state else [])


def test_what_is_known_of_them(database: Database) -> None:
    other = replace(ONE, name="b:2", host="b", signs="b:20:", seen_at=NOW - LOST_SECONDS)
    with database.write() as tx:
        for each in (other, ONE):
            announce(tx, each)
        tx.execute(
            documents.insert(), [row(number) | {"state": "working", "worker": f"a:10:{number}"} for number in range(3)]
        )
        tx.execute(documents.insert(), [row(9) | {"state": "queued", "worker": "a:10:1"}])
        first, second = seen(tx, now=NOW)
        assert (first.worker, first.state, first.holds) == (ONE, "alive", {"fetch": 3})
        assert (second.worker, second.state, second.holds) == (other, "lost", {})
        leave(tx, ONE.name)
        assert [each.worker.name for each in seen(tx, now=NOW)] == ["b:2"]


@pytest.mark.parametrize(
    ("troubles", "why"),
    [
        ([("alive", None)], None),
        ([("alive", "Redis is away")], "Redis is away"),
        ([("alive", "Redis is away"), ("alive", None)], None),
        ([("alive", "Redis is away"), ("lost", None)], "Redis is away"),
        ([("alive", "redis://:secret@queue/0 is away")], "@queue/0 is away"),
        ([("lost", None)], "no Redis answers at"),
        ([], "no Redis answers at"),
    ],
)
def test_what_they_tell_is_in_the_way(
    tmp_path: Path, troubles: list[tuple[Literal["alive", "lost"], str | None]], why: str | None
) -> None:
    there = [Seen(replace(ONE, trouble=trouble), state, {}) for state, trouble in troubles]
    found = standing.waits(there, Settings(home=tmp_path, redis_url="redis://127.0.0.1:9/0"))
    assert found is None if why is None else why in (found or "")
    assert "secret" not in (found or "")
    full = Settings(home=tmp_path, disk_reserve=2**60)
    assert "COPYDESK_DISK_RESERVE" in (standing.waits(there, full) or "")


def test_a_worker_that_was_killed_is_told_of_until_one_is_back(copydesk: Copydesk, tmp_path: Path) -> None:
    def there() -> list[Seen]:
        with database.read() as tx:
            return seen(tx, now=time.time())

    def states() -> list[str]:
        return [each.state for each in there()]

    copydesk.account()  # the store is there before the worker
    first = copydesk.start("worker", "-c", "1")
    database = Database(copydesk.store_url)
    try:
        wait_for(lambda: [each.worker.memory > 20_000_000 for each in there()] == [True])
        (worker,) = copydesk.status()["workers"]
        assert (worker["state"], worker["processes"]) == ("alive", 1)
        assert worker["stages"] == ["fetch", "clean", "enrich", "store"]
        with serving(database, copydesk.home) as client:
            assert client.get("/readyz").json() == {"status": "ready", "lost": []}
            os.kill(first.pid, signal.SIGKILL)
            first.communicate()
            with database.write() as tx:  # twenty seconds go by
                tx.execute(update(workers).values(seen_at=workers.c.seen_at - LOST_SECONDS))
            assert states() == ["lost"]
            answer = client.get("/readyz")
            assert answer.status_code == 503
            assert f"no worker lives (lost: {worker['name']})" in answer.json()["detail"]
            assert f"worker {worker['name']}: lost, last seen" in copydesk("status").stdout
            second = copydesk.start("worker", "-c", "1")
            try:
                wait_for(lambda: states() == ["alive", "lost"])
                wait_for(lambda: client.get("/readyz").json() == {"status": "ready", "lost": [worker["name"]]})
            finally:
                second.send_signal(signal.SIGTERM)
                second.communicate(timeout=60)
        assert states() == ["lost"], "who stops as it should is not lost"
    finally:
        first.kill()
        database.close()


def test_a_run_announces_itself_and_leaves(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 2)
    assert copydesk("run", "pages").returncode == 0
    assert json.loads(copydesk("status", "--json").stdout)["workers"] == []
    assert presence.BEAT_SECONDS < LOST_SECONDS / 2
