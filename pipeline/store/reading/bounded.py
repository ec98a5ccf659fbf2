"""Reading with an end: no question holds a connection for longer than it may."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from pipeline.errors import StoreDamagedError, UnavailableError
from pipeline.store.database import Database
from pipeline.store.glance import BUSY_SECONDS

_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""
_LIMIT = text("SELECT set_config('statement_timeout', :ms, true), set_config('transaction_read_only', 'on', true)")


@contextmanager
def bounded_read(database: Database, seconds: float) -> Iterator[Connection]:
    """As ``Database.read``, but nothing can be written, and a statement ends after so many seconds.

    Raises UnavailableError for one that took longer, and where the store cannot be reached.
    """
    deadline = time.monotonic() + seconds
    try:
        with database.read() as tx, _ending(tx, deadline, seconds):
            yield tx
    except UnavailableError as exc:
        if isinstance(exc, StoreDamagedError) or time.monotonic() < deadline:
            raise
        raise UnavailableError(f"the answer took longer than {seconds:g} s: ask for less") from exc


@contextmanager
def _ending(tx: Connection, deadline: float, seconds: float) -> Iterator[None]:
    if tx.dialect.name == "postgresql":
        tx.execute(_LIMIT, {"ms": str(max(1, int(1000 * seconds)))})
        yield
        return
    connection: Any = tx.connection.driver_connection
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    _set(connection, "ON", seconds)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
        _set(connection, "OFF", BUSY_SECONDS)


def _set(connection: Any, query_only: str, busy: float) -> None:
    """Who waits for a lock does not look at the clock, so that wait is bounded by itself."""
    connection.execute(f"PRAGMA query_only={query_only}").close()
    connection.execute(f"PRAGMA busy_timeout={int(1000 * busy)}").close()
