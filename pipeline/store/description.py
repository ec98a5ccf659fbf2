"""The store described from its models: as comments inside of PostgreSQL, and as a page in Markdown."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Connection, Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import SetColumnComment, SetTableComment

from pipeline.store.schema import metadata
from pipeline.store.views import VIEWS, ViewColumn, make_views, sql_type

_OPENING = """\
# The store

Tables and views of a Copydesk store, the same on SQLite and PostgreSQL. To read articles begin with `articles` and join
the views on `article_id`; they show the current versions. To follow changes read `feed` from the last `seq` you have
seen on. Full-text search has an index of its own, which is for `copydesk search`. Open a store for reading only.
"""
_DIALECTS: tuple[type[Dialect], ...] = (sqlite.dialect, postgresql.dialect)


def describe(tx: Connection) -> None:
    """The views, and what PostgreSQL shows of tables and columns, as the models have them; after each migration."""
    make_views(tx)
    if tx.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        tx.execute(SetTableComment(table))
        for column in table.columns:
            tx.execute(SetColumnComment(column))
    for view in VIEWS:
        tx.exec_driver_sql(f"COMMENT ON VIEW {view.name} IS {_quoted(view.comment)}")
        for one in view.all_columns:
            tx.exec_driver_sql(f"COMMENT ON COLUMN {view.name}.{one.name} IS {_quoted(one.comment)}")


def described() -> list[dict[str, Any]]:
    """All views and tables; the views, which are read most, first. Columns: name, type on each database, comment."""
    views = [_told(view.name, "view", view.comment, map(_of_view_column, view.all_columns)) for view in VIEWS]
    tables = metadata.tables.values()
    return views + [_told(each.name, "table", each.comment, map(_of_column, each.columns)) for each in tables]


def markdown() -> str:
    """The same as a page."""
    parts = {"view": ["## Views\n"], "table": ["## Tables\n"]}
    for each in described():
        parts[each["kind"]].append(_section(each))
    return "\n".join([_OPENING, *parts["view"], *parts["table"]])


def _told(name: str, kind: str, comment: str | None, columns: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    keys = ("name", "sqlite", "postgresql", "comment")
    told = [dict(zip(keys, column, strict=True)) for column in columns]
    return {"name": name, "kind": kind, "comment": comment or "", "columns": told}


def _of_view_column(column: ViewColumn) -> tuple[str, ...]:
    return (column.name, *(sql_type(column.kind, dialect.name) for dialect in _DIALECTS), column.comment)


def _of_column(column: "Column[object]") -> tuple[str, ...]:
    types = (column.type.compile(dialect()) for dialect in _DIALECTS)
    keys = [f"{key.column.table.name}.{key.column.name}" for key in column.foreign_keys]
    remarks = (
        ["key"] * column.primary_key + ["may be null"] * bool(column.nullable) + [f"refers to {key}" for key in keys]
    )
    told = f"{column.comment} ({', '.join(remarks)})" if remarks else str(column.comment)
    return (column.name, *types, told)


def _section(each: dict[str, Any]) -> str:
    head = ["| column | SQLite | PostgreSQL | what it is |", "|---|---|---|---|"]
    rows = (column.values() for column in each["columns"])
    lines = (" | ".join(("", f"`{name}`", *told, "")).strip() for name, *told in rows)
    return "\n".join([f"### `{each['name']}`: {each['comment']}\n", *head, *lines, ""])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
