"""Pages of chosen articles in the order of their last change.

Of the names that articles are chosen by, the rarest leads: its facets lie in the order of ``seq``, so a page is the
next few of them, however deep it lies.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select

from pipeline.store.schema import articles, facets
from pipeline.store.selection import Selection

ENOUGH = 2_000
"""Articles with a name that are counted to see which is the rarest."""
_LED = ("entity", "place", "topic", "author", "story")


def chosen(tx: Connection, selection: Selection, *, limit: int, before: int | None = None) -> Sequence[int]:
    """``seq`` of up to ``limit`` articles, the newest change first; ``before``: those that changed before this one."""
    query, column = _led(tx, selection)
    if before is not None:
        query = query.where(column < before)
    return [row[0] for row in tx.execute(query.order_by(column.desc()).limit(limit))]


def chosen_after(tx: Connection, selection: Selection, *, limit: int) -> Sequence[int]:
    """The same with the oldest change first; the selection's ``seq`` says after which."""
    query, column = _led(tx, selection)
    if selection.seq:
        query = query.where(column > selection.seq)
    return [row[0] for row in tx.execute(query.order_by(column).limit(limit))]


def _led(tx: Connection, selection: Selection) -> tuple[Select[Any], ColumnElement[int]]:
    """The articles, by way of the rarest name; and the column that they are ordered by."""
    names = [(kind, name) for kind, name in selection.names() if kind in _LED]
    if not names:
        return select(articles.c.seq).where(*selection.conditions()), articles.c.seq
    kind, name = min(names, key=lambda pair: _frequency(tx, *pair)) if len(names) > 1 else names[0]
    without: dict[str, Any] = {kind: None}
    rest = replace(selection, **without)
    led = facets.alias("led").c  # by a name of its own: what else is chosen by is looked up in facets too
    query = select(led.seq).join(articles, articles.c.seq == led.seq)
    return query.where(led.kind == kind, led.value == name, *rest.conditions()), led.seq


def _frequency(tx: Connection, kind: str, name: str) -> int:
    some = select(literal(1)).where(facets.c.kind == kind, facets.c.value == name).limit(ENOUGH).subquery()
    return tx.execute(select(func.count()).select_from(some)).scalar_one()
