"""How things stand: the account, who works, what is waited for and where it is served; for ``status`` and the API."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from config.masking import escaped, masked
from config.settings import Settings
from pipeline.store import account, presence
from pipeline.store.clock import time_in
from pipeline.store.presence import Seen
from workers.served import address_served


@dataclass(frozen=True)
class Standing:
    """One look at the fleet; the counts add up, as they come from one consistent state of the ledger."""

    account: account.Account
    workers: list[Seen]
    rates: dict[str, float]
    """Documents that ended per second over the last minute, by state."""
    waits: str | None
    """Why documents in flight do not move, in one line."""
    dashboard: str | None
    """Address of ``copydesk serve`` on this machine, while it runs."""

    def as_json(self) -> dict[str, Any]:
        """The object of ``status --json``."""
        return {
            **asdict(self.account), "workers": [told(each) for each in self.workers], "rates": self.rates,
            "waits": self.waits, "dashboard": self.dashboard,
        }  # fmt: skip


def read(tx: Connection, settings: Settings) -> Standing:
    """How things stand now. Raises UnavailableError."""
    state = account.account(tx)
    waits = _waits(settings) if state.in_flight else None
    now = time_in(tx)
    return Standing(
        state, presence.seen(tx, now=now), account.recent(tx, now=now), waits, address_served(settings.home)
    )  # fmt: skip


def _waits(settings: Settings) -> str | None:
    from workers.pressure import why_waiting  # Redis' client is slow to import

    return escaped(masked(why_waiting(settings) or "")) or None


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


def worker_line(seen: Seen) -> str:
    """A worker in one line."""
    worker = seen.worker
    if seen.state == "lost":
        return f"worker {worker.name}: lost, last seen {_instant(worker.seen_at)}"
    held = ", ".join(f"{number} in {stage}" for stage, number in seen.holds.items()) or "nothing in hand"
    return f"worker {worker.name}: {worker.processes} processes, {worker.memory / 1e6:.0f} MB, {held}"
