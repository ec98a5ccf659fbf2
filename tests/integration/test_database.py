"""One database, two kinds: migration, errors in our words, and many writers at once."""

import multiprocessing
import sqlite3
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import pipeline.store
from pipeline.errors import ConfigurationError, StoreDamagedError, UnavailableError
from pipeline.store import account, ledger
from pipeline.store.clock import ServerClock, store_clock
from pipeline.store.database import HEAD, Database, sqlite_url
from pipeline.store.schema import metadata


def test_the_migrations_make_the_schema(database: Database) -> None:
    with database.read() as tx:
        # Not described there: the full-text index, a table of its own kind, and indexes with a condition.
        others = ("search_index", "documents_suspects", "documents_open")
        options = {"include_object": lambda _object, name, *_: not str(name).startswith(others)}
        differences = compare_metadata(MigrationContext.configure(tx, opts=options), metadata)
    assert [d for d in differences if "comment" not in str(d[0])] == []


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(pipeline.store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_store_of_a_newer_copydesk_is_left_alone(database: Database) -> None:
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer than this Copydesk"):
        database.migrate()


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as tx:
        ledger.accept(tx, [ledger.Entry("a", "file:///a")], submission="s", now=1.0)
        raise RuntimeError
    with database.read() as tx:
        assert account.account(tx).accepted == 0


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("nonsense", "cannot be used"),
        ("mysql://localhost/x", "cannot be used|only sqlite and postgresql"),
        ("sqlite+nosuch:///x", "cannot be used"),
    ],
)
def test_a_bad_url_is_a_configuration_error(url: str, word: str) -> None:
    with pytest.raises(ConfigurationError, match=word):
        Database(url)


def test_a_server_that_is_not_there_is_said_in_one_line() -> None:
    with pytest.raises(UnavailableError) as caught:
        Database("postgresql+psycopg://someone:secret@127.0.0.1:1/none").migrate()
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    path.write_bytes(b"this is no database, but somebody may need it" * 100)
    before = path.read_bytes()
    with pytest.raises(UnavailableError, match="damaged"):
        Database(sqlite_url(path)).migrate()
    assert path.read_bytes() == before


@pytest.mark.parametrize("put_back", [None, b"", b"something else"], ids=["removed", "emptied", "replaced"])
def test_a_file_that_is_taken_away_in_use_is_not_made_anew(tmp_path: Path, put_back: bytes | None) -> None:
    path = tmp_path / "copydesk.db"
    database = Database(sqlite_url(path)).migrate()
    path.rename(tmp_path / "elsewhere")
    if put_back is not None:
        path.write_bytes(put_back)
    for access in (database.read, database.write):
        with pytest.raises(StoreDamagedError, match="removed or replaced"), access():
            pass
    assert (path.read_bytes() if path.exists() else None) == put_back
    database.close()


def test_a_worker_process_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreDamagedError, match="gone"):
        Database(sqlite_url(tmp_path / "copydesk.db"), may_create=False).migrate()
    assert not (tmp_path / "copydesk.db").exists()


def test_a_lock_that_nobody_lets_go_is_said(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "copydesk.db"), patience=0.1).migrate()
    other = Database(sqlite_url(tmp_path / "copydesk.db"))
    with other.write(), pytest.raises(UnavailableError, match="another process has locked it"), database.write():
        pass
    with database.write() as tx:
        ledger.accept(tx, [ledger.Entry("a", "file:///a")], submission="s", now=1.0)


def test_the_servers_clock_counts(postgres_url: str) -> None:
    clock = store_clock(postgres_url)
    assert isinstance(clock, ServerClock)
    assert abs(clock() - time.time()) < 5
    assert clock() < clock()
    lost = ServerClock("postgresql+psycopg://someone@127.0.0.1:1/none")
    assert abs(lost() - time.time()) < 1, "until the server can be asked, this machine's counts"


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="COPYDESK_HOME"):
        Database(sqlite_url(tmp_path / "no" / "such" / "copydesk.db")).migrate()


def _write(url: str, count: int) -> None:
    database = Database(url)
    for i in range(count):
        with database.write() as tx:
            ledger.accept(tx, [ledger.Entry(str(i), f"file:///{i}")], submission="s", now=float(i))


def test_four_writers_lose_nothing(store_url: str) -> None:
    Database(store_url).migrate().close()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(store_url, 50)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    database = Database(store_url)
    with database.read() as tx:
        assert account.account(tx).accepted == 200
    database.close()


def test_sqlite_survives_a_power_cut_and_many_readers(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "copydesk.db")).migrate()
    with database.read() as tx:
        assert tx.execute(text("PRAGMA synchronous")).scalar() == 2
    with sqlite3.connect(tmp_path / "copydesk.db") as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()
