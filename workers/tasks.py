"""One task per stage, all of one shape: claim, work document by document, settle, hand on what goes on.

What cuts across the stages - fence, lease, attempts, reasons, payloads - is here and nowhere in the stages.
"""

import logging
import os
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from config.logs import log_context
from config.masking import masked
from pipeline.documents import ARCHIVED, STORED, Article, Document, Source, StoredArticle, Unchanged
from pipeline.errors import DocumentError, Postponed, Rejected, Transient, UnavailableError
from pipeline.stage import PIPELINE, Stage, following
from pipeline.store import ledger, sites
from pipeline.store.articles import ArticleStore
from pipeline.store.ledger import Claim
from pipeline.store.rules import ENRICH, Result, Ticket
from workers.messages import NewerMessageError, read
from workers.payloads import Found
from workers.readings import readings
from workers.runtime import Runtime, pulse_key
from workers.traces import done_by

log = logging.getLogger("copydesk")

DETAIL_CHARS = 300
HANDED_BACK_SECONDS = 2
"""Wait of documents for which Redis or the store is missing something: perhaps a right, and then for long."""
PARKED_SECONDS = 30
"""Wait of a document whose message or payload is for a newer Copydesk, until another worker may have it."""
TRACEBACK_FRAMES, TRACEBACK_CHARS = 12, 8000
UNAVAILABLE_SECONDS = 30
"""Wait of a document that nothing is wrong with, but whose page cannot be kept: it is not fetched again at once."""
Product = Document | StoredArticle | str | DocumentError | UnavailableError


@dataclass(frozen=True)
class Worked:
    """What a stage made of one document, and when."""

    claim: Claim
    product: Product
    started: float
    ms: int


class StageTask:
    """The work of one stage on a batch of documents."""

    def __init__(self, stage: Stage, runtime: Runtime) -> None:
        self.stage = stage
        self.runtime = runtime
        self._last = following(stage) is None

    def receive(self, message: Any) -> list[Ticket]:
        """Do what a message says; returns the tickets that go on. What is for a newer Copydesk is parked."""
        try:
            return self.run(read(message))
        except NewerMessageError as exc:
            log.warning("%s: %s; its %d documents are parked", self.stage.name, exc, len(exc.tickets))
            run = self.runtime
            with run.database.write() as tx:
                ledger.park(tx, exc.tickets, until=run.clock() + PARKED_SECONDS)
            return []

    def run(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """Work on those of ``tickets`` that can be claimed; returns those that go on to the next stage."""
        claims = self.claim(tickets)
        return self.safely(claims, lambda: self._batch(claims)) if claims else []

    def claim(self, tickets: Sequence[Ticket]) -> list[Claim]:
        """Those of ``tickets`` that are ours now."""
        run = self.runtime
        with run.database.write() as tx:
            return ledger.claim(tx, self.stage.name, tickets, worker=run.worker, now=run.clock(), policy=run.policy)

    def safely(self, claims: Sequence[Claim], work: Callable[[], list[Ticket]]) -> list[Ticket]:
        """Do ``work`` on claimed documents; whatever goes wrong with it, the ledger is told what became of them."""
        try:
            return work()
        except UnavailableError as exc:
            log.warning("%s: %s; %d documents are handed back", self.stage.name, exc, len(claims))
            wait = HANDED_BACK_SECONDS
            self.settle([Result(c.ticket, "handed back", detail=_said(str(exc)), retry_after=wait) for c in claims])
        except Exception as exc:  # noqa: BLE001 - nothing may leave documents without a word of what went wrong
            bug = _as_document_error(exc)
            self.settle([_verdict(claim.ticket, bug) for claim in claims])
        return []

    def finish(self, worked: Iterable[Worked], missing: Sequence[Result] = ()) -> list[Ticket]:
        """Hand what was made to the next stage, and tell the ledger; returns the tickets that go on."""
        packed: dict[str, bytes] = {}
        done = [self._packed(each, packed) for each in worked]
        self.runtime.payloads.put(self.stage.name, packed)
        return self.settle([*missing, *(_result(w) for w in done)], done)

    def _batch(self, claims: Sequence[Claim]) -> list[Ticket]:
        self.runtime.payloads.beat(pulse_key(os.getppid()))
        given = self._documents(claims)
        missing = [_absent(c.ticket, given.newer) for c in claims if c.ticket.id not in given.documents]
        found = [c for c in claims if c.ticket.id in given.documents]
        if self._last:
            passed = self._store(found, given.documents, missing)
        else:
            passed = self.finish(self._work(found, given.documents), missing)
        self._forget([c for c in claims if c.ticket.id not in given.newer])
        return passed

    def _packed(self, worked: Worked, packed: dict[str, bytes]) -> Worked:
        """Add a product that goes on to ``packed``; one that cannot be written down is a failure of its own."""
        if not isinstance(worked.product, self.stage.gives):
            return worked
        try:
            packed[worked.claim.ticket.id] = self.runtime.payloads.pack(worked.product)
        except ValueError as exc:
            return replace(worked, product=_as_document_error(exc))
        return worked

    def _documents(self, claims: Sequence[Claim]) -> Found[Any]:
        if self.stage is PIPELINE[0]:
            return Found({c.ticket.id: c.source for c in claims})
        before = PIPELINE[PIPELINE.index(self.stage) - 1].name
        from_store = {c.ticket.id: c.source for c in claims if self._is_enriched_again(c.source)}
        ids = [c.ticket.id for c in claims if c.ticket.id not in from_store]
        found = self.runtime.payloads.get(before, ids, self.stage.takes)
        return Found(found.documents | dict(self._stored_articles(from_store)), found.newer)

    def _is_enriched_again(self, source: Source) -> bool:
        return self.stage.name == ENRICH and (source.location or "").startswith(STORED)

    def _stored_articles(self, sources: Mapping[str, Source]) -> Iterator[tuple[str, Article]]:
        """The stored articles that are to be enriched again, by document."""
        store = ArticleStore(self.runtime.database)
        for key, source in sources.items():
            if stored := store.get((source.location or "").removeprefix(STORED)):
                yield key, stored.article.model_copy(update={"id": key})

    def _work(self, claims: Sequence[Claim], documents: Mapping[str, Document]) -> Iterator[Worked]:
        worked = self._together(claims, documents) if self.stage.works == "together" else self._each(claims, documents)
        renewed = self.runtime.clock()
        for each in worked:
            yield each
            if self.runtime.clock() - renewed > self.runtime.policy.working_seconds / 3:
                renewed = self.runtime.clock()
                self.renew(claims)

    def _each(self, claims: Sequence[Claim], documents: Mapping[str, Document]) -> Iterator[Worked]:
        function, services = self.stage.load(), self.runtime.services(self.stage.name)
        for claim in claims:
            with log_context(document=claim.ticket.id, attempt=claim.attempt):
                worked = self._one(claim, lambda document: function(document, **services), documents)
            yield worked

    def _one(
        self, claim: Claim, work: Callable[[Document], Product], documents: Mapping[str, Document]
    ) -> Worked:  # fmt: skip
        started, before = self.runtime.clock(), time.perf_counter()
        product: Product
        try:
            with self.runtime.recorder.in_hand(claim.ticket.id):
                product = work(documents[claim.ticket.id])
        except UnavailableError:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever it is, the other documents go on
            product = _as_document_error(exc)
        return Worked(claim, product, started, int((time.perf_counter() - before) * 1000))

    def _together(self, claims: Sequence[Claim], documents: Mapping[str, Document]) -> Iterator[Worked]:
        function, services = self.stage.load(), self.runtime.services(self.stage.name)
        by_id = {c.ticket.id: c for c in claims}
        started, before = self.runtime.clock(), time.perf_counter()
        for document, product in function([documents[i] for i in by_id], **services):
            yield Worked(by_id[document.id], product, started, int((time.perf_counter() - before) * 1000))

    def _store(self, claims: Sequence[Claim], documents: Mapping[str, Document], missing: list[Result]) -> list[Ticket]:
        try:
            self._publish(claims, documents, missing)
        except UnavailableError:
            raise
        except Exception:
            # One document of the batch cannot be stored: find out which, each in a transaction of its own.
            log.exception("a batch could not be stored; its documents are stored one by one")
            self.settle(missing)
            for claim in claims:
                self._publish_alone(claim, documents)
        return []

    def _publish(
        self, claims: Sequence[Claim], documents: Mapping[str, Document], others: Sequence[Result] = ()
    ) -> None:
        """Version, feed row and terminal state of all in one transaction; nothing of what is no longer ours."""
        run = self.runtime
        begin, dialect = self.stage.beginning(), run.database.url.get_backend_name()
        ready = {c.ticket.id: begin(documents[c.ticket.id], dialect) for c in claims}
        with run.database.write() as tx:
            held = ledger.held(tx, self.stage.name, [c.ticket for c in claims])
            ours = [c for c in claims if c.ticket in held]
            worked = list(self._stored(tx, ours, ready))
            results = [*others, *map(_result, worked)]
            ledger.settle(tx, self.stage.name, results, worker=run.worker, now=run.clock(), policy=run.policy)
        self._trace(worked)

    def _stored(self, tx: Connection, claims: Sequence[Claim], ready: Mapping[str, Any]) -> Iterator[Worked]:
        by_id = {c.ticket.id: c for c in claims}
        before = time.perf_counter()
        again = {i for i, claim in by_id.items() if (claim.source.location or "").startswith((ARCHIVED, STORED))}
        for document, product in self.stage.load()([ready[i] for i in by_id], tx=tx, again=again):
            ms = int((time.perf_counter() - before) * 1000)
            yield Worked(by_id[document.article.id], product, self.runtime.clock() - ms / 1000, ms)

    def _publish_alone(self, claim: Claim, documents: Mapping[str, Document]) -> None:
        try:
            self._publish([claim], documents)
        except UnavailableError:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever it is, the other documents go on
            failed = Worked(claim, _as_document_error(exc), self.runtime.clock(), 0)
            self.settle([_result(failed)], [failed])

    def settle(self, results: Sequence[Result], worked: Sequence[Worked] = ()) -> list[Ticket]:
        """Tell the ledger what became of documents; returns the tickets that go on."""
        run = self.runtime
        with run.database.write() as tx:
            passed = ledger.settle(tx, self.stage.name, results, worker=run.worker, now=run.clock(), policy=run.policy)
            self.note(tx, worked, set(passed))
        self._trace(worked)
        return passed

    def _trace(self, worked: Sequence[Worked]) -> None:
        """Tell of it elsewhere, where that is wanted."""
        if worked and (traces := self.runtime.traces):
            with self.runtime.database.read() as tx:
                traces.tell(done_by(tx, self.stage.name, [(each.claim, _result(each)) for each in worked]))

    def note(self, tx: Connection, worked: Sequence[Worked], passed: Collection[Ticket]) -> None:  # noqa: ARG002
        """What else is written down of documents, in the transaction that settles them: here, how their sites do."""
        made = ((each.claim.source, each.product) for each in worked)
        sites.record(tx, list(readings(self.stage.name, made, at=self.runtime.clock())))

    def renew(self, claims: Sequence[Claim]) -> None:
        """Lengthen the leases of documents that are still worked on."""
        with self.runtime.database.write() as tx:
            ledger.renew(tx, [c.ticket for c in claims], now=self.runtime.clock(), policy=self.runtime.policy)

    def _forget(self, claims: Sequence[Claim]) -> None:
        if self.stage is not PIPELINE[0]:
            before = PIPELINE[PIPELINE.index(self.stage) - 1].name
            self.runtime.payloads.drop(before, [c.ticket.id for c in claims])


def _absent(ticket: Ticket, newer: Collection[str]) -> Result:
    """Of a document that is not there: fetched again, or left to a worker that can read it."""
    if ticket.id in newer:
        return Result(ticket, "postponed", retry_after=PARKED_SECONDS)
    return Result(ticket, "refetch")


def _result(worked: Worked) -> Result:
    """What the ledger is told about a stage's product, and how long it took."""
    return replace(_verdict(worked.claim.ticket, worked.product), started=worked.started, ms=worked.ms)


def _verdict(ticket: Ticket, product: Product) -> Result:
    match product:
        case StoredArticle():
            return Result(ticket, "stored", article_id=product.article.id)
        case str():
            return Result(ticket, "duplicate", detail=f"of {product}", article_id=product)
        case Unchanged(article_id=known):
            return Result(ticket, "duplicate", detail=f"of {known}: not modified", article_id=known)
        case UnavailableError():
            return Result(ticket, "postponed", retry_after=UNAVAILABLE_SECONDS)
        case Postponed():
            return Result(ticket, "postponed", retry_after=product.seconds, spacing=product.spacing)
        case Rejected():
            return Result(ticket, "rejected", product.reason, _said(product.detail))
        case Transient(retry_after=wait):
            detail, where = _said(product.detail), _traceback(product)
            return Result(ticket, "failed", product.reason, detail, retry_after=wait, traceback=where)
        case Article(outcome="rejected"):
            return Result(ticket, "rejected", product.reason)
        case _:
            return Result(ticket, "passed")


def _as_document_error(exc: Exception) -> DocumentError:
    if isinstance(exc, DocumentError):
        return exc
    log.error("a document failed unexpectedly", exc_info=exc)
    where = traceback.extract_tb(exc.__traceback__)[-1]
    reason = "memory" if isinstance(exc, MemoryError) else "bug"
    bug = Transient(reason, f"{type(exc).__name__}: {exc} ({where.name}, line {where.lineno})")
    bug.__cause__ = exc
    return bug


def _traceback(error: DocumentError) -> str | None:
    """Where a failure that nobody foresaw came from: the last frames, and what was said."""
    if error.__cause__ is None or error.reason not in ("bug", "memory"):
        return None
    told = "".join(traceback.format_exception(error.__cause__, limit=-TRACEBACK_FRAMES))
    return masked(told)[-TRACEBACK_CHARS:]


def _said(text: str) -> str:
    """What the ledger keeps of an error's words: no secrets, not too much, and nothing it could not hold."""
    return masked(text)[:DETAIL_CHARS].replace("\0", "")
