"""The newest readings of each site, and whether its layout broke: one row for each, written when pages are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, desc, func, select, update

from pipeline.documents import Article
from pipeline.store.database import insert_into
from pipeline.store.layouts import (
    ARTICLE,
    AUTHORS,
    DATE,
    HEADLINE,
    READ,
    WINDOWS,
    Fault,
    Reading,
    against,
    faults,
    packed,
    unpacked,
)
from pipeline.store.schema import sites

ACCEPTED_AFTER = 100
"""Readings after which a mere change of sources is the usual way."""
_SOURCES = ("headline", "authors", "date_published", "description", "section")
"""Fields whose sources are a mark of the template; the body's is another on each page."""


@dataclass(frozen=True)
class Site:
    """One site as it stands."""

    name: str
    """Domain without ``www.``."""
    readings: tuple[Reading, ...]
    """Oldest first."""
    seen_at: float
    fault: str | None
    """What is wrong with its layout, in one line."""
    fault_since: float | None

    @property
    def errors(self) -> float:
        """Share of the readings without an article."""
        return sum(not reading.has(ARTICLE) for reading in self.readings) / max(len(self.readings), 1)

    @property
    def quality(self) -> float:
        """Mean quality of the articles; 0 where there are none."""
        found = [reading.quality for reading in self.readings if reading.has(ARTICLE)]
        return sum(found) / max(len(found), 1)

    @property
    def per_hour(self) -> float:
        """Readings per hour, over the last hour or what is known of it."""
        newest = self.readings[-1].at if self.readings else 0
        recent = [reading.at for reading in self.readings if reading.at > newest - 3600]
        whole = len(recent) < len(self.readings) or len(recent) < 2
        return len(recent) if whole else len(recent) * 3600 / max(newest - recent[0], 60)


def reading_of(article: Article, *, at: float) -> Reading:
    """What is kept of an article, or of a page that is none."""
    if article.outcome != "article":
        return Reading(int(at), READ)
    given = ((HEADLINE, article.headline), (DATE, article.date_published), (AUTHORS, article.authors))
    flags = READ | ARTICLE | sum(flag for flag, value in given if value)
    body = article.provenance.get("body")
    origins = [(name, article.provenance[name].source) for name in _SOURCES if name in article.provenance]
    return Reading(
        int(at),
        flags,
        len(article.body),
        round(100 * body.confidence) if body else 0,
        crc32(repr(origins).encode()) % 256,
    )


def record(tx: Connection, readings: Sequence[tuple[str, Reading]]) -> None:
    """Add readings to their sites, and see whether a layout broke or is whole again.

    Two that write of a new site at the same time may keep the readings of one only.
    """
    fresh: dict[str, list[Reading]] = {}
    for site, reading in readings:
        fresh.setdefault(site, []).append(reading)
    if not fresh:
        return
    query = select(sites).where(sites.c.site.in_(fresh)).order_by(sites.c.site).with_for_update()
    known = {row.site: row for row in tx.execute(query)}
    rows = [_row(site, known.get(site), fresh[site]) for site in sorted(fresh)]
    upsert = insert_into(tx, sites)
    changed = {name: upsert.excluded[name] for name in rows[0] if name != "site"}
    tx.execute(upsert.on_conflict_do_update(index_elements=["site"], set_=changed), rows)


def newest(tx: Connection, *, limit: int, beginning: str = "") -> list[Site]:
    """Sites, those with a broken layout first, then those that were read last."""
    query = select(sites)
    if beginning:
        query = query.where(sites.c.site.startswith(beginning.lower(), autoescape=True))
    order = sites.c.fault.is_(None), desc(sites.c.seen_at), sites.c.site
    return [_site(row) for row in tx.execute(query.order_by(*order).limit(limit))]


def site(tx: Connection, name: str) -> Site | None:
    """One site."""
    row = tx.execute(select(sites).where(sites.c.site == name)).first()
    return None if row is None else _site(row)


def broken(tx: Connection) -> Mapping[str, float]:
    """Sites whose layout broke, and when that was seen."""
    query = select(sites.c.site, sites.c.fault_since).where(sites.c.fault_since.is_not(None)).order_by(sites.c.site)
    return {row.site: row.fault_since for row in tx.execute(query)}


def accept(tx: Connection, name: str) -> bool:
    """Take a site as it is now for usual; returns whether anything was wrong with it."""
    wrong = sites.c.site == name, sites.c.fault_since.is_not(None)
    seen = tx.execute(select(sites.c.readings).where(*wrong)).scalar()
    if seen is None:
        return False
    kept = packed(unpacked(seen)[-max(WINDOWS) :])
    changed = {"fault": None, "fault_since": None, "usual": None, "readings": kept}
    return bool(tx.execute(update(sites).where(*wrong).values(**changed)).rowcount)


def number(tx: Connection) -> int:
    """How many sites are known."""
    return tx.execute(select(func.count()).select_from(sites)).scalar_one()


def _row(site: str, row: Any, fresh: Sequence[Reading]) -> dict[str, Any]:
    readings = [*(unpacked(row.readings) if row else ()), *fresh]
    at = float(readings[-1].at)
    was_whole = row is None or row.usual is None
    found = faults(readings) if was_whole else _still(unpacked(row.usual), readings, row.fault_since)
    fault: dict[str, Any] = {"fault": None, "fault_since": None, "usual": None}
    if found and was_whole:
        usual = packed(readings[: -max(each.window for each in found)])
        fault = {"fault": _line(found), "fault_since": at, "usual": usual}
    elif found:
        fault = {"fault": _line(found), "fault_since": row.fault_since, "usual": row.usual}
    elif not was_whole:  # what was broken is no part of what is usual
        readings = [*unpacked(row.usual), *readings[-WINDOWS[0] :]]
    return {"site": site, "readings": packed(readings), "seen_at": at, **fault}


def _still(usual: Sequence[Reading], readings: Sequence[Reading], since: float) -> list[Fault]:
    """What is wrong yet: the fewest readings tell, so that it is over as soon as it is."""
    found = against(usual, readings[-WINDOWS[0] :]) or against(usual, readings[-WINDOWS[1] :])
    if all(fault.kind == "changed" for fault in found) and sum(r.at > since for r in readings) > ACCEPTED_AFTER:
        return []
    return found


def _line(found: Iterable[Fault]) -> str:
    return "; ".join(map(str, found))[:500]


def _site(row: Any) -> Site:
    return Site(row.site, tuple(unpacked(row.readings)), row.seen_at, row.fault, row.fault_since)
