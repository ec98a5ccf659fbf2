"""Names in the store with the number of articles that have them: entities, places, topics, authors and sites.

Counts come from the facets, which know names only as they are compared; how a name is written, and what it is a name
of, is read in the newest article that has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from pipeline.store.feed import last_seq
from pipeline.store.reading.flat import articles_at
from pipeline.store.schema import articles, facets
from pipeline.store.search.tokens import LONGEST_NAME, name_of

Kind = Literal["entity", "place", "topic", "author"]
KINDS: Sequence[Kind] = ("entity", "place", "topic", "author")
LISTS = {
    "entity": ("entities", "name"),
    "place": ("places", "name"),
    "topic": ("topics", "label"),
    "author": ("authors", "name"),
}
"""Where articles have them, and the field that is the name."""


@dataclass(frozen=True)
class Named:
    """A name, and what it stands for in the newest article that has it."""

    value: str
    """The name as it is compared: the place in the alphabet to go on behind."""
    articles: int
    found: dict[str, Any]
    """The entity or place of that article."""


def alphabetical(
    tx: Connection, kind: Kind, *, prefix: str = "", behind: str | None = None, limit: int
) -> Sequence[Named]:
    """Names of the whole store in order, those with this beginning; ``behind``: those after this one."""
    query = _counted(kind).where(*_beginning(prefix)).group_by(facets.c.value)
    if behind is not None:
        query = query.where(facets.c.value > behind)
    return _told(tx, kind, tx.execute(query.order_by(facets.c.value).limit(limit)).all())


def frequent(tx: Connection, kind: Kind, *, prefix: str = "", newest: int, limit: int) -> Sequence[Named]:
    """The names that most of the ``newest`` changes have, the most frequent first."""
    floor = last_seq(tx) - newest
    number = func.count()
    # Concatenated so that it is not the index of names that is walked, which is as long as the store.
    query = select(facets.c.value, number.label("articles"), func.max(facets.c.seq).label("seq"))
    query = query.where(facets.c.seq > floor, (facets.c.kind + "") == kind, *_beginning(prefix, is_led=False))
    return _told(
        tx, kind, tx.execute(query.group_by(facets.c.value).order_by(number.desc(), facets.c.value).limit(limit)).all()
    )


def common(tx: Connection, seqs: Sequence[int], *, limit: int) -> dict[str, list[tuple[str, int]]]:
    """The names that most of these articles have, by kind (``site`` and ``language`` too): as written, and how many."""
    number = func.count()
    found: dict[str, list[tuple[str, int]]] = {}
    for kind, column in (("site", articles.c.domain), ("language", articles.c.language)):
        query = select(column, number).where(articles.c.seq.in_(seqs), column.is_not(None)).group_by(column)
        found[kind] = [(row[0], row[1]) for row in tx.execute(query.order_by(number.desc(), column).limit(limit))]
    for kind in KINDS:
        named = select(facets.c.value, number.label("articles"), func.max(facets.c.seq).label("seq"))
        named = named.where(facets.c.seq.in_(seqs), (facets.c.kind + "") == kind).group_by(facets.c.value)
        # A topic is noted by label and by code; twice as many are read, so that enough are left.
        rows = tx.execute(named.order_by(number.desc(), facets.c.value).limit(2 * limit)).all()
        found[kind] = [(row.found[LISTS[kind][1]], row.articles) for row in _told(tx, kind, rows)][:limit]
    return found


def _counted(kind: Kind) -> Select[Any]:
    query = select(facets.c.value, func.count().label("articles"), func.max(facets.c.seq).label("seq"))
    return query.where(facets.c.kind == kind)


def _beginning(prefix: str, *, is_led: bool = True) -> Sequence[ColumnElement[bool]]:
    """Folded names are letters, digits and spaces: nothing in them means anything to LIKE."""
    folded = name_of(prefix)
    if not folded:
        return ()
    like = facets.c.value.like(f"{folded}%")
    return (facets.c.value >= folded, like) if is_led else (like,)


def _told(tx: Connection, kind: Kind, rows: Sequence[Row[Any]]) -> Sequence[Named]:
    items, label = LISTS[kind]
    seqs = list(dict.fromkeys(row.seq for row in rows))
    wanted = {row.value for row in rows}
    written: dict[tuple[int, str], dict[str, Any]] = {}
    for article in articles_at(tx, seqs):
        for item in article[items]:
            name = name_of(item[label])[:LONGEST_NAME]
            if name in wanted:
                written.setdefault((article["seq"], name), item)
    return [
        Named(row.value, row.articles, written[row.seq, row.value]) for row in rows if (row.seq, row.value) in written
    ]
