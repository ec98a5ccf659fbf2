"""What dead worker processes held is taken back at once, without waiting for the leases, and each gets its inquest."""

from pathlib import Path

from pipeline.store import ledger
from pipeline.store.database import Database
from pipeline.store.rules import Inquest, Policy
from workers.processes import here, is_alive
from workers.recorder import forget, inquest, recorded


class Coroner:
    """Finds the dead worker processes of this machine. ``folder`` holds their flight recorders."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        self._folder = folder
        self._policy = policy

    def bury(self, database: Database, *, now: float) -> list[str]:
        """Take back what the dead held; returns who lives, and holds documents. Raises UnavailableError."""
        mine = f"{here()}:"
        with database.read() as tx:
            holding = ledger.workers(tx, mine)
        dead = sorted(worker for worker in {*holding, *recorded(self._folder, mine)} if not is_alive(_pids(worker)[1]))
        for worker in dead:
            with database.write() as tx:
                ledger.release_worker(tx, worker, now=now, policy=self._policy, inquest=self._inquest(worker))
            forget(self._folder, worker)
        return [worker for worker in holding if worker not in dead]

    def _inquest(self, worker: str) -> Inquest | None:
        """Those who die with their parent, and not of themselves, did not die of their documents."""
        found = inquest(self._folder, worker)
        is_own = found is not None and found.cause is not None
        return found if is_own or is_alive(_pids(worker)[0]) else Inquest()


def _pids(worker: str) -> tuple[int, int]:
    """Of the parent, and of the process itself."""
    _, parent, own = worker.rsplit(":", 2)
    return int(parent), int(own)
