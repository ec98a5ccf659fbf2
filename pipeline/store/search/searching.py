"""Full-text search: the same answers in the same order on SQLite and PostgreSQL.

Articles with the words in their headline come first, then the others; of each the newest in the store first. That order
is the index's own, so the first hits cost the same in a small and in a large store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, and_, literal_column, select, table, text
from sqlalchemy.sql.expression import TextClause

from pipeline.documents import StoredArticle
from pipeline.store.schema import articles, versions
from pipeline.store.search.query import Node, fts5, parse, phrases, tsquery
from pipeline.store.search.snippets import Snippet, snippet
from pipeline.store.selection import Selection

LIMIT = 20
MOST = 1000


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: go on behind it."""

    in_headline: bool
    seq: int


@dataclass(frozen=True)
class Hit:
    """An article that was found, and the words around what was searched for."""

    stored: StoredArticle
    in_headline: bool
    snippet: Snippet

    @property
    def cursor(self) -> Cursor:
        """To go on behind this hit."""
        return Cursor(self.in_headline, self.stored.seq)


def search(
    tx: Connection, query: str, selection: Selection, *, limit: int = LIMIT, after: Cursor | None = None
) -> list[Hit]:
    """Up to ``limit`` hits, best first, ``after`` the last page's last one. Raises UsageError for a query amiss."""
    node = parse(query)
    wanted = phrases(node)
    hits: list[Hit] = []
    for in_headline in (True, False):
        if after is not None and after.in_headline < in_headline:
            continue
        before = after.seq if after is not None and after.in_headline == in_headline else None
        rows = _found(tx, node, selection, in_headline, before, min(limit, MOST) - len(hits))
        hits += [_hit(row.document, in_headline, wanted) for row in rows]
        if len(hits) >= limit:
            break
    return hits


def _found(
    tx: Connection, node: Node, selection: Selection, in_headline: bool, before: int | None, limit: int
) -> Sequence[Any]:
    is_sqlite = tx.dialect.name == "sqlite"
    key = literal_column("article_text.rowid" if is_sqlite else "article_text.seq", Integer)
    words = _words_sqlite(node, in_headline) if is_sqlite else _words_postgresql(node, in_headline)
    current = and_(versions.c.article_id == articles.c.id, versions.c.version == articles.c.version)
    query = (
        select(versions.c.document)
        .select_from(table("article_text"))
        .join(articles, articles.c.seq == key)
        .join(versions, current)
        .where(words, *selection.conditions())
        .order_by(key.desc())
        .limit(limit)
    )
    return tx.execute(query if before is None else query.where(key < before)).all()


def _words_sqlite(node: Node, in_headline: bool) -> TextClause:
    """The words stand there: those in the headline, or only those that are not."""
    whole = fts5(node)
    matching = f"({whole}) {'AND' if in_headline else 'NOT'} ({{headline}} : ({whole}))"
    return text("article_text MATCH :matching").bindparams(matching=matching)


def _words_postgresql(node: Node, in_headline: bool) -> TextClause:
    anywhere = "article_text.words @@ CAST(:anywhere AS tsquery)"
    above = f"{'' if in_headline else 'NOT '}article_text.words @@ CAST(:above AS tsquery)"
    return text(f"{anywhere} AND {above}").bindparams(anywhere=tsquery(node), above=tsquery(node, "A"))


def _hit(document: dict[str, Any], in_headline: bool, wanted: Sequence[Any]) -> Hit:
    stored = StoredArticle.model_validate(document)
    return Hit(stored, in_headline, snippet(stored.article.body, wanted))
