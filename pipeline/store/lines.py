"""Each host's line: documents of one host are due one after another, as far apart as its pace asks.

This is the coarse half of politeness: it keeps a slow host's documents in the ledger, where they cost nothing, instead
of in a worker's hands, and mixes hosts fairly however the inputs came in. The fine half, not one request too early, is
the turn that the fetcher takes before each request. Lines are only a plan: when two dispatchers overwrite each other's,
documents come a little early and wait for their turn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Connection, select

from pipeline.store.database import insert_into
from pipeline.store.schema import hosts

AHEAD = 2.0
"""Seconds that a document is due before its slot, so that it has arrived at a fetcher when its host is free."""
MOST_OF_ONE_HOST = 256
"""Documents of one host in flight where its pace sets no limit; no host may take the whole window."""
ROWS = 500


@dataclass
class _Line:
    spacing: float
    end: float


class Lines:
    """The lines of some hosts in one write transaction; ``save()`` writes what changed."""

    def __init__(self, tx: Connection, names: Iterable[str]) -> None:
        self._tx = tx
        self._lines: dict[str, _Line] = {}
        self._changed: set[str] = set()
        wanted = sorted(set(names) - {""})
        for at in range(0, len(wanted), ROWS):
            query = select(hosts.c.host, hosts.c.spacing, hosts.c.line_end)
            found = tx.execute(query.where(hosts.c.host.in_(wanted[at : at + ROWS])))
            self._lines |= {host: _Line(spacing, end) for host, spacing, end in found}

    def place(self, host: str, *, spacing: float = 0, now: float, not_before: float = 0) -> float:
        """When the next document of ``host`` is due, at the end of its line.

        ``spacing`` seconds are kept, or more where a longer spacing was learned while the present line lasts; 0 is for
        those who do not know it: it stays as it is.
        """
        earliest = max(now, not_before)
        line = self._lines.get(host)
        if line is None or line.end < now:
            known = line.spacing if line else 0
            line = self._lines[host] = _Line(spacing or known, earliest)
        line.spacing = max(line.spacing, spacing)
        if not host or not line.spacing:
            return earliest
        slot = max(line.end, earliest)
        line.end = slot + line.spacing
        self._changed.add(host)
        return max(earliest, slot - AHEAD)

    def room(self, host: str) -> int:
        """How many documents of ``host`` may be in flight: as many as its pace lets through in ``AHEAD``, and one."""
        line = self._lines.get(host)
        if line is None or not line.spacing:
            return MOST_OF_ONE_HOST
        return min(MOST_OF_ONE_HOST, ceil(AHEAD / line.spacing) + 1)

    def save(self) -> None:
        """Write the lines that changed."""
        rows = [
            {"host": host, "spacing": self._lines[host].spacing, "line_end": self._lines[host].end}
            for host in sorted(self._changed)
        ]
        if rows:
            statement = insert_into(self._tx, hosts)
            names = ("spacing", "line_end")
            changed = {name: statement.excluded[name] for name in names}
            self._tx.execute(statement.on_conflict_do_update(index_elements=[hosts.c.host], set_=changed), rows)
        self._changed.clear()
