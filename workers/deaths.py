"""What dead worker processes held is taken back at once, without waiting for the leases, and each gets its inquest."""

from pathlib import Path

from pipeline.store import ledger
from pipeline.store.database import Database
from pipeline.store.rules import Inquest, Policy
from workers.processes import is_alive
from workers.recorder import forget, inquest, recorded


class Coroner:
    """Finds the dead children of worker parents on this machine. ``folder`` holds their flight recorders."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        self._folder = folder
        self._policy = policy

    def bury(self, database: Database, prefix: str, *, now: float, parent_is_over: bool = False) -> list[str]:
        """Take back what the dead among those whose names begin with ``prefix`` held, all when their parent is over.

        Returns those that live and hold documents. Raises UnavailableError.
        """
        with database.read() as tx:
            holding = ledger.workers(tx, prefix)
        known = {*holding, *recorded(self._folder, prefix)}
        dead = sorted(worker for worker in known if parent_is_over or not is_alive(int(worker.rpartition(":")[2])))
        for worker in dead:
            found = self._inquest(worker, parent_is_over=parent_is_over)
            with database.write() as tx:
                ledger.release_worker(tx, worker, now=now, policy=self._policy, inquest=found)
            forget(self._folder, worker)
        return [worker for worker in holding if worker not in dead]

    def _inquest(self, worker: str, *, parent_is_over: bool) -> Inquest | None:
        """Those who die with their parent, and not of themselves, did not die of their documents."""
        found = inquest(self._folder, worker)
        is_own = found is not None and found.cause is not None
        return Inquest() if parent_is_over and not is_own else found
