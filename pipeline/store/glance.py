"""A look into the store that does not wait for SQLAlchemy, whose import takes longer than all that ``status`` asks."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from pipeline.store.plain_sql import Transaction, rows

HEAD = "0012"
"""The newest migration; a test holds it against the migrations folder."""
BUSY_SECONDS = 30
"""Other writers are waited for so long."""
POSTGRES_OPTIONS: dict[str, Any] = {
    "connect_timeout": 10,
    # A cut cable is noticed after half a minute, not after the two hours of TCP.
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000,
    # Nobody holds a lock for long: not who was stopped, nor who cannot be reached any more.
    "options": f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={2 * BUSY_SECONDS}s",
}  # fmt: skip
QUICK_SECONDS = 2
"""A server that takes longer to answer is left to ``Database``, with its own patience."""

_SQLITE, _POSTGRESQL = "sqlite:///", "postgresql+psycopg://"
T = TypeVar("T")


def glance(url: str, look: Callable[[Transaction], T]) -> T:
    """What ``look`` finds in the migrated store at ``url``, in one transaction.

    Whatever is in the way of a quick look - no store yet, an older one, no answer - is left to ``Database``, which
    makes or migrates the store, or says what is wrong: raises as it does.
    """
    try:
        with _opened(url) as tx:
            if tx is not None and rows(tx, "SELECT version_num FROM alembic_version") == [(HEAD,)]:
                return look(tx)
    except Exception as exc:
        if not _is_of_a_driver(exc):
            raise
    from pipeline.store.database import Database

    with closing(Database(url)) as database, database.migrate().read() as connection:
        return look(connection)


class _Dialect(NamedTuple):
    name: str


class _Glance:
    """A driver's connection under the names that SQLAlchemy gives it."""

    def __init__(self, connection: Any, name: str) -> None:
        self.dialect = _Dialect(name)
        self._connection = connection

    def exec_driver_sql(self, statement: str, parameters: Mapping[str, object] | None = None, /) -> Iterable[Any]:
        found: Iterable[Any] = self._connection.execute(statement, *([parameters] if parameters else []))
        return found


@contextmanager
def _opened(url: str) -> Iterator[_Glance | None]:
    """A transaction in the store; ``None`` where that takes more than a driver."""
    if url.startswith(_SQLITE) and "?" not in url:
        path = quote(url.removeprefix(_SQLITE))
        with closing(sqlite3.connect(f"file:{path}?mode=rw", BUSY_SECONDS, uri=True, isolation_level=None)) as file:
            file.execute("BEGIN")
            yield _Glance(file, "sqlite")
    elif url.startswith(_POSTGRESQL):
        import psycopg

        conninfo = "postgresql://" + url.removeprefix(_POSTGRESQL)
        with psycopg.connect(conninfo, **POSTGRES_OPTIONS | {"connect_timeout": QUICK_SECONDS}) as server:
            yield _Glance(server, "postgresql")
    else:
        yield None


def _is_of_a_driver(exc: Exception) -> bool:
    return isinstance(exc, sqlite3.Error | ImportError) or type(exc).__module__.startswith("psycopg")
