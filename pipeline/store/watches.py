"""Watches: feeds and sitemaps that are read again and again, each when it is due.

A reading is fenced by its lease: whoever takes a watch lengthens it, and what an earlier reader brings, late or twice,
finds another lease and changes nothing. When a reader or its message is lost, the lease runs out and the watch is taken
again. The sitemaps that an index names are watches of their own below it, so that each has its own failures, its own
entity tag and its own schedule; one that its index dates is read when that date changes.

Every function takes an open transaction, so that callers join several into one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, text, update

from pipeline.store.schedule import Habit, Plan
from pipeline.store.schema import documents, watches

READERS_LOCK = 0x77617463
"""Key of a PostgreSQL advisory lock ("watc" in ASCII)."""
DEEPEST = 2
"""Indexes above a sitemap; the protocol allows one."""
MOST_SITEMAPS = 500
"""Sitemaps of one index that are watched, the last changed ones: the others are its past."""
ROWS = 500
"""Values in one IN clause, well under SQLite's limit on bound variables."""


@dataclass(frozen=True)
class Watch:
    """A row of the table; times are seconds since the epoch, and ``NEVER`` for ``due`` where it is not read again."""

    url: str
    title: str | None
    added_at: float
    due: float
    interval: float
    every: float | None
    turnover: float | None
    lease: float
    parent: str | None
    lastmod: str | None
    etag: str | None
    last_modified: str | None
    read_at: float | None
    found: int
    failures: int
    error: str | None

    @property
    def habit(self) -> Habit:
        """What its schedule goes by."""
        return Habit(self.interval, self.turnover, self.every, self.lastmod is not None, self.failures)


@dataclass(frozen=True)
class Facts:
    """What a reading has brought to know of the feed."""

    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def add(tx: Connection, url: str, *, now: float, interval: float, every: float | None = None) -> bool:
    """Watch the feed at a canonical URL, from now on; False if it was watched already: it is then due at once.

    ``interval`` is what its schedule begins with, ``every`` what the user lays down instead of one.
    """
    known = tx.execute(select(watches.c.parent).where(watches.c.url == url)).first()
    if known is None:
        tx.execute(insert(watches).values(**_row(url, now, interval), every=every))
        return True
    again = {"due": now, "lease": 0.0, "every": every, "failures": 0, "error": None, "parent": None, "lastmod": None}
    tx.execute(update(watches).where(watches.c.url == url).values(**again))
    return known.parent is not None


def remove(tx: Connection, url: str) -> bool:
    """Watch it, and the sitemaps that it names, no more; False if the user never did. What was found stays."""
    wanted = and_(watches.c.url == url, watches.c.parent.is_(None))
    if not tx.execute(delete(watches).where(wanted)).rowcount:
        return False
    _remove_below(tx, [url])
    return True


def listed(tx: Connection) -> list[Watch]:
    """All watches, those below an index included, in the order in which they were added."""
    return [_watch(row) for row in tx.execute(select(watches).order_by(watches.c.added_at, watches.c.url))]


_FREE = and_(watches.c.due <= bindparam("now"), watches.c.lease <= bindparam("now"))
_ANY = select(watches.c.url).where(_FREE).limit(1)
"""Made once: it is asked twice a second."""


def is_due(tx: Connection, *, now: float) -> bool:
    """Whether there is one to read: a cheap look before a write is begun."""
    return tx.execute(_ANY, {"now": now}).first() is not None


def take_due(tx: Connection, *, now: float, most: int, lease_seconds: float) -> list[Watch]:
    """Take those that are due, the longest due first, so that not more than ``most`` are being read by anyone."""
    held = tx.execute(select(func.count()).where(watches.c.lease > now)).scalar_one()
    query = (
        select(watches)
        .where(_FREE)
        .order_by(watches.c.due)
        .limit(max(most - held, 0))
        .with_for_update(skip_locked=True)
    )
    rows = tx.execute(query, {"now": now}).all()
    lease = now + lease_seconds
    for row in rows:
        tx.execute(update(watches).where(watches.c.url == row.url).values(lease=lease))
    return [_watch(row, lease=lease) for row in rows]


def held(tx: Connection, url: str, lease: float, *, now: float) -> Watch | None:
    """The watch, if it is still held under this lease."""
    wanted = and_(watches.c.url == url, watches.c.lease == lease, watches.c.lease > now)
    row = tx.execute(select(watches).where(wanted).with_for_update()).first()
    return _watch(row) if row else None


def give_back(tx: Connection, watch: Watch, *, due: float) -> None:
    """It was not read after all."""
    _change(tx, watch, due=due, lease=0.0)


def take_back(tx: Connection, *, now: float) -> int:
    """The messages of all that are held may be lost: they are due again. Returns how many.

    A reading that goes on all the same finds another lease and changes nothing.
    """
    return tx.execute(update(watches).where(watches.c.lease > now).values(lease=0.0)).rowcount


def settle(tx: Connection, watch: Watch, plan: Plan, *, now: float, facts: Facts) -> None:
    """Write down a good reading of a watch that is ``held``."""
    known = {"title": facts.title or watch.title, "etag": facts.etag, "last_modified": facts.last_modified}
    _change(tx, watch, **known, **_planned(plan, now), error=None)


def count(tx: Connection, watch: Watch, new: int) -> None:
    """So many entries of it were new."""
    _change(tx, watch, found=watches.c.found + new)


def settle_failure(tx: Connection, watch: Watch, plan: Plan, *, now: float, error: str) -> None:
    """Write down a bad reading of a watch that is ``held``."""
    _change(tx, watch, **_planned(plan, now), error=error)


def one_reader_at_a_time(tx: Connection) -> None:
    """Let nobody else queue what a feed names until this transaction ends, so that two feeds do not queue the same."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": READERS_LOCK})


def new_urls(tx: Connection, urls: Iterable[str]) -> list[str]:
    """Those of the canonical URLs that no document in the ledger has, each once, in their order."""
    wanted = list(dict.fromkeys(urls))
    known: set[str] = set()
    for at in range(0, len(wanted), ROWS):
        query = select(documents.c.url).where(documents.c.url.in_(wanted[at : at + ROWS]))
        known.update(tx.execute(query).scalars())
    return [url for url in wanted if url not in known]


def root_of(tx: Connection, watch: Watch) -> tuple[str, int]:
    """The watch of the user's that it belongs to, and how many indexes lie above it."""
    url, parent, depth = watch.url, watch.parent, 0
    while parent is not None and depth <= DEEPEST:
        url, depth = parent, depth + 1
        parent = tx.execute(select(watches.c.parent).where(watches.c.url == url)).scalar()
    return url, depth


def set_sitemaps(tx: Connection, index: Watch, sitemaps: Mapping[str, str | None], *, now: float) -> None:
    """Watch what an index names (URL to its date there, if it has one), and no more what it does not name any longer.

    Those that are new are due at once, and those whose date has changed.
    """
    before = {row.url: row for row in tx.execute(select(watches).where(watches.c.parent == index.url))}
    gone = [url for url in before if url not in sitemaps]
    _remove_below(tx, gone)
    for at in range(0, len(gone), ROWS):
        tx.execute(delete(watches).where(watches.c.url.in_(gone[at : at + ROWS])))
    others = set(_existing(tx, [url for url in sitemaps if url not in before]))
    fresh = [url for url in sitemaps if url not in before and url not in others]
    if fresh:
        rows = [_row(url, now, index.interval) | {"parent": index.url, "lastmod": sitemaps[url]} for url in fresh]
        tx.execute(insert(watches), rows)
    for url, row in before.items():
        if url in sitemaps and sitemaps[url] != row.lastmod:
            # No lease: a reading that is under way may have come too early.
            changed = {"lastmod": sitemaps[url], "due": now, "lease": 0.0}
            tx.execute(update(watches).where(watches.c.url == url).values(**changed))


def newest(sitemaps: Sequence[tuple[str, str | None]]) -> dict[str, str | None]:
    """The ``MOST_SITEMAPS`` last changed ones; those without a date, which may change at any time, come first."""
    order = sorted(sitemaps, key=lambda each: (each[1] is None, each[1] or ""), reverse=True)
    return dict(order[:MOST_SITEMAPS])


def _row(url: str, now: float, interval: float) -> dict[str, Any]:
    return {
        "url": url, "added_at": now, "due": now, "interval": interval, "lease": 0.0, "found": 0, "failures": 0,
    }  # fmt: skip


def _planned(plan: Plan, now: float) -> dict[str, Any]:
    return {
        "due": now + plan.wait, "interval": plan.interval, "turnover": plan.turnover, "failures": plan.failures,
        "read_at": now, "lease": 0.0,
    }  # fmt: skip


def _change(tx: Connection, watch: Watch, **values: Any) -> None:
    fence = and_(watches.c.url == watch.url, watches.c.lease == watch.lease)
    tx.execute(update(watches).where(fence).values(**values))


def _existing(tx: Connection, urls: Sequence[str]) -> list[str]:
    found: list[str] = []
    for at in range(0, len(urls), ROWS):
        found += tx.execute(select(watches.c.url).where(watches.c.url.in_(urls[at : at + ROWS]))).scalars()
    return found


def _remove_below(tx: Connection, urls: Sequence[str]) -> None:
    for _ in range(DEEPEST):
        below: list[str] = []
        for at in range(0, len(urls), ROWS):
            wanted = watches.c.parent.in_(urls[at : at + ROWS])
            below += tx.execute(select(watches.c.url).where(wanted)).scalars()
            tx.execute(delete(watches).where(wanted))
        urls = below


def _watch(row: Row[Any], **changed: Any) -> Watch:
    return Watch(**(row._asdict() | changed))
