"""The dispatcher: takes what is due out of the ledger and sends it, a bounded window at a time.

Any number may run at once; each step is one transaction of the ledger, so none sends what another has sent.
"""

import itertools
import logging
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from celery import Celery
from sqlalchemy import Connection

from pipeline.errors import UnavailableError
from pipeline.stage import PIPELINE
from pipeline.store import ledger, pages, presence, tallies, throughput, watches
from pipeline.store.ledger import Dispatch
from workers.app import make_app, send
from workers.due_watches import send_due
from workers.pressure import room
from workers.redis_server import KEY_PREFIX, translated
from workers.runtime import Runtime

log = logging.getLogger("copydesk")

ALIVE = f"{KEY_PREFIX}alive"
"""A key that a Redis which lost its memory lacks."""
TIDY_SECONDS = 60
"""Between two rounds of tidying, each at one of the archive's 256 parts."""
PARTS = 8
"""A small load is cut into about so many batches, so that every process gets some of it."""


class Dispatcher:
    """Sends due documents as ``chain(fetch, clean, enrich, store)``, and takes back what got lost."""

    def __init__(self, runtime: Runtime) -> None:
        self.settings = runtime.settings
        self._runtime = runtime
        self._app: Celery = make_app(runtime.settings)
        self._tidied = runtime.clock()
        self.waits: str | None = None
        """Why nothing, or nothing new, is sent although it is due."""

    def tick(self) -> int:
        """One round; returns how many documents were sent. Raises UnavailableError without Redis or store."""
        self._recover()
        run = self._runtime
        send_due(self._app, run)
        self._tidy()
        with run.database.read() as tx:
            if not self._is_clock_late(tx) and not ledger.is_work_due(tx, now=run.clock()):
                self.waits = None
                return 0
        allowed = room(run, run.settings.window)
        self.waits = allowed.why
        with run.database.write() as tx:
            self._keep_time(tx)
            ledger.expire(tx, now=run.clock(), policy=run.policy)
            free = min(run.settings.window - ledger.in_flight(tx), allowed.documents)
            taken = self._take(tx, free, allowed.stages)
        if allowed.relieve:
            log.warning("%s; %d payloads are given up", allowed.why, run.payloads.relieve())
        self._send(taken)
        return len(taken)

    def _take(self, tx: Connection, most: int, stages: Sequence[str] | None) -> list[Dispatch]:
        run = self._runtime
        return ledger.dispatch(tx, most, now=run.clock(), policy=run.policy, stages=stages) if most > 0 else []

    def _is_clock_late(self, tx: Connection) -> bool:
        """Whether the ledger has to be told the time."""
        return abs(self._runtime.clock() - ledger.last_moment(tx)) > ledger.CLOCK_SECONDS

    def _keep_time(self, tx: Connection) -> None:
        if step := ledger.keep_time(tx, now=self._runtime.clock()):
            log.warning("the clock was set back by %.0f s; what was planned is moved by as much", step)

    def close(self) -> None:
        """Give back the broker's connections."""
        self._app.close()

    def _tidy(self) -> None:
        """Now and then, forget pages that were kept long enough, and bodies that no page needs."""
        run, now = self._runtime, self._runtime.clock()
        if now - self._tidied < TIDY_SECONDS:
            return
        self._tidied = now
        with run.database.write() as tx:
            tallies.gather(tx)
            presence.forget_lost(tx, now=now)
            throughput.forget_old(tx, now=now)
            if not self.settings.archive:
                return
            if days := self.settings.archive_days:
                pages.expire(tx, run.archive, before=now - days * 86_400, now=now)
            pages.tidy(tx, run.archive, int(now / TIDY_SECONDS) % 256, now=now)
        run.archive.sweep()

    def _recover(self) -> None:
        """Queued documents whose messages are gone wait again: after a lost Redis at once, else after a while."""
        run = self._runtime
        names = [stage.name for stage in PIPELINE]
        with translated():
            # Looked for first: a Redis that is full refuses SET, and has not lost its memory.
            with run.redis.pipeline(transaction=False) as pipe:
                pipe.exists(ALIVE)
                for name in names:
                    pipe.llen(f"{KEY_PREFIX}{name}")
                is_known, *lengths = pipe.execute()
            is_new = not is_known and run.redis.set(ALIVE, 1, nx=True)
        if is_new:
            with run.database.write() as tx:
                watches.take_back(tx, now=run.clock())
        empty = [name for name, length in zip(names, lengths, strict=True) if is_new or not length]
        if not empty:
            return
        older = 0 if is_new else run.settings.stalled
        with run.database.read() as tx:
            if not ledger.lost_messages(tx, now=run.clock(), policy=run.policy, stages=empty, older_than=older):
                return
        with run.database.write() as tx:
            ledger.requeue(tx, now=run.clock(), policy=run.policy, stages=empty, older_than=older)

    def _send(self, taken: Sequence[Dispatch]) -> None:
        try:
            for batch in batches(taken, self._runtime.settings.batch):
                send(self._app, batch[0].stage, [dispatch.ticket for dispatch in batch])
        except UnavailableError:
            with self._runtime.database.write() as tx:
                tickets = [d.ticket for d in taken]
                ledger.release(tx, tickets, now=self._runtime.clock(), policy=self._runtime.policy)
            raise


def batches(taken: Sequence[Dispatch], size: int) -> Iterator[list[Dispatch]]:
    """Cut what was taken into batches of one stage each; what is to be alone is a batch of its own."""
    size = max(1, min(size, ceil(len(taken) / PARTS)))
    ordered = sorted(taken, key=lambda d: (d.stage, d.alone))
    for (_, alone), group in itertools.groupby(ordered, key=lambda d: (d.stage, d.alone)):
        yield from _cut(group, 1 if alone else size)


def _cut(group: Iterable[Dispatch], size: int) -> Iterator[list[Dispatch]]:
    rest = iter(group)
    while part := list(itertools.islice(rest, size)):
        yield part
