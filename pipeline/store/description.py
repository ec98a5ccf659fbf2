"""The store described from its models: as comments inside of PostgreSQL, and as a page in Markdown."""

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import SetColumnComment, SetTableComment

from pipeline.store.schema import metadata
from pipeline.store.views import VIEWS, View, make_views, sql_type

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


def markdown() -> str:
    """All tables and views with their columns, types and comments; the views, which are read most, first."""
    parts = [_OPENING, "## Views\n", *(_of_view(view) for view in VIEWS), "## Tables\n"]
    return "\n".join([*parts, *(_of_table(table) for table in metadata.tables.values())])


def _of_view(view: View) -> str:
    rows = (
        (one.name, *(sql_type(one.kind, dialect.name) for dialect in _DIALECTS), one.comment)
        for one in view.all_columns
    )
    return _section(view.name, view.comment, rows)


def _of_table(table: Table) -> str:
    rows = ((column.name, *_types(column), _remarks(column)) for column in table.columns)
    return _section(table.name, table.comment or "", rows)


def _types(column: "Column[object]") -> Iterator[str]:
    return (column.type.compile(dialect()) for dialect in _DIALECTS)


def _remarks(column: "Column[object]") -> str:
    keys = [f"{key.column.table.name}.{key.column.name}" for key in column.foreign_keys]
    remarks = (
        ["key"] * column.primary_key + ["may be null"] * bool(column.nullable) + [f"refers to {key}" for key in keys]
    )
    return f"{column.comment} ({', '.join(remarks)})" if remarks else str(column.comment)


def _section(name: str, comment: str, rows: Iterator[tuple[str, ...]]) -> str:
    head = ["| column | SQLite | PostgreSQL | what it is |", "|---|---|---|---|"]
    lines = (" | ".join(("", f"`{column}`", *types, told, "")).strip() for column, *types, told in rows)
    return "\n".join([f"### `{name}`: {comment}\n", *head, *lines, ""])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
