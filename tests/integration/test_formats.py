"""Every format of ``export`` against the articles as they are published, on both databases."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from pipeline.documents import Article, Author, Block, EnrichedArticle, Enrichment, Image, StoredArticle, Topic
from pipeline.store.articles import PAGE, ArticleStore
from pipeline.store.database import Database
from pipeline.store.exports.columns import FLAT, arrow_type
from pipeline.store.exports.csv import COLUMNS, write_csv
from pipeline.store.exports.jsonl import write_jsonl
from pipeline.store.exports.ninjs import ninjs, write_ninjs
from pipeline.store.exports.parquet import GROUP_ROWS, write_parquet
from pipeline.store.publishing import publish
from pipeline.store.schema import versions
from pipeline.store.selection import Selection
from tests.article_mill import fill
from tests.commands import Copydesk
from tests.ninjs_rules import faults
from tests.pages import make_pages

NUMBER = PAGE + 50
BARE = Article(id="bare", url=None, requested_url=None, canonical_url=None)
ODD = Article(
    id="odd", url="https://n.example/ü?q=a b|c", requested_url=None, canonical_url=None,
    headline="Zürich \u2028 東京 \U0001f600", body="<b>&amp;</b>\n\nquoted \"x\" \\ \t",
    authors=(Author(name="Ana, B"),), date_published="2026-05-01T10:00+02:00",
    carry={"a.b": [None, {"": 1.0}], "n": 2**53},
    blocks=(
        Block(type="heading", text="A < B", level=3), Block(type="list", text="one\ntwo"),
        Block(type="quote", text="q"),
        Block(type="table", text="a\tb\nc\td"), Block(type="embed", text="", url="https://v.example/?a=1&b=2"),
        Block(type="image", text="A boat", url="https://n.example/ü.jpg"), Block(type="lead", text="Lead"),
    ),
    main_image=Image(url="https://n.example/ü.jpg", caption="A boat"),
)  # fmt: skip


@pytest.fixture
def store(database: Database) -> ArticleStore:
    """Articles with every field filled, two that are nearly empty or odd, and one of an older schema."""
    fill(database, NUMBER)
    with database.write() as tx:
        publish(tx, EnrichedArticle(article=BARE, enrichment=Enrichment()))
        publish(
            tx,
            EnrichedArticle(article=ODD, enrichment=Enrichment(topics=(Topic(code="medtop:1", label="x", score=1),))),
        )
        old: dict[str, Any] = tx.execute(select(versions.c.document).where(versions.c.article_id == "a7")).scalar_one()
        del old["enrichment"]["outlets"], old["article"]["tags"]
        tx.execute(update(versions).where(versions.c.article_id == "a7").values(document=old))
    return ArticleStore(database)


def published(store: ArticleStore, selection: Selection = Selection()) -> list[dict[str, Any]]:  # noqa: B008 - frozen
    return [stored.published() for stored in store.select(selection)]


def test_jsonl_is_what_is_published(store: ArticleStore) -> None:
    out = io.BytesIO()
    assert write_jsonl(store.pages(Selection()), out) == NUMBER + 2
    found = [orjson.loads(line) for line in out.getvalue().splitlines()]
    assert found == published(store)
    assert list(found[0]) == list(StoredArticle.model_validate(next(iter(store))).published())


def plain(value: Any, kind: pa.DataType) -> Any:
    """A value of a column as JSON has it."""
    if pa.types.is_map(kind):
        return {key: plain(inner, kind.item_type) for key, inner in value}
    if pa.types.is_list(kind):
        return [plain(each, kind.value_type) for each in value]
    if pa.types.is_struct(kind) and value is not None:
        return {field.name: plain(value[field.name], field.type) for field in kind}
    return value


def test_parquet_has_every_value_of_every_field(store: ArticleStore) -> None:
    out = io.BytesIO()
    assert write_parquet(store.pages(Selection()), out) == NUMBER + 2
    file = pq.ParquetFile(pa.BufferReader(out.getvalue()))
    assert file.schema_arrow.names == list(FLAT)
    found = [
        {name: plain(value, file.schema_arrow.field(name).type) for name, value in row.items()}
        for row in file.read().to_pylist()
    ]
    for row in found:
        for name in ("carry", "extra"):
            row[name] = orjson.loads(row[name])
    assert found == published(store)
    assert file.metadata.metadata[b"copydesk.last_seq"] == str(NUMBER + 2).encode()


def test_parquet_is_read_in_bounded_groups(store: ArticleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr("pipeline.store.exports.parquet.GROUP_ROWS", PAGE)
    write_parquet(store.pages(Selection()), out)
    about = pq.ParquetFile(pa.BufferReader(out.getvalue())).metadata
    assert [about.row_group(number).num_rows for number in range(about.num_row_groups)] == [PAGE, NUMBER + 2 - PAGE]
    assert GROUP_ROWS > PAGE


@pytest.mark.parametrize("selection", [Selection(seq=NUMBER - 3), Selection(site="one.example"), Selection(seq=10**6)])
def test_parquet_of_a_choice(store: ArticleStore, selection: Selection) -> None:
    out = io.BytesIO()
    number = write_parquet(store.pages(selection), out)
    table = pq.read_table(pa.BufferReader(out.getvalue()))
    assert table["id"].to_pylist() == [each["id"] for each in published(store, selection)]
    assert len(table) == number
    about = pq.read_metadata(pa.BufferReader(out.getvalue())).metadata
    assert (b"copydesk.last_seq" in about) == (number > 0)


@pytest.mark.parametrize("annotation", [bytes, int | str, list[int], object])
def test_a_field_of_a_new_kind_is_noticed(annotation: Any) -> None:
    with pytest.raises(TypeError, match="no column type"):
        arrow_type(annotation)


def test_ninjs_keeps_the_rules(store: ArticleStore) -> None:
    out = io.BytesIO()
    assert write_ninjs(store.pages(Selection()), out) == NUMBER + 2
    items = [orjson.loads(line) for line in out.getvalue().splitlines()]
    assert [found for item in items for found in faults(item)] == []
    assert all(item["standard"]["version"] == "3.0" and item["type"] == "text" for item in items)
    last = items[-1]
    assert last["uri"] == "https://n.example/%C3%BC?q=a%20b%7Cc"
    assert last["contentCreated"] == "2026-05-01T10:00:00+02:00"
    assert last["bodies"][0] == {
        "role": "main", "contentType": "text/plain", "charCount": len(ODD.body), "wordCount": 4, "value": ODD.body,
    }  # fmt: skip
    assert last["bodies"][1]["value"].splitlines() == [
        "<h3>A &lt; B</h3>", "<ul><li>one</li><li>two</li></ul>", "<blockquote>q</blockquote>",
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        '<p><a href="https://v.example/?a=1&amp;b=2">https://v.example/?a=1&amp;b=2</a></p>',
        '<figure><img src="https://n.example/ü.jpg" alt=""><figcaption>A boat</figcaption></figure>', "<p>Lead</p>",
    ]  # fmt: skip
    assert last["subjects"][0]["uri"] == "http://cv.iptc.org/newscodes/mediatopic/1"
    assert items[0]["places"][0]["geojson"]["coordinates"] == [4.85, 45.75]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"uri": "no uri"}, "$.uri"), ({"type": "article"}, "$.type"),
        ({"versionCreated": "2026-05-01"}, "$.versionCreated"),
        ({"nonsense": 1}, "$"), ({"headlines": [{"role": "main"}]}, "$.headlines[0]"), ({"by": None}, "$.by"),
        ({"subjects": [{"confidence": 101}]}, "$.subjects[0].confidence"), ({"version": 1}, "$.version"),
        ({"associations": [{"name": "a"}]}, "$.associations[0]"), ({"contentCreated": "soon"}, "$.contentCreated"),
    ],
)  # fmt: skip
def test_the_rules_find_what_is_wrong(change: dict[str, Any], fault: str) -> None:
    stored = StoredArticle(
        article=ODD, enrichment=Enrichment(), seq=1, version=1, stored_at="2026-05-01T10:00:00.000+00:00"
    )
    right = ninjs(stored.published())
    assert faults(right) == []
    assert [each.split(": ")[0] for each in faults(right | change)] == [fault]


def test_csv_reads_the_same_values(store: ArticleStore) -> None:
    out = io.BytesIO()
    assert write_csv(store.pages(Selection(seq=NUMBER)), out) == 2
    bare, odd = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8"), newline=""))
    assert {name for name, value in bare.items() if value} <= {
        "id",
        "seq",
        "version",
        "stored_at",
        "quotes",
        "cluster_id",
    }
    assert (odd["headline"], odd["authors"], odd["topics"], odd["tone"]) == (ODD.headline, "Ana, B", "x", "")
    assert list(odd) == list(COLUMNS)


@pytest.fixture
def desk(copydesk: Copydesk) -> Copydesk:
    make_pages(copydesk.folder / "pages", 3)
    assert copydesk("run", "pages").returncode == 0
    return copydesk


def test_the_command_writes_each_format(desk: Copydesk) -> None:
    done = desk("export", "--format", "parquet", "-o", "a.parquet", "--since", "1")
    assert (done.returncode, done.stderr) == (0, "2 articles\n")
    rows = pq.read_table(desk.folder / "a.parquet").to_pylist()
    assert [row["seq"] for row in rows] == [2, 3]
    items = [orjson.loads(line) for line in desk("export", "--format", "ninjs").stdout.splitlines()]
    assert len(items) == 3
    assert [found for item in items for found in faults(item)] == []


def test_the_pages_of_chosen_articles_as_warc(desk: Copydesk) -> None:
    chosen = desk.articles()[1]
    for words, number in ((("--site", chosen["domain"]), 1), (("--since", "1"), 2), (("--language", "fi"), 0), ((), 3)):
        done = desk("export", "--format", "warc", "-o", "pages.warc", *words)
        assert (done.returncode, done.stderr) == (0, f"{number} pages\n")
        assert (desk.folder / "pages.warc").read_bytes().count(b"WARC-Type: resource") == number


def test_without_pyarrow_it_says_what_to_install(desk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "pyarrow.py").write_text("raise ModuleNotFoundError('no pyarrow', name='pyarrow')")
    desk.environment["PYTHONPATH"] = ":".join([str(tmp_path / "bare"), *filter(None, sys.path[:1])])
    done = desk("export", "--format", "parquet", "-o", "a.parquet")
    assert (done.returncode, done.stdout) == (3, "")
    assert "pip install 'copydesk[parquet]'" in done.stderr
    assert not (desk.folder / "a.parquet").exists()
