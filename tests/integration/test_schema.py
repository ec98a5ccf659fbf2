"""The store as a data person sees it: views over what was found, and a page that describes it all."""

import json

import pytest
from sqlalchemy import Connection, inspect, text

from pipeline.documents import (
    Article,
    Author,
    EnrichedArticle,
    Enrichment,
    Entity,
    Mention,
    Place,
    Quote,
    StoredArticle,
    Topic,
)
from pipeline.store.database import Database
from pipeline.store.description import markdown
from pipeline.store.publishing import publish
from pipeline.store.schema import metadata
from pipeline.store.views import VIEWS, sql_type
from tests.commands import Copydesk

BODY = "“It's 100 % over,” said Ana Díaz in Lyon.\n\nThe sea rose."


def article(body: str = BODY) -> EnrichedArticle:
    one = Article(
        id="a", url="https://n.example/a?b", requested_url=None, canonical_url="https://n.example/a", body=body,
        authors=(Author(name="Bo Li"), Author(name="O'Neil", url="https://n.example/o")), section="World",
    )  # fmt: skip
    ana, lyon = Mention(start=24, end=32, text="Ana Díaz"), Mention(start=36, end=40, text="Lyon")
    found = Enrichment(
        entities=(
            Entity(name="Ana Díaz", type="person", mentions=(ana,), salience=0.75),
            Entity(name="Lyon", type="place", mentions=(lyon, lyon), salience=0.25),
        ),
        quotes=(Quote(text="It's 100 % over", start=1, end=16, speaker="Ana Díaz", kind="direct", anonymous=False),),
        places=(Place(name="Lyon", country="FR", latitude=45.75, longitude=4.85, role="setting", mentions=(lyon,)),),
        topics=(Topic(code="medtop:03000000", label="disaster", score=0.5),),
    )
    return EnrichedArticle(article=one, enrichment=found)


ROWS = {
    "texts": [("a", None, None, BODY, "World", None, None, None, "https://n.example/a?b", None)],
    "authors": [("a", 0, "Bo Li", None), ("a", 1, "O'Neil", "https://n.example/o")],
    "entities": [("a", 0, "Ana Díaz", "person", 0.75, 1), ("a", 1, "Lyon", "place", 0.25, 2)],
    "mentions": [
        ("a", 0, 0, "Ana Díaz", "person", "Ana Díaz", 24, 32),
        ("a", 1, 0, "Lyon", "place", "Lyon", 36, 40),
        ("a", 1, 1, "Lyon", "place", "Lyon", 36, 40),
    ],
    "quotes": [("a", 0, "It's 100 % over", "Ana Díaz", None, "direct", None, False, 1, 16)],
    "places": [("a", 0, "Lyon", "FR", 45.75, 4.85, "setting", 1)],
    "topics": [("a", 0, "medtop:03000000", "disaster", 0.5)],
}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_shows_the_current_version_in_plain_columns(database: Database, view: object) -> None:
    name = view.name  # type: ignore[attr-defined]
    with database.write() as tx:
        publish(tx, article("An old text."))
        assert isinstance(publish(tx, article()), StoredArticle)
    with database.read() as tx:
        found = tx.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2, 3"))
        assert list(found.keys()) == [column.name for column in view.all_columns]  # type: ignore[attr-defined]
        assert [tuple(row) for row in found] == ROWS[name]


def _comments(tx: Connection) -> dict[tuple[str, str], str | None]:
    query = (
        "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_attribute a ON"
        " a.attrelid = c.oid WHERE c.relkind IN ('r', 'v') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0"
    )
    return {(table, column): told for table, column, told in tx.exec_driver_sql(query)}


def test_postgresql_shows_the_comments(postgres_url: str) -> None:
    database = Database(postgres_url).migrate()
    with database.read() as tx:
        told = _comments(tx)
        types = {view.name: {c["name"]: str(c["type"]) for c in inspect(tx).get_columns(view.name)} for view in VIEWS}
    database.close()
    ours = {(table.name, column.name): column.comment for table in metadata.tables.values() for column in table.columns}
    ours |= {(view.name, column.name): column.comment for view in VIEWS for column in view.all_columns}
    assert {key: told[key] for key in ours} == ours
    for view in VIEWS:
        declared = {column.name: sql_type(column.kind, "postgresql") for column in view.all_columns}
        # An article's id is VARCHAR, as its table has it.
        assert types[view.name] | {"article_id": "TEXT"} == declared


def test_sqlite_keeps_the_comments_in_the_views(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/c.db").migrate()
    with database.read() as tx:
        made = dict(tx.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").all())
    database.close()
    for view in VIEWS:
        assert all(f"-- {column.comment}" in made[view.name] for column in view.all_columns)


def test_every_table_and_column_says_what_it_is() -> None:
    for table in metadata.tables.values():
        assert table.comment, table.name
        assert [column.name for column in table.columns if not column.comment] == [], table.name
    assert [(v.name, c.name) for v in VIEWS for c in v.all_columns if not (v.comment and c.comment)] == []


def test_the_page_has_them_all(copydesk: Copydesk) -> None:
    done = copydesk("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == markdown()
    assert not copydesk.home.exists(), "it needs no store"
    for table in metadata.tables.values():
        assert f"### `{table.name}`" in done.stdout
        assert all(f"| `{column.name}` | " in done.stdout for column in table.columns)
    for view in VIEWS:
        assert f"### `{view.name}`: {view.comment}" in done.stdout
    found = json.loads(copydesk("schema", "--json").stdout)
    told = {each["name"]: [column["name"] for column in each["columns"]] for each in found}
    assert told == {table.name: [column.name for column in table.columns] for table in metadata.tables.values()} | {
        view.name: [column.name for column in view.all_columns] for view in VIEWS
    }
    assert "| `salience` | REAL | DOUBLE PRECISION | how much of the article is about it, from 0 to 1 |" in done.stdout
