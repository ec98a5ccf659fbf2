"""How fast the stages are: read out of what ``throughput`` counts."""

from pipeline.store.plain_sql import Transaction, rows

PERIOD = 20
"""Seconds that are counted together."""
PROGRESS = ("passed", "stored", "duplicate", "rejected")
"""Outcomes with which a stage is done with a document; after the others it is tried again, or given up."""
_COUNTED = f"FROM throughput WHERE period >= :since AND outcome IN ({', '.join(map(repr, PROGRESS))})"


def rates(tx: Transaction, *, now: float, seconds: int = 60) -> dict[str, float]:
    """Documents that each stage is done with per second, over about the last ``seconds``, the present period included.

    Stages that did nothing are left out.
    """
    begin = int(now - seconds) // PERIOD * PERIOD
    query = f"SELECT stage, sum(number) {_COUNTED} GROUP BY stage"
    return {stage: round(int(number) / max(now - begin, 1), 2) for stage, number in rows(tx, query, since=begin)}


def course(tx: Transaction, *, since: float) -> dict[str, dict[int, int]]:
    """What each stage was done with in each period from ``since`` on: stage -> begin of the period -> documents."""
    query = f"SELECT stage, period, sum(number) {_COUNTED} GROUP BY stage, period ORDER BY period"
    found: dict[str, dict[int, int]] = {}
    for stage, period, number in rows(tx, query, since=since):
        found.setdefault(stage, {})[period] = int(number)
    return found
