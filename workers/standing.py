"""How things stand: the account, who works, what is waited for and where it is served; for ``status`` and the API."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from config.masking import escaped, masked
from config.settings import Settings
from pipeline.store import account, pace, presence
from pipeline.store.clock import time_in
from pipeline.store.plain_sql import Transaction
from pipeline.store.presence import Seen
from workers.disk import disk_is_full
from workers.served import address_served


@dataclass(frozen=True)
class Oldest:
    """The document that has waited longest for its end."""

    id: str
    input: str
    state: str
    stage: str
    seconds: float
    """Since it was accepted."""


@dataclass(frozen=True)
class Line:
    """The line of documents for one host that may not be asked faster."""

    host: str
    spacing: float
    """Seconds between two requests."""
    seconds: float
    """Until the last in line is due."""


@dataclass(frozen=True)
class Standing:
    """One look at the fleet; the counts add up, as they come from one consistent state of the ledger."""

    account: account.Account
    workers: list[Seen]
    rates: dict[str, float]
    """Documents that ended per second over the last minute, by state."""
    throughput: dict[str, float]
    """Documents that each stage is done with per second, over the last minute; stages that did nothing are left out."""
    oldest: Oldest | None
    hosts: list[Line]
    """The slowest hosts, those first that have work for longest."""
    waits: str | None
    """Why documents in flight do not move, in one line."""
    dashboard: str | None
    """Address of ``copydesk serve`` on this machine, while it runs."""

    @property
    def eta(self) -> float | None:
        """Seconds until all have ended, at the pace of the last minute; the slowest host's line is not shorter.

        ``None`` where nothing is in flight, or nothing ended.
        """
        rate = sum(self.rates.values())
        if not self.account.in_flight or not rate:
            return None
        return round(max(self.account.in_flight / rate, *(line.seconds for line in self.hosts), 0.0), 1)

    def as_json(self) -> dict[str, Any]:
        """The object of ``status --json``."""
        return {
            **asdict(self.account), "workers": [told(each) for each in self.workers], "rates": self.rates,
            "throughput": self.throughput, "eta": self.eta, "oldest": asdict(self.oldest) if self.oldest else None,
            "hosts": [asdict(line) for line in self.hosts], "waits": self.waits, "dashboard": self.dashboard,
        }  # fmt: skip


def read(tx: Transaction, settings: Settings) -> Standing:
    """How things stand now. Raises UnavailableError."""
    state, now = account.account(tx), time_in(tx)
    workers = presence.seen(tx, now=now)
    why = waits(workers, settings) if state.in_flight else None
    return Standing(
        account=state, workers=workers, rates=account.recent(tx, now=now),
        throughput=pace.rates(tx, now=now), oldest=_oldest(tx, now) if state.in_flight else None,
        hosts=_lines(tx, now) if state.in_flight else [], waits=why, dashboard=address_served(settings.home),
    )  # fmt: skip


def _oldest(tx: Transaction, now: float) -> Oldest | None:
    row = account.oldest(tx)
    if row is None:
        return None
    return Oldest(row.id, row.input, row.state, row.stage, round(max(now - row.accepted_at, 0), 1))


def _lines(tx: Transaction, now: float) -> list[Line]:
    return [Line(host, spacing, round(seconds, 1)) for host, spacing, seconds in account.longest_lines(tx, now=now)]


def waits(workers: Sequence[Seen], settings: Settings) -> str | None:
    """Why what is in flight does not move, in one line that is safe to show; ``None`` if nothing is in the way.

    Those who live have told, and where one of them can go on nothing is in the way; only without any is Redis asked.
    """
    told = [each.worker.trouble for each in workers if each.state == "alive"]
    if full := disk_is_full(settings):
        told = [full]
    elif not told:
        from workers.pressure import why_waiting  # Redis' client is slow to import

        told = [why_waiting(settings)]
    return escaped(masked(told[0] or "")) if all(told) else None


def told(seen: Seen) -> dict[str, Any]:
    """A worker as programs read of it: megabytes, and instants in ISO 8601."""
    worker = seen.worker
    return {
        "name": worker.name, "host": worker.host, "state": seen.state, "stages": list(worker.stages),
        "processes": worker.processes, "memory_mb": round(worker.memory / 1_000_000),
        "started_at": _instant(worker.started_at), "seen_at": _instant(worker.seen_at), "documents": seen.holds,
    }  # fmt: skip


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def stretch(seconds: float) -> str:
    """A stretch of time as people say it, in its two largest units."""
    left, words = round(seconds), []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, size)
        if number:
            words.append(f"{number} {unit}")
    return " ".join(words[:2]) or "0 s"


def worker_line(seen: Seen) -> str:
    """A worker in one line."""
    worker = seen.worker
    if seen.state == "lost":
        return f"worker {worker.name}: lost, last seen {_instant(worker.seen_at)}"
    held = ", ".join(f"{number} in {stage}" for stage, number in seen.holds.items()) or "nothing in hand"
    trouble = f"; {escaped(masked(worker.trouble))}" if worker.trouble else ""
    return f"worker {worker.name}: {worker.processes} processes, {worker.memory / 1e6:.0f} MB, {held}{trouble}"
