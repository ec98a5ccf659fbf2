"""One database, SQLite or PostgreSQL: connections, transactions, migration, and its errors in our words.

SQLite runs in WAL mode with ``synchronous=FULL`` (an accepted input survives a power cut), and every write begins with
a file lock and ``BEGIN IMMEDIATE``: a plain BEGIN that reads and then writes fails with busy errors under several
writers, and the lock keeps the queue fair. A Database is built after a fork, never before.
"""

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.pool import NullPool

from pipeline.errors import ConfigurationError, StoreDamagedError, UnavailableError
from pipeline.store.glance import BUSY_SECONDS, HEAD, POSTGRES_OPTIONS
from pipeline.store.written import dumps, loads

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

CACHE_KB = 65_536
"""Pages of an SQLite file that a connection keeps, filled as they are read. Names, parts of texts and words come in no
order, so each batch of a large store touches thousands of pages all over it; by default SQLite keeps 2 MB."""
LOG_PAGES = 8_000
"""Pages of SQLite's log (32 MB) before they are brought into the file, each once, however often it was written."""
MIGRATION_LOCK, WRITE_LOCK = 0x636F7079, 0x6465736B
"""Keys of PostgreSQL advisory locks ("copy", "desk" in ASCII)."""


class Database:
    """Connections to the store; ``read()`` and ``write()`` are the only ways in."""

    def __init__(
        self, url: str, *, pooled: bool = True, may_create: bool = True, patience: float = BUSY_SECONDS
    ) -> None:
        """``url`` is an SQLAlchemy URL; ``pooled=False`` closes each connection after use (for parents that fork).

        ``may_create``: whether an SQLite file that is not there is made. ``patience``: seconds to wait for other
        writers.
        """
        self._patience = patience
        self.url = _parsed(url)
        self._may_create = may_create
        self._file: tuple[int, int] | None = None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
        try:
            self._engine = create_engine(
                self.url, hide_parameters=True, json_serializer=dumps, json_deserializer=loads, **options,
                **self._connect_options(),
            )  # fmt: skip
        except ModuleNotFoundError as exc:
            raise ConfigurationError(
                f"store URL {self} needs a driver that is not installed: pip install 'copydesk[postgres]'"
            ) from exc
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)

    def __str__(self) -> str:
        """The URL for people: password hidden, and without its query, which may hold another."""
        return self.url.set(query={}).render_as_string(hide_password=True)

    def _connect_options(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {"connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None}}
        return {"connect_args": POSTGRES_OPTIONS, "pool_pre_ping": True}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state; what it writes is not kept."""
        with self._translated(), self._same_file(), self._engine.connect() as tx:
            if self.is_sqlite:
                tx.exec_driver_sql("BEGIN")
            yield tx
            tx.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back by an exception."""
        with self._translated(), self._file_lock(), self._same_file(), self._engine.connect() as tx:
            if self.is_sqlite:
                tx.exec_driver_sql("BEGIN IMMEDIATE")
            yield tx
            tx.commit()

    def migrate(self) -> "Database":
        """Bring the schema up to ``HEAD``, whoever comes first; returns itself.

        Raises ConfigurationError when the store was written by a newer Copydesk.
        """
        with self.read() as tx:
            revision = _revision(tx)
        if revision == HEAD:
            return self
        if revision is not None and revision > HEAD:
            raise ConfigurationError(f"store {self} has schema {revision}, newer than this Copydesk: upgrade Copydesk")
        with self.write() as tx:
            if not self.is_sqlite:
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            _upgrade(tx)
        return self

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def _path(self) -> str | None:
        """The SQLite file."""
        path = self.url.database
        return path if self.is_sqlite and path and path != ":memory:" else None

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        if not self._path:
            yield
            return
        with Path(self._path + ".lock").open("ab") as lock:
            self._wait_for(lock)
            yield

    def _wait_for(self, lock: IO[bytes]) -> None:
        """Take the lock, or say who does not let go; polled, because flock(2) knows no time limit."""
        deadline, wait = time.monotonic() + self._patience, 0.0005
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise UnavailableError(
                        f"store {self}: another process has locked it for {self._patience:.0f} s"
                    ) from None
                time.sleep(wait * random.uniform(0.5, 1))
                wait = min(2 * wait, 0.008)
            else:
                return

    @contextmanager
    def _same_file(self) -> Iterator[None]:
        """What was taken away under a running fleet is not made anew, and nothing is written into what nobody sees."""
        if self._path:
            found = _identity(self._path)
            if self._file is None and found is None and not self._may_create:
                raise StoreDamagedError(f"store {self} is gone: restore a copy, nothing was made in its place")
            if self._file is not None and found != self._file:
                raise StoreDamagedError(
                    f"store {self} was removed or replaced while it was in use: stop, and start anew"
                )
            self._file = found
        yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as exc:
            if not _is_the_databases_fault(exc):
                raise
            kind = StoreDamagedError if _is_damage(exc) else UnavailableError
            raise kind(f"store {self}: {_first_line(exc.orig)}{_advice(exc)}") from exc
        except OSError as exc:
            raise UnavailableError(f"store {self}: {exc.strerror or exc}{_folder_advice(self.url)}") from exc


def lock_writes(tx: Connection) -> None:
    """Let this transaction be the only writer of the store until it ends, so that ``seq`` commits in order.

    SQLite's transactions already are; PostgreSQL takes an advisory lock.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITE_LOCK})


def insert_into(tx: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that can say what happens ``on_conflict``, the same on both databases."""
    # Here, because PostgreSQL's takes a tenth of a second to import, for who may never need it.
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def sqlite_url(path: Path) -> str:
    """The store URL of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as exc:
        raise ConfigurationError(
            "store URL cannot be used: give sqlite:///path or postgresql+psycopg://user@host/name"
        ) from exc
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationError(f"store URL names {parsed.get_backend_name()}: only sqlite and postgresql are stores")
    if parsed.get_backend_name() != "sqlite" and url.count("@") > 1:
        # One of them is the password's; where it ends is a guess, and the rest would be shown as the host.
        raise ConfigurationError("store URL has more than one @: write %40 for each that is not before the host")
    return parsed


def _prepare_sqlite(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}",
        f"cache_size=-{CACHE_KB}", f"wal_autocheckpoint={LOG_PAGES}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").close()


def _revision(tx: Connection) -> str | None:
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(tx: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    from pipeline.store.description import describe
    from pipeline.store.tallies import begin_to_count
    from pipeline.store.views import drop_views

    config = Config(attributes={"connection": tx})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    drop_views(tx)
    command.upgrade(config, "head")
    begin_to_count(tx)
    describe(tx)


def _is_the_databases_fault(exc: DBAPIError) -> bool:
    """Not so for values it cannot hold or broken constraints: these are bugs, or one document's own."""
    return isinstance(exc, OperationalError | InterfaceError | InternalError) or type(exc) is DatabaseError


def _first_line(error: BaseException | None) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]


def _is_damage(exc: DBAPIError) -> bool:
    words = str(exc.orig).lower()
    return "malformed" in words or "not a database" in words


def _identity(path: str) -> tuple[int, int] | None:
    """Which file that is; ``None`` for none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - before each transaction
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _advice(exc: DBAPIError) -> str:
    words = str(exc.orig).lower()
    if "readonly" in words or "read-only" in words:
        return "; make the folder and the file writable, or set COPYDESK_HOME to another folder"
    if "full" in words or "no space" in words:
        return "; free disk space, work goes on by itself"
    if _is_damage(exc):
        return "; the file is damaged or no store: restore a copy, nothing was overwritten"
    if "unable to open" in words:
        return "; check that its folder exists and is writable, or set COPYDESK_HOME to another folder"
    return "; check that it runs and that COPYDESK_STORE_URL is right" if "connect" in words else ""


def _folder_advice(url: URL) -> str:
    folder = os.path.dirname(url.database or "") or "."  # noqa: PTH120 - a message, not a path to use
    return f"; check that {folder} exists and is writable, or set COPYDESK_HOME to another folder"
