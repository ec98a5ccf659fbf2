"""Full-text search: the same answers in the same order on SQLite and PostgreSQL.

Articles with all words of the query in their headline come first, then those with some, then the others; of each the
newest first. That is the order of the index itself, so the first hits cost the same in a small and in a large store,
and a page in the middle as much as the first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from pipeline.errors import UsageError
from pipeline.store.schema import CURRENT, articles, versions
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
NEWEST = 500
"""Articles that PostgreSQL is asked to look through before it asks its index."""
_SEQ = f"({{key}} & {(1 << SEQ_BITS) - 1}) > :seq"
_IN_ORDER = text(
    f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :query AND rowid >= :least AND rowid < :below"  # noqa: S608
    f" AND {_SEQ.format(key='rowid')} ORDER BY rowid DESC LIMIT :number"
)
_FITS = f"words @@ CAST(:query AS tsquery) AND {_SEQ.format(key='key')}"
_NEWEST = text(
    f"WITH newest AS MATERIALIZED (SELECT key, words FROM {INDEX}"  # noqa: S608
    " WHERE key >= :least AND key < :below ORDER BY key DESC LIMIT :newest)"
    f" SELECT count(*), min(key), array_agg(key ORDER BY key DESC) FILTER (WHERE {_FITS}) FROM newest"
)
_INDEXED = text(
    f"SELECT key FROM {INDEX} WHERE {_FITS} AND key + 0 >= :least AND key + 0 < :below"  # noqa: S608
    " ORDER BY key + 0 DESC LIMIT :number"
)
"""``key + 0``: not to be answered out of the order of keys."""
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
    index = _OnSqlite(tx) if tx.dialect.name == "sqlite" else _OnPostgresql(tx)
    chosen, (least, most) = _chosen(selection), _range(selection)
    for score, node in _by_score(wanted):
        if score > after[0]:
            continue
        below = min(most, after[1]) if score == after[0] else most
        asked = _Asked(least, below, selection.seq, number, is_rare=score > NO_WORD)
        while keys := index.keys(All((node, *chosen)), asked):
            rows = {row.seq: row for row in _read(tx, [_seq(key) for key in keys], selection)}
            yield from ((score, key, rows[_seq(key)]) for key in keys if _seq(key) in rows)
            if len(keys) < asked.number:
                break
            asked = replace(asked, below=keys[-1], number=min(2 * asked.number, MOST))


def _by_score(wanted: Node) -> Iterator[tuple[int, Node]]:
    """The query once for each score."""
    above = tuple(
        Term((HEADLINE + term.tokens[0], *(HEADLINE + token for token in term.tokens[1:])), term.is_prefix)
        for term in terms(wanted)
    )
    # Words of a headline are words of the article: where nothing else is asked, those are not to be looked for again.
    is_plain = isinstance(wanted, Term) or (
        isinstance(wanted, All) and not wanted.but and all(isinstance(part, Term) for part in wanted.parts)
    )
    yield ALL_WORDS, All(above if is_plain else (wanted, *above))
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
    return max(0, least) << SEQ_BITS, min(below << SEQ_BITS, 2**63 - 1)


class _OnSqlite:
    """The index of SQLite gives its rows in order, and stops when there are enough."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def keys(self, node: Node, asked: "_Asked") -> Sequence[int]:
        """The keys of the rows that fit, the greatest first."""
        return self._tx.execute(_IN_ORDER, {"query": fts5(node), **vars(asked)}).scalars().all()


class _OnPostgresql:
    """Its index has no order: all that fits is found before the first is known.

    What is frequent is therefore looked for among the newest articles first; what is rare costs little either way. The
    planner cannot know: it takes a look at a row's words for as cheap as one at a number, but they lie apart.
    """

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        tx.execute(text("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"))

    def keys(self, node: Node, asked: "_Asked") -> Sequence[int]:
        """The keys of the rows that fit, the greatest first."""
        query = tsquery(node)
        values = {"query": query, **vars(asked)}
        if asked.is_rare:
            return self._tx.execute(_INDEXED, values).scalars().all()
        seen, last, newest = self._tx.execute(_NEWEST, {"newest": NEWEST, **values}).one()
        found: list[int] = (newest or [])[: asked.number]
        if seen == NEWEST and len(found) < asked.number:
            values |= {"below": last, "number": asked.number - len(found)}
            found += self._tx.execute(_INDEXED, values).scalars()
        return found


@dataclass(frozen=True)
class _Asked:
    """Which rows: keys from ``least`` to those ``below``, changed after ``seq``; ``number`` of them at most."""

    least: int
    below: int
    seq: int
    number: int
    is_rare: bool


def _seq(key: int) -> int:
    return key & ((1 << SEQ_BITS) - 1)


def _read(tx: Connection, seqs: Sequence[int], selection: Selection) -> Sequence[Row[Any]]:
    """The articles, of those that still have this ``seq`` and are chosen."""
    document = versions.c.document["article"]
    body = func.substr(document["body"].as_string(), 1, 200_000).label("body")
    query = select(articles, body, document["url"].as_string().label("url")).join(versions, CURRENT)
    return tx.execute(query.where(articles.c.seq.in_(seqs), *selection.conditions())).all()


def _hit(row: Row[Any], score: int, finder: Finder) -> Hit:
    return Hit(
        article_id=row.id, seq=row.seq, headline=row.headline, url=row.url or row.canonical_url, site=row.domain,
        language=row.language, date_published=row.date_published, score=score, snippet=finder.snippet(row.body or ""),
    )  # fmt: skip


def _after(cursor: str | None) -> tuple[int, int]:
    """Score and key that a page begins behind."""
    if cursor is None:
        return ALL_WORDS, 2**63 - 1
    found = _CURSOR.fullmatch(cursor)
    if not found:
        raise UsageError("search: this is no cursor; give the one of the page before, or none")
    return int(found[1]), int(found[2])
