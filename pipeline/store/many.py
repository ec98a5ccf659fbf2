"""Many small rows in and out, without what SQLAlchemy spends on each: a batch has thousands of them in its indexes."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Integer, Table, any_, cast, func, literal, select
from sqlalchemy.types import ARRAY

_MARK = {"sqlite": "?", "postgresql": "%s"}


def insert_rows(tx: Connection, table: Table, rows: Sequence[tuple[int | str, ...]]) -> None:
    """Insert rows of plain values, in the order of the table's columns; none is no statement."""
    if rows:
        marks = ", ".join([_MARK[tx.dialect.name]] * len(table.columns))
        tx.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", list(rows))  # noqa: S608 - no input in it


def is_among(tx: Connection, column: Column[Any], numbers: Collection[int]) -> ColumnElement[bool]:
    """That a column has one of these numbers: sent as one value, so that the statement is the same for all of them."""
    if tx.dialect.name == "sqlite":
        return column.in_(select(func.json_each(orjson.dumps(list(numbers)).decode()).table_valued("value").c.value))
    return column == any_(cast(literal(list(numbers), ARRAY(Integer)), ARRAY(Integer)))
