"""The one clock of a fleet: leases and retry times are written by one host and read by another."""

import time
from collections.abc import Callable

from pipeline.errors import UnavailableError
from pipeline.store.plain_sql import Transaction, is_postgresql, rows

MEASURED_FOR = 60
"""Seconds after which the server is asked again; two good quartz clocks drift apart by a millisecond in that time."""


def store_clock(url: str) -> Callable[[], float]:
    """Seconds since the epoch as the store at ``url`` has it: for SQLite this host's clock, else the server's."""
    return ServerClock(url) if url.startswith("postgresql") else time.time


def time_in(tx: Transaction) -> float:
    """The same, within a transaction."""
    if not is_postgresql(tx):
        return time.time()
    ((told,),) = rows(tx, "SELECT extract(epoch FROM clock_timestamp())")
    return float(told)


class ServerClock:
    """PostgreSQL's clock, so that hosts whose own clocks differ, or are set, agree on what has run out.

    Between two questions this host's monotonic clock counts, which nobody can set. Where the server cannot be asked
    the last answer goes on to count; before the first one, this host's clock does. It keeps no connection, so it may
    be asked before a fork.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset: float | None = None
        self._measured = 0.0

    def __call__(self) -> float:
        """Seconds since the epoch."""
        now = time.monotonic()
        if self._offset is None or now - self._measured > MEASURED_FOR:
            self._measured = now
            self._measure()
        offset = self._offset if self._offset is not None else time.time() - time.monotonic()
        return time.monotonic() + offset

    def _measure(self) -> None:
        from pipeline.store.database import Database  # slow to import, and others need but ``time_in``

        database = Database(self._url, pooled=False)
        try:
            with database.read() as tx:
                before = time.monotonic()
                told = time_in(tx)
                self._offset = told - (before + time.monotonic()) / 2
        except UnavailableError:
            pass
        finally:
            database.close()
