"""Views that show what was found in the articles as plain columns, for those who read the store with SQL.

They look into the JSON of the current versions, so that nothing is stored twice and nothing can be out of date. A view
is described once, in ``VIEWS``; its SQL on each database, its comments and the schema page are made from that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

Kind = Literal["text", "integer", "number", "boolean", "count"]
_CASTS: dict[str, str] = {"integer": "bigint", "number": "double precision", "boolean": "boolean"}


@dataclass(frozen=True)
class ViewColumn:
    """A column out of a JSON object; ``count``: the number of elements in a list."""

    name: str
    kind: Kind
    comment: str
    field: str = ""
    """Its name in the JSON, where it is another; ``^`` before it: in the outer of two lists; dots: inside of it."""


@dataclass(frozen=True)
class View:
    """One row for each element of a list in the document, or of a list in each element of a list."""

    name: str
    comment: str
    path: str
    """Where the list is, below the document; of a list in a list, both, parted by ``/``. Of an object, one row."""
    columns: tuple[ViewColumn, ...]
    is_list: bool = True

    @property
    def keys(self) -> tuple[ViewColumn, ...]:
        """The columns that all rows of a list begin with: whose it is, and which."""
        number = ViewColumn("number", "integer", "its place in the list, from 0")
        outer = ViewColumn("entity_number", "integer", "entities.number of the same article")
        article = ViewColumn("article_id", "text", "articles.id")
        return (article, *((outer,) if "/" in self.path else ()), *((number,) if self.is_list else ()))

    @property
    def all_columns(self) -> tuple[ViewColumn, ...]:
        """In their order."""
        return (*self.keys, *self.columns)


def _column(name: str, kind: Kind, comment: str, field: str = "") -> ViewColumn:
    return ViewColumn(name, kind, comment, field)


_START = _column("start_char", "integer", "where it begins in texts.body, counted in characters from 0", "start")
_END = _column("end_char", "integer", "where it ends there: the first character after it", "end")

VIEWS: tuple[View, ...] = (
    View(
        "texts",
        "the words of each article, and what of its facts is not in articles",
        "article",
        (
            _column("headline", "text", "as in articles"),
            _column("description", "text", "the standfirst, else the page's own summary"),
            _column("body", "text", "paragraphs parted by one blank line"),
            _column("section", "text", "of the site, as the page names it"),
            _column("dateline", "text", "the place that the report was filed from"),
            _column("date_modified", "text", "as the page says, ISO 8601"),
            _column("date_fetched", "text", "when the page was read, ISO 8601 in UTC"),
            _column("url", "text", "the address that answered, after redirects"),
            _column("image_url", "text", "of the main picture", "main_image.url"),
        ),
        is_list=False,
    ),
    View(
        "authors",
        "who wrote each article",
        "article.authors",
        (_column("name", "text", "of the person, agency or newsroom"), _column("url", "text", "the author's own page")),
    ),
    View(
        "entities",
        "persons, organisations, places and more that each article names: one row for one of them",
        "enrichment.entities",
        (
            _column("name", "text", "the fullest name that the article has"),
            _column("type", "text", "person, organization, place, nationality, event, product or other"),
            _column("salience", "number", "how much of the article is about it, from 0 to 1"),
            _column("mentions", "count", "how many times it is named"),
        ),
    ),
    View(
        "mentions",
        "each place in a body where an entity is named",
        "enrichment.entities/mentions",
        (
            _column("name", "text", "entities.name", "^name"),
            _column("type", "text", "entities.type", "^type"),
            _column("text", "text", "as it is printed there"),
            _START,
            _END,
        ),
    ),
    View(
        "quotes",
        "what somebody said, and who",
        "enrichment.quotes",
        (
            _column("text", "text", "what was said, without quotation marks"),
            _column("speaker", "text", "who said it, where that is known"),
            _column("verb", "text", "how it was said: says, denied, …"),
            _column("kind", "text", "direct, mixed or indirect"),
            _column("outlet", "text", "the medium that it was said to"),
            _column("anonymous", "boolean", "whether the speaker is kept unnamed"),
            _START,
            _END,
        ),
    ),
    View(
        "places",
        "places on the map that each article names",
        "enrichment.places",
        (
            _column("name", "text", "of the place"),
            _column("country", "text", "ISO 3166-1 alpha-2"),
            _column("latitude", "number", "degrees, north above 0"),
            _column("longitude", "number", "degrees, east above 0"),
            _column("role", "text", "setting, dateline or metonym (a capital that stands for its government)"),
            _column("mentions", "count", "how many times it is named"),
        ),
    ),
    View(
        "topics",
        "what each article is about, in IPTC Media Topics",
        "enrichment.topics",
        (
            _column("code", "text", "medtop: and eight digits"),
            _column("label", "text", "of the topic, in English"),
            _column("score", "number", "how sure that is, from 0 to 1"),
        ),
    ),
)


def make_views(tx: Connection) -> None:
    """All views anew, as they are described here."""
    drop_views(tx)
    for view in VIEWS:
        tx.exec_driver_sql(sql_of(view, tx.dialect.name))


def drop_views(tx: Connection) -> None:
    """What lies below them can be changed only without them."""
    for view in VIEWS:
        tx.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


def sql_of(view: View, dialect: str) -> str:
    """The statement that makes the view. Its comments are how SQLite shows them; PostgreSQL has ``COMMENT ON``."""
    make: _Sqlite | _Postgresql = _Sqlite() if dialect == "sqlite" else _Postgresql()
    described = view.all_columns
    told = [f"{value} AS {column.name}" for value, column in zip(make.values(view), described, strict=True)]
    lines = [
        f"  {line}{',' if column is not described[-1] else ''} -- {column.comment}"
        for line, column in zip(told, described, strict=True)
    ]
    current = "JOIN versions AS v ON v.article_id = a.id AND v.version = a.version"
    head = f"CREATE VIEW {view.name} AS -- {view.comment}\nSELECT\n"
    return head + "\n".join(lines) + f"\nFROM articles AS a {current}{make.lists(view)}"


def sql_type(kind: Kind, dialect: str) -> str:
    """What the column's values are."""
    if dialect == "sqlite":
        return {"text": "TEXT", "number": "REAL"}.get(kind, "INTEGER")
    return {"text": "TEXT", "number": "DOUBLE PRECISION", "boolean": "BOOLEAN"}.get(kind, "BIGINT")


class _Sqlite:
    """The parts of a view on SQLite."""

    def values(self, view: View) -> Iterator[str]:
        depth = view.path.count("/")
        yield "a.id"
        if depth:
            yield "item0.key"
        if view.is_list:
            yield f"item{depth}.key"
        for column in view.columns:
            of = f"item{0 if column.field.startswith('^') else depth}.value" if view.is_list else "v.document"
            path = (column.field or column.name).lstrip("^")
            path = path if view.is_list else f"{view.path}.{path}"
            call = "json_array_length" if column.kind == "count" else "json_extract"
            yield f"{call}({of}, '$.{path}')"

    def lists(self, view: View) -> str:
        outer, _, inner = view.path.partition("/")
        if not view.is_list:
            return ""
        first = f"\nCROSS JOIN json_each(v.document, '$.{outer}') AS item0"
        return first + (f"\nCROSS JOIN json_each(item0.value, '$.{inner}') AS item1" if inner else "")


class _Postgresql:
    """The parts of a view on PostgreSQL."""

    def values(self, view: View) -> Iterator[str]:
        depth = view.path.count("/")
        yield "a.id"
        if depth:
            yield "item0.number - 1"
        if view.is_list:
            yield f"item{depth}.number - 1"
        for column in view.columns:
            of = f"item{0 if column.field.startswith('^') else depth}.value" if view.is_list else "v.document"
            path = (column.field or column.name).lstrip("^")
            path = path if view.is_list else f"{view.path}.{path}"
            yield self._value(of, path.split("."), column.kind)

    def _value(self, of: str, path: list[str], kind: Kind) -> str:
        if kind == "count":
            return f"CAST(jsonb_array_length({of} -> '{path[-1]}') AS bigint)"
        plain = f"{of} #>> '{{{','.join(path)}}}'"
        return f"CAST({plain} AS {_CASTS[kind]})" if kind in _CASTS else f"({plain})"

    def lists(self, view: View) -> str:
        outer, _, inner = view.path.partition("/")
        if not view.is_list:
            return ""
        each = "\nCROSS JOIN LATERAL jsonb_array_elements({}) WITH ORDINALITY AS {}(value, number)"
        first = each.format(f"v.document #> '{{{outer.replace('.', ',')}}}'", "item0")
        return first + (each.format(f"item0.value -> '{inner}'", "item1") if inner else "")
