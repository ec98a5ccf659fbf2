"""The fetch task: what it claims stays in the air when the task itself is over.

A batch is no unit on the net: one slow server of thirty-two would hold up the other thirty-one, and the process with
them. So a task only puts its documents into the air, and takes the next message while there is room; a thread of the
process receives what comes down, document by document, and sends it on to the next stage in small batches.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Connection

from config.logs import log_context
from pipeline.documents import ARCHIVED, KEPT, FetchedPage, Source
from pipeline.errors import DocumentError, Rejected, UnavailableError
from pipeline.fetch.again import read_again
from pipeline.fetch.reading import Outcome, Reading
from pipeline.stage import PIPELINE, following
from pipeline.store import ledger, pages
from pipeline.store.ledger import Claim
from pipeline.store.pages import LastRead
from pipeline.store.rules import Result, Ticket
from workers.runtime import Runtime, pulse_key
from workers.tasks import Product, StageTask, Worked

log = logging.getLogger("copydesk")

GATHER_SECONDS = 0.2
"""How long a document that is down waits for others to go on with; not at all when nothing else is in the air."""
LONGEST_SECONDS = 900
"""A document that is in the air for longer is not renewed any more: its lease runs out, and another process has it."""
LANDING_SECONDS = 10
"""What is in the air when the process is told to stop has so long to come down; the rest is handed back."""

Send = Callable[[str, Sequence[Ticket]], None]


class FetchTask(StageTask):
    """The work of the first stage; ``send(stage, tickets)`` sends documents on."""

    def __init__(self, runtime: Runtime, send: Send) -> None:
        super().__init__(PIPELINE[0], runtime)
        self._send = send
        self._has_carrier = False

    def run(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """Put those of ``tickets`` that can be claimed into the air; what needs no net goes on with the message."""
        self.carrier.wait_for_room()
        if claims := self.claim(tickets):
            return self.safely(claims, lambda: self._launch(claims))
        return []

    def stop(self) -> None:
        """Let what is in the air come down, for a while, and hand back the rest. The process ends after this."""
        if self._has_carrier:
            self.carrier.stop()

    @cached_property
    def carrier(self) -> "Carrier":
        """What keeps documents in the air; made in the process that fetches, after the fork."""
        self._has_carrier = True
        return Carrier(self)

    def note(self, tx: Connection, worked: Sequence[Worked], passed: Collection[Ticket]) -> None:
        """The archive's index of pages too."""
        super().note(tx, worked, passed)
        if self.runtime.settings.archive:
            made = [each.product for each in worked if each.claim.ticket in passed]
            pages.record(tx, [product for product in made if isinstance(product, FetchedPage)])

    def pass_on(self, tickets: Sequence[Ticket]) -> None:
        """Send documents to the next stage; those that cannot be sent wait in the ledger. Raises UnavailableError."""
        after = following(self.stage)
        if after is None or not tickets:
            return
        try:
            self._send(after.name, tickets)
        except UnavailableError:
            with self.runtime.database.write() as tx:
                ledger.release(tx, tickets, now=self.runtime.clock(), policy=self.runtime.policy)
            raise

    def hand_back(self, claims: Sequence[Claim], why: str) -> None:
        """Have the ledger dispatch these again, uncharged. Raises UnavailableError."""
        self.settle([Result(claim.ticket, "handed back", detail=why) for claim in claims])

    def _launch(self, claims: Sequence[Claim]) -> list[Ticket]:
        self.runtime.payloads.beat(pulse_key(os.getppid()))
        read, asked = [], []
        for claim in claims:
            if (worked := self._read_again(claim)) is None:
                asked.append(_afresh(claim))
            else:
                read.append(worked)
        with self.runtime.database.read() as tx:
            known = pages.last_reads(tx, [claim.source.url for claim in asked if _is_asked_for(claim.source)])
        if asked:
            self.carrier.carry([_conditional(claim, known.get(claim.source.url)) for claim in asked])
        return self.finish(read) if read else []

    def _read_again(self, claim: Claim) -> Worked | None:
        """The page out of the archive, of a document that is read from there; ``None`` where it has to be fetched."""
        location = claim.source.location or ""
        if not location.startswith((ARCHIVED, KEPT)):
            return None
        run, started, before = self.runtime, self.runtime.clock(), time.perf_counter()
        product: Product
        try:
            with run.database.read() as tx:
                key = claim.ticket.id if location == KEPT else location.removeprefix(ARCHIVED)
                found = pages.page_of(tx, key, run.archive)
            if found is None and location == KEPT:
                return None
            if found is None:
                raise Rejected("not_found", "its page is not, or no longer, in the archive")
            with run.recorder.in_hand(claim.ticket.id):
                product = read_again(claim.source, found.page, found.body, found.parts)
        except DocumentError as exc:
            product = exc
        return Worked(claim, product, started, int((time.perf_counter() - before) * 1000))


def _afresh(claim: Claim) -> Claim:
    """The claim on a page that the archive does not have after all."""
    if claim.source.location != KEPT:
        return claim
    return replace(claim, source=claim.source.model_copy(update={"location": None}))


def _is_asked_for(source: Source) -> bool:
    return source.location is None and not source.url.startswith("file:")


def _conditional(claim: Claim, last: LastRead | None) -> Claim:
    """The claim with what its source is asked for only if it changed."""
    if last is None or not _is_asked_for(claim.source):
        return claim
    known = {"etag": last.etag, "last_modified": last.last_modified, "article_id": last.article_id}
    return replace(claim, source=claim.source.model_copy(update=known))


@dataclass(frozen=True)
class _Flight:
    claim: Claim
    started: float
    """Seconds since the epoch."""
    since: float
    """``time.monotonic()``."""


class Carrier:
    """The documents that one process has in the air, and the thread that receives what comes down."""

    def __init__(self, task: FetchTask) -> None:
        self._task = task
        self._runtime = task.runtime
        settings = task.runtime.settings
        self._batch = settings.batch
        # Twice as many as are read at a time: the others wait for their hosts' turns.
        self._most = 2 * settings.fetch_concurrency
        self._reading = Reading(task.runtime.fetcher, keep=task.runtime.keep)
        self._air: dict[str, _Flight] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._renewed = time.monotonic()
        self._thread = threading.Thread(target=self._receive, name="landing", daemon=True)
        self._thread.start()

    def wait_for_room(self) -> None:
        """Return when there is room for another batch."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._air) < self._most)

    def carry(self, claims: Sequence[Claim]) -> None:
        """Put documents into the air. A suspect goes up alone, and this returns when it is down again."""
        is_alone = any(claim.alone for claim in claims)
        with self._changed:
            if is_alone:
                self._changed.wait_for(lambda: not self._air)
            fresh = [claim for claim in claims if claim.ticket.id not in self._air]
            started, since = self._runtime.clock(), time.monotonic()
            # One that is still in the air, under an epoch that was given up, comes down under the new one.
            self._air |= {claim.ticket.id: _Flight(claim, started, since) for claim in claims}
        for claim in fresh:
            self._reading.begin(claim.source)
        if is_alone:
            with self._changed:
                self._changed.wait_for(lambda: not self._air)

    def stop(self) -> None:
        """See ``FetchTask.stop``."""
        self._stopping = True
        self._reading.wake()
        self._thread.join(LANDING_SECONDS)
        left = [self._air[source.id].claim for source in self._reading.cancel() if source.id in self._air]
        with suppress(UnavailableError):
            self._task.hand_back(left, "the worker was told to stop")
        self._runtime.fetcher.close()

    def _receive(self) -> None:
        with log_context(stage=self._task.stage.name):
            self._land()

    def _land(self) -> None:
        landed: list[Worked] = []
        while not (self._stopping and not self._air):
            try:
                if outcome := self._reading.land(GATHER_SECONDS):
                    landed.append(self._worked(outcome))
                if landed and self._is_time(landed):
                    worked, landed = landed, []
                    self._hand_on(worked)
                self._renew()
            except Exception:
                # Without this thread the process would be deaf; what it could not do, the leases repair.
                log.exception("fetch: what came down could not be handed on")

    def _worked(self, outcome: Outcome) -> Worked:
        source, product = outcome
        flight = self._air[source.id]
        if isinstance(product, UnavailableError):
            with log_context(document=source.id, attempt=flight.claim.attempt):
                log.warning("fetch: %s", product)
        return Worked(flight.claim, product, flight.started, int((time.monotonic() - flight.since) * 1000))

    def _is_time(self, landed: Sequence[Worked]) -> bool:
        waited = self._runtime.clock() - landed[0].started - landed[0].ms / 1000
        return len(landed) >= self._batch or not len(self._reading) or waited > GATHER_SECONDS

    def _hand_on(self, worked: Sequence[Worked]) -> None:
        try:
            passed = self._task.safely([each.claim for each in worked], lambda: self._task.finish(worked))
            self._task.pass_on(passed)
        except UnavailableError as exc:
            log.warning("fetch: %s; %d documents wait for their leases to run out", exc, len(worked))
        finally:
            with self._changed:
                for each in worked:
                    self._air.pop(each.claim.ticket.id, None)
                self._changed.notify_all()

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._renewed < self._runtime.policy.working_seconds / 3:
            return
        self._renewed = now
        held = [flight.claim for flight in list(self._air.values()) if now - flight.since < LONGEST_SECONDS]
        self._task.renew(held)
