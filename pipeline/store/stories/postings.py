"""Reads the inverted index of names: for each name the newest articles with it, within some hours."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from pipeline.store.many import array_of

Asked = tuple[int, int, int, int]
"""Who asks, a name, the first and the last hour."""
Posting = tuple[int, int]
"""A name and the seq of an article that has it."""

_ON_SQLITE = (
    "SELECT ?, name, seq FROM story_names WHERE name = ? AND hour BETWEEN ? AND ? ORDER BY hour DESC, seq DESC LIMIT ?"
)
_ON_POSTGRESQL = text(
    "SELECT asked.report, asked.name, found.seq FROM unnest(CAST(:reports AS bigint[]), CAST(:names AS integer[]),"
    " CAST(:since AS integer[]), CAST(:until AS integer[])) AS asked(report, name, since, until)"
    " CROSS JOIN LATERAL (SELECT seq FROM story_names WHERE name = asked.name"
    " AND hour BETWEEN asked.since AND asked.until ORDER BY hour DESC, seq DESC LIMIT :number) AS found"
)


def newest(tx: Connection, asked: Sequence[Asked], number: int) -> Iterable[tuple[int, int, int]]:
    """Who asked, the name, and the seq of an article with it: ``number`` for each question, at most.

    There are hundreds of questions for a batch. SQLite answers each in microseconds, so what would be spent on making
    one statement of them is saved; a server is asked once.
    """
    if not asked:
        return []
    if tx.dialect.name == "sqlite":
        cursor = tx.connection.cursor()
        return [row for one in asked for row in cursor.execute(_ON_SQLITE, (*one, number)).fetchall()]
    reports, names, since, until = (array_of(column) for column in zip(*asked, strict=True))
    values = {"reports": reports, "names": names, "since": since, "until": until, "number": number}
    return [(row.report, row.name, row.seq) for row in tx.execute(_ON_POSTGRESQL, values)]
