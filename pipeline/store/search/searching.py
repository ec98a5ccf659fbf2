"""Full-text search: the same answers in the same order on SQLite and PostgreSQL.

Articles with all words of the query in their headline come first, then those with some, then the others; of each the
newest first. That is the order of the index itself, so the first hits cost the same in a small and in a large store,
and a page in the middle as much as the first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, TextClause, func, select, text

from pipeline.errors import UsageError
from pipeline.store.schema import articles, versions
from pipeline.store.search.dialects import fts5, tsquery
from pipeline.store.search.index import HEADLINE, INDEX, LAST_MINUTE, SEQ_BITS, filter_token
from pipeline.store.search.query import All, Node, Some, Term, parse, terms
from pipeline.store.search.snippets import Finder, Snippet
from pipeline.store.search.tokens import minute_of
from pipeline.store.selection import Selection

LIMIT, MOST = 20, 1000
"""Hits of a page: if nothing is said, and at most."""
ALL_WORDS, SOME_WORDS, NO_WORD = 2, 1, 0
"""Scores: how much of the query is in the headline."""
DAY = 1440
_CURSOR = re.compile(r"([0-2])-(\d{1,19})")


@dataclass(frozen=True)
class Hit:
    """An article that was found."""

    article_id: str
    seq: int
    headline: str | None
    url: str | None
    site: str | None
    language: str | None
    date_published: str | None
    score: int
    """2: all words of the query are in the headline, 1: some, 0: none."""
    snippet: Snippet
    """Out of the body."""


@dataclass(frozen=True)
class Page:
    """Some hits, the best first; with ``cursor`` the same query goes on behind them, ``None``: there are no more."""

    hits: tuple[Hit, ...]
    cursor: str | None = None


def search(tx: Connection, query: str, selection: Selection, *, limit: int = LIMIT, cursor: str | None = None) -> Page:
    """The next hits, ``limit`` at most. Raises UsageError for a query or a cursor that cannot be read."""
    wanted = parse(query)
    limit = min(limit, MOST)
    _prepare(tx)
    found: list[tuple[int, int, Row[Any]]] = []
    for score, key, row in _rows(tx, wanted, selection, limit + 1, _after(cursor)):
        found.append((score, key, row))
        if len(found) > limit:
            break
    finder = Finder(terms(wanted))
    hits = tuple(_hit(row, score, finder) for score, _, row in found[:limit])
    is_last = len(found) <= limit
    return Page(hits, None if is_last else f"{found[limit - 1][0]}-{found[limit - 1][1]}")


def _rows(
    tx: Connection, wanted: Node, selection: Selection, number: int, after: tuple[int, int]
) -> Iterator[tuple[int, int, Row[Any]]]:
    """What was found, in order; ``number`` of them will be taken."""
    chosen = _chosen(selection)
    for score, node in _by_score(wanted):
        if score > after[0]:
            continue
        least, below = _range(selection)
        below = min(below, after[1]) if score == after[0] else below
        matching = All((node, *chosen)) if chosen else node
        while keys := _keys(tx, matching, least, below, number, selection.seq):
            rows = {row.seq: row for row in _read(tx, [_seq(key) for key in keys], selection)}
            yield from ((score, key, rows[_seq(key)]) for key in keys if _seq(key) in rows)
            if len(keys) < number:
                break
            below, number = keys[-1], min(2 * number, MOST)


def _by_score(wanted: Node) -> Iterator[tuple[int, Node]]:
    """The query once for each score."""
    above = tuple(
        Term((HEADLINE + term.tokens[0], *(HEADLINE + token for token in term.tokens[1:])), term.is_prefix)
        for term in terms(wanted)
    )
    yield ALL_WORDS, All((wanted, *above))
    if len(above) > 1:
        yield SOME_WORDS, All((wanted, Some(above)), but=(All(above),))
    yield NO_WORD, All((wanted,), but=above)


def _chosen(selection: Selection) -> tuple[Term, ...]:
    """What is chosen by name, as tokens of the index."""
    return tuple(Term((filter_token(kind, name),)) for kind, name in selection.names())


def _range(selection: Selection) -> tuple[int, int]:
    """Keys of what may have been published then; a day more, because a moment's own day depends on its offset."""
    least = minute_of(selection.since) - DAY if selection.since is not None else 0
    below = minute_of(selection.until) + DAY if selection.until is not None else LAST_MINUTE + 1
    return max(0, least) << SEQ_BITS, below << SEQ_BITS


@cache
def _question(dialect: str) -> TextClause:
    key, matches = (
        ("rowid", f"{INDEX} MATCH :query") if dialect == "sqlite" else ("key", "words @@ CAST(:query AS tsquery)")
    )
    return text(
        f"SELECT {key} FROM {INDEX} WHERE {matches} AND {key} >= :least AND {key} < :below"  # noqa: S608 - no input in it
        f" AND ({key} & {(1 << SEQ_BITS) - 1}) > :seq ORDER BY {key} DESC LIMIT :number"
    )


def _prepare(tx: Connection) -> None:
    """Tell PostgreSQL what it does not know: to look at a row of words costs more than to fetch it, as it lies apart."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT set_config('cpu_operator_cost', '0.5', true), set_config('jit', 'off', true)"))


def _keys(tx: Connection, node: Node, least: int, below: int, number: int, seq: int) -> Sequence[int]:
    query = fts5(node) if tx.dialect.name == "sqlite" else tsquery(node)
    values = {"query": query, "least": least, "below": min(below, 2**63 - 1), "number": number, "seq": seq}
    return tx.execute(_question(tx.dialect.name), values).scalars().all()


def _seq(key: int) -> int:
    return key & ((1 << SEQ_BITS) - 1)


def _read(tx: Connection, seqs: Sequence[int], selection: Selection) -> Sequence[Row[Any]]:
    """The articles, of those that still have this ``seq`` and are chosen."""
    current = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
    document = versions.c.document["article"]
    body = func.substr(document["body"].as_string(), 1, 200_000).label("body")
    query = select(articles, body, document["url"].as_string().label("url")).join(versions, current)
    return tx.execute(query.where(articles.c.seq.in_(seqs), *selection.conditions())).all()


def _hit(row: Row[Any], score: int, finder: Finder) -> Hit:
    return Hit(
        article_id=row.id, seq=row.seq, headline=row.headline, url=row.url or row.canonical_url, site=row.domain,
        language=row.language, date_published=row.date_published, score=score, snippet=finder.snippet(row.body or ""),
    )  # fmt: skip


def _after(cursor: str | None) -> tuple[int, int]:
    """Score and key that a page begins behind."""
    if cursor is None:
        return ALL_WORDS, (LAST_MINUTE + 1) << SEQ_BITS
    found = _CURSOR.fullmatch(cursor)
    if not found:
        raise UsageError("search: this is no cursor; give the one of the page before, or none")
    return int(found[1]), int(found[2])
