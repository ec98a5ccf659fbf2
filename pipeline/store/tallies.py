"""How many documents of the ledger are where, without counting a million rows each time.

Those that are on their way are few and are counted. Of the others - waiting, or at their end - the database keeps
tallies, by triggers on ``documents``: in the very transaction that moves a document, whoever moves it and however, so
they add up at any moment. On PostgreSQL each connection counts in rows of its own (``slot``), so that nobody waits for
another one's commit.
"""

from pipeline.store.plain_sql import Transaction, is_postgresql, rows

Tally = tuple[str, str, str | None, int]
"""Stage, state, reason, and how many documents there are."""
_INTO = "INSERT INTO tallies (stage, state, reason, slot, number)"
_ADDED = "ON CONFLICT (stage, state, reason, slot) DO UPDATE SET number = tallies.number + excluded.number"
_MOVES, _RESTS = "{row}.state IN ('queued', 'working')", "{row}.state NOT IN ('queued', 'working')"
_ONE = f"{_INTO} SELECT {{row}}.stage, {{row}}.state, coalesce({{row}}.reason, ''), 0, {{by}} WHERE {_RESTS} {_ADDED};"
_COME, _GO = _ONE.format(row="new", by=1), _ONE.format(row="old", by=-1)
_HAS_MOVED = "(new.state <> old.state OR new.stage <> old.stage OR new.reason IS NOT old.reason)"
_OLD_OR_NEW_RESTS = f"({_RESTS.format(row='old')} OR {_RESTS.format(row='new')})"
_SQLITE = {
    "tally_insert": f"AFTER INSERT ON documents BEGIN {_COME} END",
    "tally_update": "AFTER UPDATE OF state, stage, reason ON documents"
    f" WHEN {_HAS_MOVED} AND {_OLD_OR_NEW_RESTS} BEGIN {_GO} {_COME} END",
    "tally_delete": f"AFTER DELETE ON documents BEGIN {_GO} END",
}
_COUNTED = f"SELECT stage, state, coalesce(reason, '') AS reason, {{by}} AS number FROM {{row}} WHERE {_RESTS}"  # noqa: S608
_SUMS = """
  {into}
  SELECT stage, state, reason, pg_backend_pid(), sum(number) FROM ({counted}) AS moved
  GROUP BY stage, state, reason HAVING sum(number) <> 0 ORDER BY stage, state, reason
  {added};
"""
_NEW, _OLD = _COUNTED.format(by=1, row="new_rows"), _COUNTED.format(by=-1, row="old_rows")
_POSTGRESQL = {
    "insert": (_NEW, "NEW TABLE AS new_rows"),
    "update": (f"{_OLD} UNION ALL {_NEW}", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "delete": (_OLD, "OLD TABLE AS old_rows"),
}


def begin_to_count(tx: Transaction) -> None:
    """Make the triggers, and count what is there. For migrations: nobody else writes meanwhile."""
    if not is_postgresql(tx):
        for name, rule in _SQLITE.items():
            tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            tx.exec_driver_sql(f"CREATE TRIGGER {name} {rule}")
    else:
        for event, (counted, tables) in _POSTGRESQL.items():
            body = _SUMS.format(into=_INTO, counted=counted, added=_ADDED)
            tx.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" BEGIN {body} RETURN NULL; END $$"
            )
            tx.exec_driver_sql(
                f"CREATE OR REPLACE TRIGGER tally_{event} AFTER {event} ON documents REFERENCING {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION tally_{event}()"
            )
    _count(tx)


_READ = f"""
  SELECT stage, state, reason, sum(number) FROM (
    SELECT stage, state, coalesce(reason, '') AS reason, count(*) AS number FROM documents
    WHERE {_MOVES.format(row="documents")} GROUP BY stage, state, coalesce(reason, '')
    UNION ALL SELECT stage, state, reason, number FROM tallies
  ) AS every GROUP BY stage, state, reason HAVING sum(number) <> 0
"""  # noqa: S608 - no input in it
_GATHER = f"""
  WITH gone AS (
    DELETE FROM tallies WHERE slot <> 0 AND slot NOT IN (SELECT pid FROM pg_stat_activity)
    RETURNING stage, state, reason, number
  )
  {_INTO} SELECT stage, state, reason, 0, sum(number) FROM gone GROUP BY stage, state, reason
  ORDER BY stage, state, reason {_ADDED}
"""  # noqa: S608
_COUNT = f"""
  {_INTO} SELECT stage, state, coalesce(reason, ''), 0, count(*) FROM documents
  WHERE {_RESTS.format(row="documents")} GROUP BY stage, state, coalesce(reason, '')
"""  # noqa: S608


def read(tx: Transaction) -> list[Tally]:
    """Where the documents are; combinations without any are left out. One statement: one state of the ledger."""
    return [(stage, state, reason or None, int(number)) for stage, state, reason, number in rows(tx, _READ)]


def gather(tx: Transaction) -> None:
    """Put together what connections counted that are gone; now and then, or there are ever more rows."""
    if is_postgresql(tx):
        tx.exec_driver_sql(_GATHER)


def _count(tx: Transaction) -> None:
    tx.exec_driver_sql("DELETE FROM tallies")
    tx.exec_driver_sql(_COUNT)
