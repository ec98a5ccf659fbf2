"""How things stand: the account, who works, what is waited for and where it is served; for ``status`` and the API."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from config.masking import escaped, masked
from config.settings import Settings
from pipeline.store import account
from workers.pressure import why_waiting
from workers.served import address_served


@dataclass(frozen=True)
class Standing:
    """One look at the fleet; the counts add up, as they come from one consistent state of the ledger."""

    account: account.Account
    workers: list[dict[str, Any]]
    """Who holds documents, and how many."""
    rates: dict[str, float]
    """Documents that ended per second over the last minute, by state."""
    waits: str | None
    """Why documents in flight do not move, in one line."""
    dashboard: str | None
    """Address of ``copydesk serve`` on this machine, while it runs."""

    def as_json(self) -> dict[str, Any]:
        """The object of ``status --json``."""
        rest = {"workers": self.workers, "rates": self.rates, "waits": self.waits, "dashboard": self.dashboard}
        return {**asdict(self.account), **rest}


def read(tx: Connection, settings: Settings) -> Standing:
    """How things stand now. Raises UnavailableError."""
    state = account.account(tx)
    waits = escaped(masked(why_waiting(settings) or "")) or None if state.in_flight else None
    return Standing(
        state, account.workers(tx), account.recent(tx, now=time.time()), waits, address_served(settings.home)
    )  # fmt: skip
