"""Watched feeds: those that are due are sent to the fleet, read there like every page, and what is new in them queued.

A reading waits for the net in a thread of its own, so that a slow feed holds up neither the pages nor other feeds; what
came is parsed one at a time, so that memory is bounded. Whatever gets lost, the lease of the watch runs out and it is
read again; what an earlier reading has queued is then in the ledger and not queued twice.
"""

import logging
import os
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import cached_property
from hashlib import blake2b

from sqlalchemy import Connection

from config.settings import Settings
from pipeline.errors import DocumentError, Postponed, Rejected, Transient, UnavailableError
from pipeline.fetch.client import Reply
from pipeline.fetch.listings import MOST_BYTES, Listing, read_listing
from pipeline.fetch.pages import body_of
from pipeline.store import ledger, watches
from pipeline.store.schedule import Bounds, Seen, after_failure, after_reading, instants
from pipeline.store.watches import DEEPEST, Facts, Watch
from pipeline.urls import canonicalise, host_of
from workers.runtime import Runtime, pulse_key

log = logging.getLogger("copydesk")

THREADS = 16
"""Watches that one process waits for at a time."""
CHUNK = 2000
"""Entries queued in one transaction, so that a large sitemap does not keep others from writing."""
NOT_MODIFIED = 304
LONGEST_VALIDATOR = 1000
"""Characters of an ETag or Last-Modified that is kept; a longer one is no use."""
ERROR_CHARS = 300


def bounds_of(settings: Settings) -> Bounds:
    """How often watches are read, as the settings have it."""
    return Bounds(settings.watch_shortest, max(settings.watch_shortest, settings.watch_longest))


class Watcher:
    """Reads watches in one process; made before the fork, its threads start with the first reading."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._parsing = threading.Lock()

    def begin(self, url: str, lease: float) -> None:
        """Begin to read the watch that is held under this lease; whatever becomes of it is written down later."""
        run = self._runtime
        try:
            run.payloads.beat(pulse_key(os.getppid()))
            _ = run.database, run.fetcher  # built here: two threads that come first at once would build them twice
        except UnavailableError as exc:
            log.warning("watch: %s", exc)
        self._threads.submit(self._read, url, lease)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(THREADS, thread_name_prefix="watch")

    def _read(self, url: str, lease: float) -> None:
        try:
            read_watch(self._runtime, url, lease, parsing=self._parsing)
        except UnavailableError as exc:
            log.warning("watch: %s; %s is read again when its lease has run out", exc, url)
        except CancelledError:  # the process is told to stop
            pass
        except Exception:
            log.exception("watch: %s could not be settled", url)


def read_watch(runtime: Runtime, url: str, lease: float, *, parsing: threading.Lock) -> None:
    """Read the watch that is held under this lease, queue what is new, and plan the next reading.

    Does nothing if the lease has run out or is another's. Raises UnavailableError without a store.
    """
    with runtime.database.read() as tx:
        watch = watches.held(tx, url, lease, now=runtime.clock())
    if watch is None:
        return
    try:
        reply = runtime.fetcher.submit(url, etag=watch.etag, last_modified=watch.last_modified).result()
        with parsing:
            _take_in(runtime, watch, reply)
    except Postponed as exc:
        with runtime.database.write() as tx:
            watches.give_back(tx, watch, due=runtime.clock() + exc.seconds)
    except (UnavailableError, CancelledError):
        raise
    except Exception as exc:  # noqa: BLE001 - whatever it is, the watch is read again
        _fail(runtime, watch, _as_document_error(exc))


def _take_in(runtime: Runtime, watch: Watch, reply: Reply) -> None:
    listing = None
    if reply.status != NOT_MODIFIED:
        listing = read_listing(body_of(reply, limit=MOST_BYTES), reply.url)
    with runtime.database.read() as tx:
        root, depth = watches.root_of(tx, watch)
    if listing and listing.further and depth >= DEEPEST:
        raise Rejected("unsupported_type", f"sitemap indexes lie more than {DEEPEST} deep inside each other")
    new = _queue(runtime, watch, root, listing) if listing else 0
    if new is not None:
        _settle(runtime, watch, reply, listing, new)


def _queue(runtime: Runtime, watch: Watch, root: str, listing: Listing) -> int | None:
    """Accept what the ledger does not have yet; returns how much, ``None`` if the watch is no longer held."""
    # Oldest first, where the newest stands on top as in most feeds.
    named = {canonicalise(entry.url): entry.url for entry in reversed(listing.entries)}
    urls = list(named)
    submission = ledger.new_id(runtime.clock())
    new = 0
    for at in range(0, len(urls), CHUNK):
        with runtime.database.write() as tx:
            watches.one_reader_at_a_time(tx)
            if watches.held(tx, watch.url, watch.lease, now=runtime.clock()) is None:
                return None
            fresh = watches.new_urls(tx, urls[at : at + CHUNK])
            entries = [_entry(runtime, named[url], url, root) for url in fresh]
            ledger.accept(tx, entries, submission=submission, now=runtime.clock())
            watches.count(tx, watch, len(fresh))
        new += len(fresh)
    return new


def _entry(runtime: Runtime, as_named: str, url: str, root: str) -> ledger.Entry:
    host = host_of(url)
    return ledger.Entry(as_named, url, host, carry={"feed": root}, spacing=runtime.sites.pace_of(host).seconds)


def _settle(runtime: Runtime, watch: Watch, reply: Reply, listing: Listing | None, new: int) -> None:
    now = runtime.clock()
    plan = after_reading(watch.habit, _seen(watch, listing, new, now), bounds_of(runtime.settings), now=now)
    with runtime.database.write() as tx:
        if watches.held(tx, watch.url, watch.lease, now=now) is None:
            return
        if listing:
            _note_sitemaps(tx, watch, listing, now)
        watches.settle(tx, watch, plan, now=now, facts=_facts(watch, reply, listing))


def _note_sitemaps(tx: Connection, watch: Watch, listing: Listing, now: float) -> None:
    dated = [(canonicalise(url), listing.lastmods.get(url)) for url in listing.further]
    watches.set_sitemaps(tx, watch, watches.newest(dated), now=now)


def _seen(watch: Watch, listing: Listing | None, new: int, now: float) -> Seen:
    elapsed = None if watch.read_at is None else now - watch.read_at
    if listing is None:
        return Seen(elapsed)
    published = instants(entry.published for entry in listing.entries)
    return Seen(elapsed, new, len(listing.entries), published, listing.every)


def _facts(watch: Watch, reply: Reply, listing: Listing | None) -> Facts:
    etag, last_modified = (_validator(reply, name) for name in ("etag", "last-modified"))
    if listing is None:
        return Facts(watch.title, etag or watch.etag, last_modified or watch.last_modified)
    return Facts(listing.title, etag, last_modified)


def _validator(reply: Reply, name: str) -> str | None:
    value: str = reply.headers.get(name, "")
    return value if 0 < len(value) <= LONGEST_VALIDATOR else None


def _fail(runtime: Runtime, watch: Watch, error: DocumentError) -> None:
    now = runtime.clock()
    plan = after_failure(watch.habit, error, bounds_of(runtime.settings), chance=_chance(watch))
    with runtime.database.write() as tx:
        if watches.held(tx, watch.url, watch.lease, now=now):
            watches.settle_failure(tx, watch, plan, now=now, error=str(error)[:ERROR_CHARS])


def _chance(watch: Watch) -> float:
    """A number from 0 to 1 that differs between watches and failures."""
    return int.from_bytes(blake2b(f"{watch.url}:{watch.failures}".encode(), digest_size=4).digest()) / 2**32


def _as_document_error(exc: Exception) -> DocumentError:
    if isinstance(exc, DocumentError):
        return exc
    log.error("a watch failed unexpectedly", exc_info=exc)
    return Transient("bug", f"{type(exc).__name__}: {exc}")
