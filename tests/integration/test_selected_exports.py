"""Exports of a choice of articles, and CSV that no spreadsheet takes for a program."""

import csv
import io
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.documents import Article, Author, EnrichedArticle, Enrichment, Entity, Mention
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.exports.csv import COLUMNS, harmless, write_csv
from pipeline.store.publishing import publish
from pipeline.store.selection import Selection
from tests.commands import COPYDESK, Copydesk
from tests.pages import make_pages


def put(database: Database, key: str, **fields: Any) -> None:
    url = f"https://{fields.get('domain', 'news.example')}/{key}"
    article = Article(
        id=key, url=url, requested_url=url, canonical_url=url, **({"headline": key, "body": key} | fields)
    )
    found = Entity(name="Ana, “Anita” Diaz", type="person", mentions=(Mention(start=0, end=1, text="A"),), salience=1)
    with database.write() as tx:
        publish(tx, EnrichedArticle(article=article, enrichment=Enrichment(entities=(found,))))


@pytest.fixture
def store(database: Database) -> ArticleStore:
    put(database, "a", domain="one.example", language="en", date_published="2026-05-01T23:30:00+02:00")
    put(database, "b", domain="two.example", language="de", date_published="2026-05-02")
    put(database, "c", domain="one.example", language="de", date_published="2025-12-31T00:00:00Z")
    put(database, "d", domain="two.example")
    return ArticleStore(database)


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), "abcd"),
        (Selection(seq=2), "cd"),
        (Selection(site="www.One.example"), "ac"),
        (Selection(language="de"), "bc"),
        (Selection(since="2026"), "ab"),
        (Selection(since="2026-05-02"), "b"),
        (Selection(until="2026-05-02"), "ac"),
        (Selection(since="2025", until="2026", language="de"), "c"),
        (Selection(site="three.example"), ""),
    ],
)
def test_a_choice_of_articles(store: ArticleStore, selection: Selection, ids: str) -> None:
    assert "".join(stored.article.id for stored in store.select(selection)) == ids


@pytest.mark.parametrize(
    ("text", "is_formula"),
    [
        ("=1+1", True), ("+1", True), ("-2", True), ("@SUM(A1)", True), ("\t=1", True), ("\r=1", True), (" =1", True),
        ('"=1', True), ("'=1", True), ("\u00a0=1", True), ("＝1", True), ("|cmd", True), ("%0A", True),
        ("plain", False), ("a=1", False), ("", False), ("“=1”", False), ("1-2", False),
    ],
)  # fmt: skip
def test_what_could_be_a_formula_is_none(text: str, is_formula: bool) -> None:
    assert harmless(text) == (f"'{text}" if is_formula else text)


def test_numbers_stay_numbers() -> None:
    assert [harmless(value) for value in (-1, -0.5, None)] == [-1, -0.5, None]


def test_csv_comes_back_as_it_was(database: Database) -> None:
    body = 'First, "quoted"; line\n\nsecond\r\nthird \u2028 and \0 and 東京'.replace("\0", "")
    put(database, "a", body=body, headline="=HYPERLINK(1)", authors=(Author(name="A, B"), Author(name="C")))
    put(database, "b", headline=None)
    out = io.BytesIO()
    assert write_csv(ArticleStore(database).pages(Selection()), out) == 2
    first, second = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8"), newline=""))
    assert list(first) == list(COLUMNS)
    assert (first["body"], first["headline"], first["authors"]) == (body, "'=HYPERLINK(1)", "A, B; C")
    assert (first["people"], first["seq"], second["headline"]) == ("Ana, “Anita” Diaz", "1", "")


@pytest.fixture
def desk(copydesk: Copydesk) -> Copydesk:
    make_pages(copydesk.folder / "pages", 3)
    assert copydesk("run", "pages").returncode == 0
    return copydesk


def test_the_command_writes_what_was_chosen(desk: Copydesk) -> None:
    site = desk.articles()[0]["domain"]
    done = desk("export", "--format", "csv", "-o", "out.csv", "--site", site)
    assert (done.returncode, done.stderr) == (0, "1 articles\n")
    rows = list(csv.DictReader((desk.folder / "out.csv").read_text("utf-8").splitlines(keepends=True)))
    assert [row["domain"] for row in rows] == [site]
    assert len(desk("export", "--language", "en").stdout.splitlines()) == 3
    assert desk("export", "--language", "fi").stdout == ""
    assert desk("export", "--format", "docx").returncode == 2


@pytest.mark.sqlite
def test_a_file_is_whole_or_as_it_was(desk: Copydesk) -> None:
    (desk.folder / "kept.csv").write_text("as it was")
    (desk.folder / "folder").mkdir()
    assert desk("export", "-o", "nosuch/out.jsonl").returncode == 4
    store = desk.home / "copydesk.db"
    store.rename(desk.folder / "away")
    store.write_bytes(b"no database " * 1000)
    assert desk("export", "-o", "kept.csv").returncode == 4
    assert (desk.folder / "kept.csv").read_text() == "as it was"
    assert sorted(path.name for path in desk.folder.iterdir() if path.suffix == ".part") == []


def test_a_pipe_is_written_where_it_is(desk: Copydesk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([COPYDESK, "export", "-o", str(pipe)], cwd=desk.folder, env=desk.env()) as writer:
        assert len(pipe.read_bytes().splitlines()) == 3
        assert writer.wait(60) == 0
    assert pipe.is_fifo()


def test_who_stops_reading_gets_no_traceback(desk: Copydesk) -> None:
    command = f"{COPYDESK} export | head -c 10"
    done = subprocess.run(
        command, shell=True, cwd=desk.folder, env=desk.env(), capture_output=True, text=True, check=False
    )  # fmt: skip
    assert "Traceback" not in done.stderr
