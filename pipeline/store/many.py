"""Many small rows in and out, without what SQLAlchemy spends on each: a batch has thousands of them in its indexes.

A server is told all of them in one statement, a column at a time: one by one each costs it as much as the whole of a
small statement, and where a trigger counts, that too.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.types import ARRAY

from pipeline.store.schema import Json
from pipeline.store.written import dumps

Value = int | float | str | bytes | None
_NAMES = ((Json, "jsonb"), (Boolean, "boolean"), (BigInteger, "bigint"), (Integer, "integer"),
          (Float, "double precision"), (LargeBinary, "bytea"))  # fmt: skip
"""Types of columns as PostgreSQL calls them; all others are text, which is not cut to a column's length."""


def insert_rows(
    tx: Connection,
    table: Table,
    rows: Sequence[tuple[Value, ...]],
    columns: Sequence[str] | None = None,
    *,
    or_else: str = "",
) -> None:
    """Insert rows of plain values, in the order of ``columns``, else of all the table's; none is no statement.

    ``or_else``: what is done about a row that is there, as SQL says it.
    """
    if rows:
        names = tuple(columns or table.columns.keys())
        _all_at_once(tx, _inserting(tx.dialect.name, table, names) + or_else, rows)


def insert_dicts(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """The same from rows by name, all of the same names, with JSON as it is handed to SQLAlchemy."""
    if rows:
        names = tuple(rows[0])
        written = {name for name in names if isinstance(table.columns[name].type, Json)}
        insert_rows(tx, table, [tuple(_plain(row, name, written) for name in names) for row in rows], names)


def update_rows(
    tx: Connection, table: Table, key: str, rows: Sequence[tuple[Value, ...]], columns: Sequence[str]
) -> None:
    """Set ``columns`` of the rows whose ``key`` is the last value of each tuple; none is no statement."""
    if rows:
        _all_at_once(tx, _updating(tx.dialect.name, table, key, tuple(columns)), rows)


def is_among(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """That a column has one of the values of the parameter ``name``: one, so that the statement is always the same."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    return column == any_(cast(bindparam(name, type_=Text), ARRAY(column.type)))


def listed(tx: Connection, values: Collection[int] | Collection[str]) -> str:
    """Values as such a parameter takes them."""
    return orjson.dumps(list(values)).decode() if tx.dialect.name == "sqlite" else array_of(values)


def array_of(values: Iterable[Value]) -> str:
    """Values as PostgreSQL reads an array of them: made here in a fraction of the time that its driver takes."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: Value) -> str:
    match value:
        case str():
            escaped = value.replace("\\", r"\\").replace('"', r"\"")
            return f'"{escaped}"'
        case bytes():
            return rf'"\\x{value.hex()}"'
        case None:
            return "NULL"
    return str(value)


def _plain(row: dict[str, Any], name: str, written: Collection[str]) -> Value:
    value: Value = row[name]
    return dumps(value) if name in written and value is not None else value


def _all_at_once(tx: Connection, statement: str, rows: Iterable[tuple[Value, ...]]) -> None:
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(statement, list(rows))
    else:
        tx.exec_driver_sql(statement, tuple(map(array_of, zip(*rows, strict=True))))


@lru_cache(64)
def _inserting(dialect: str, table: Table, names: tuple[str, ...]) -> str:
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    if dialect == "sqlite":
        return f"{into} VALUES ({', '.join('?' * len(names))})"
    return f"{into} SELECT * FROM unnest({_arrays(table, names)})"  # noqa: S608 - no input in it


@lru_cache(64)
def _updating(dialect: str, table: Table, key: str, names: tuple[str, ...]) -> str:
    if dialect == "sqlite":
        return f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in names)} WHERE {key} = ?"  # noqa: S608
    every = (*names, key)
    return (
        f"UPDATE {table.name} SET {', '.join(f'{name} = new.{name}' for name in names)} FROM"  # noqa: S608
        f" unnest({_arrays(table, every)}) AS new({', '.join(every)}) WHERE {table.name}.{key} = new.{key}"
    )


def _arrays(table: Table, names: Iterable[str]) -> str:
    return ", ".join(f"%s::{_type_of(table.columns[name])}[]" for name in names)


def _type_of(column: Column[Any]) -> str:
    return next((name for kind, name in _NAMES if isinstance(column.type, kind)), "text")
