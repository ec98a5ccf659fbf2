"""Processes of a fleet that count what they do: ``counted.py FOLDER worker CONCURRENCY STAGE…`` or ``… dispatcher``.

The same worker as ``copydesk worker`` keeps alive, and ``copydesk dispatcher``. Each process keeps a file in
``FOLDER``: the CPU seconds that the functions of clean, enrich and store took - without what is around them: claim,
payload, JSON, settlement - and how often it wrote to the store.
"""

import os
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from pipeline import stage as stages

NAMES = ("clean", "enrich", "store", "statements", "transactions", "rows")
"""CPU seconds of the stages' functions; statements sent, transactions committed, rows changed."""
LAYOUT = struct.Struct(f"{len(NAMES)}d")


class Counts:
    """The counts of one process: of each, when several are forked from the one that made this."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._pid, self._file = folder, 0, -1
        self._counts: Counter[str] = Counter()
        self._changes: dict[int, int] = {}

    def add(self, name: str, amount: float) -> None:
        if self._pid != os.getpid():
            self._pid, self._counts, self._changes = os.getpid(), Counter(), {}
            self._file = os.open(self._folder / str(self._pid), os.O_CREAT | os.O_WRONLY)
        self._counts[name] += amount  # type: ignore[assignment]
        os.pwrite(self._file, LAYOUT.pack(*(self._counts[each] for each in NAMES)), 0)

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """``work``, its time counted; of one that yields, all that it yields is made at once."""

        def run(*args: Any, **services: Any) -> Any:
            begun = time.thread_time()
            try:
                made = work(*args, **services)
                return list(made) if name == "store" else made
            finally:
                self.add(name, time.thread_time() - begun)

        return run

    def committed(self, tx: Connection) -> None:
        """Count a transaction, and the rows that it changed; one that changed none is not counted."""
        driver = tx.connection.dbapi_connection
        total = getattr(driver, "total_changes", 0)
        changed = total - self._changes.get(id(driver), 0)
        self._changes[id(driver)] = total
        if changed:
            self.add("transactions", 1)
            self.add("rows", changed)


def total(folder: Path) -> Counter[str]:
    """The counts of all processes."""
    found: Counter[str] = Counter()
    for path in folder.iterdir():
        if len(data := path.read_bytes()) == LAYOUT.size:
            found.update(dict(zip(NAMES, LAYOUT.unpack(data), strict=True)))  # type: ignore[arg-type]
    return found


def count(folder: Path) -> None:
    """Have the stages' functions and the store's transactions of this process, and of its children, counted."""
    counts = Counts(folder)
    event.listen(Engine, "commit", counts.committed)
    event.listen(Engine, "after_cursor_execute", lambda *_: counts.add("statements", 1))
    timed = {s.name: counts.timed(s.name, s.load()) for s in stages.PIPELINE if s.name in NAMES}
    globals().update(timed)
    stages.PIPELINE = tuple(replace(s, entry=f"{__name__}:{s.name}") if s.name in timed else s for s in stages.PIPELINE)


def main(folder: str, role: str, *words: str) -> None:
    count(Path(folder))
    run(role, *words)


def run(role: str, *words: str) -> None:
    """Be a dispatcher or a worker."""
    if role == "dispatcher":
        from workers.cli import main as copydesk

        sys.argv = ["copydesk", "dispatcher"]
        copydesk()
    else:
        from workers.celery_worker import main as work

        work(*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
