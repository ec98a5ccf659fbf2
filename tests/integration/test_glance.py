"""A look into the store without SQLAlchemy: the same answers, and whatever is in its way is the store's to tell."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigurationError, StoreDamagedError, UnavailableError
from pipeline.store import account, ledger, pace, presence
from pipeline.store.database import Database, sqlite_url
from pipeline.store.glance import glance
from pipeline.store.ledger import Entry
from pipeline.store.plain_sql import Transaction
from pipeline.store.rules import Policy, Result
from tests.commands import Copydesk

LOADED = """
import sys
from workers.cli import main
try:
    main()
except SystemExit as end:
    print(end.code, sorted({"sqlalchemy", "pipeline.documents", "redis", "celery"} & set(sys.modules)), file=sys.stderr)
"""
POLICY = Policy()


def everything(now: float) -> Callable[[Transaction], list[Any]]:
    """All that ``status`` asks of a store."""

    def asked(tx: Transaction) -> list[Any]:
        return [
            account.account(tx), account.account(tx, submission="s"), account.oldest(tx), account.recent(tx, now=now),
            account.longest_lines(tx, now=now), presence.seen(tx, now=now), pace.rates(tx, now=now),
        ]  # fmt: skip

    return asked


def loaded(folder: Path, *words: str) -> list[str]:
    """What the command said, its exit code and which of the slow modules it imported."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    return [done.stdout.splitlines()[0], *done.stderr.splitlines()]


def test_it_sees_what_the_store_sees(store_url: str) -> None:
    database = Database(store_url).migrate()
    worker = presence.Worker("desk:7", "desk", "desk:", ("fetch", "clean"), 2, 300_000_000, 1.0, 999.0, "what: 100 %")
    urls = [f"https://{n % 3}.example/{n}" for n in range(9)]
    with database.write() as tx:
        entries = [Entry(url, url, url[8:17], spacing=30) for url in urls]
        ledger.accept(tx, entries, submission="s", now=1000.0)
        presence.announce(tx, worker)
        taken = ledger.dispatch(tx, 2, now=1001.0, policy=POLICY)
        claims = ledger.claim(
            tx, "fetch", [each.ticket for each in taken], worker="desk:7:8", now=1002.0, policy=POLICY
        )
        results = [Result(claims[0].ticket, "rejected", "not_found", ms=7)]
        ledger.settle(tx, "fetch", results, worker="desk:7:8", now=1003.0, policy=POLICY)
    with database.read() as tx:
        expected = everything(1004.0)(tx)
    database.close()
    assert glance(store_url, everything(1004.0)) == expected
    whole, submitted, oldest, recent, lines, (seen,), rates = expected
    assert (whole, whole.accepted, whole.rejected, whole.reasons) == (submitted, 9, 1, {"not_found": 1})
    assert (oldest.accepted_at, recent) == (1000.0, {"rejected": 0.02})
    assert [line[:2] for line in lines] == [("0.example", 30.0), ("1.example", 30.0), ("2.example", 30.0)]
    assert (seen.worker, seen.state, seen.holds, list(rates)) == (worker, "alive", {"fetch": 1}, ["fetch"])


def test_status_waits_for_no_slow_import(copydesk: Copydesk) -> None:
    nothing = "accepted 0 = stored 0, duplicate 0, rejected 0, dead 0, in flight 0"
    assert loaded(copydesk.folder, "status") == [nothing, "0 ['pipeline.documents', 'sqlalchemy']"], "makes the store"
    assert loaded(copydesk.folder, "status") == [nothing, "0 []"]
    assert loaded(copydesk.folder, "--help")[-1] == "0 []"


def test_what_is_in_its_way_the_store_tells(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    assert glance(sqlite_url(path), account.account).accepted == 0, "made anew"
    path.write_bytes(b"no database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreDamagedError, match=r"restore a copy"):
        glance(sqlite_url(path), account.account)
    with pytest.raises(UnavailableError, match=r"check that it runs"):
        glance("postgresql+psycopg://nobody@127.0.0.1:9/none", account.account)


def test_the_store_of_a_newer_copydesk_is_left_alone(store_url: str) -> None:
    database = Database(store_url).migrate()
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(ConfigurationError, match=r"upgrade Copydesk"):
        glance(store_url, account.account)


def test_a_mistake_is_no_matter_of_the_store(store_url: str) -> None:
    Database(store_url).migrate().close()
    looks = []

    def wrong(tx: Transaction) -> None:
        looks.append(tx)
        raise LookupError("a mistake")

    with pytest.raises(LookupError):
        glance(store_url, wrong)
    assert len(looks) == 1
