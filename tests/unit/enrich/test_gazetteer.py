"""The gazetteer: what it holds, and how its file comes to be."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.enrich.places.gazetteer import Gazetteer, compiled, gazetteer, is_compiled
from pipeline.enrich.places.names import key

module = sys.modules["pipeline.enrich.places.gazetteer"]


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("france", "country", "FR"),
        ("FRANCE", "country", "FR"),
        ("U.S.", "country", "US"),
        ("the Netherlands", "country", "NL"),
        ("Calif.", "state", "US"),
        ("Tokyo", "capital", "JP"),
        ("Zürich", "city", "CH"),
        ("Zurich", "city", "CH"),
        ("St. Louis", "city", "US"),
        ("Cochise County", "county", "US"),
        ("Gaza Strip", "region", "PS"),
        ("North Sea", "water", None),
        ("Africa", "continent", None),
    ],
)
def test_the_first_place_of_a_name(name: str, kind: str, country: str | None) -> None:
    first = gazetteer().lookup(name)[0]
    assert (first.kind, first.country) == (kind, country)


def test_names_without_a_place() -> None:
    assert gazetteer().lookup("Qqxyzzy") == gazetteer().lookup("") == gazetteer().lookup("' OR 1=1 --") == ()


def test_every_place_lies_on_the_earth() -> None:
    with sqlite3.connect(compiled()) as connection:
        wrong = connection.execute("SELECT * FROM places WHERE abs(latitude) > 90 OR abs(longitude) > 180").fetchall()
        (number,) = connection.execute("SELECT count(*) FROM places").fetchone()
    assert wrong == []
    assert number > 200_000


def test_its_size() -> None:
    assert compiled().stat().st_size < 100_000_000


def test_it_is_compiled_once_and_elsewhere_where_the_cache_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[Path] = []

    def make(path: Path) -> Path:
        if path.parent == tmp_path / "locked":
            raise PermissionError("read-only")
        made.append(path)
        path.write_bytes(b"")
        return path

    monkeypatch.setattr(module, "_compile", make)
    monkeypatch.setattr(module, "_folders", lambda: (tmp_path / "locked", tmp_path / "open"))
    assert is_compiled() is None
    assert compiled() == compiled() == is_compiled()
    assert [path.parent for path in made] == [tmp_path / "open"]


def test_a_failed_compilation_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module.sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="could not be compiled"):
        module._compile(tmp_path / "gazetteer.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_child_process_has_a_connection_of_its_own() -> None:
    parent = gazetteer()
    child = os.fork()
    if child == 0:
        os._exit(0 if gazetteer() is not parent and gazetteer().lookup("Oslo") else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_compiler_is_a_command(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "pipeline.enrich.places.compile"], capture_output=True, check=False, cwd=tmp_path
    )
    assert asked.returncode != 0


def test_a_gazetteer_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        Gazetteer(tmp_path / "none.sqlite").lookup("Oslo")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Louis", "Saint Louis"),
        ("Zürich", "zurich"),
        ("U.S.", "US"),
        ("Baden-Baden", "Baden Baden"),
        ("Ft. Worth", "Fort Worth"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert key(one) == key(other)
