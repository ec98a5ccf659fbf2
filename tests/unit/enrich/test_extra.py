"""A user's own enrichers: where they come from, what becomes of their results, and what of their failures."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import workers.own_enrichers as own
from pipeline.documents import Article, Enrichment
from pipeline.enrich.extra import LARGEST, with_extras
from pipeline.errors import ConfigurationError
from workers.own_enrichers import load_enrichers

ARTICLE = Article(id="1", url=None, requested_url=None, canonical_url=None, body="“No,” said Ann Hale.", headline="No")


def leave(_: Article, __: Enrichment) -> object:
    sys.exit("bye")


@pytest.fixture
def _imports_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("value", "kept"), [(3, 3), (None, None), (("a", "b"), ["a", "b"]), ({"a": [1.5, True]}, {"a": [1.5, True]})]
)
def test_a_result_is_kept_as_json(value: object, kept: object) -> None:
    found = with_extras(Enrichment(language="en"), ARTICLE, {"mine": lambda article, enrichment: value})
    assert (found.extra, found.enrichers, found.language) == ({"mine": kept}, {"extra.mine": "ok"}, "en")


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda a, e: 1 / 0, "failed: ZeroDivisionError: division by zero"),
        (lambda a, e: {1, 2}, "failed: TypeError"),
        (lambda a, e: {1: 2}, "failed: TypeError"),
        (lambda a, e: "a\0b", "failed: ValueError: the result has a NUL"),
        (lambda a, e: "\ud800", "failed: TypeError"),
        (lambda a, e: "x" * LARGEST, "failed: ValueError: the result has 100002 bytes"),
        (lambda a: None, "failed: TypeError"),
        (leave, "failed: SystemExit: bye"),
    ],
)
def test_a_failure_costs_only_its_own_value(function: Any, says: str) -> None:
    found = with_extras(Enrichment(), ARTICLE, {"bad": function, "good": lambda a, e: a.headline})
    assert found.extra == {"good": "No"}
    assert found.enrichers["extra.bad"].startswith(says) and found.enrichers["extra.good"] == "ok"
    assert len(found.enrichers["extra.bad"]) <= 200 and "\n" not in found.enrichers["extra.bad"]


def test_it_sees_what_was_found_before() -> None:
    found = with_extras(Enrichment(outlets=("The Lantern",)), ARTICLE, {"mine": lambda a, e: [*e.outlets, a.body[:4]]})
    assert found.extra == {"mine": ["The Lantern", "“No,"]}


@pytest.mark.usefixtures("_imports_are_forgotten")
@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["mine"], "'mine': module:function is wanted"),
        (["nosuchmodule:f"], "nosuchmodule:f cannot be imported: ModuleNotFoundError"),
        (["kept_here:nosuch"], "kept_here:nosuch cannot be imported: AttributeError"),
        (["kept_here:number"], "kept_here:number is no function"),
        (["broken:f"], "broken:f cannot be imported: RuntimeError: one two"),
        (["leaving:f"], "leaving:f cannot be imported: SystemExit"),
        (["kept_here:f", "again:f"], "again:f: there is another one named 'f'"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_line(tmp_path: Path, names: list[str], says: str) -> None:
    for module in ("kept_here", "again"):
        (tmp_path / f"{module}.py").write_text("number = 3\ndef f(article, enrichment): return number\n")
    (tmp_path / "broken.py").write_text("raise RuntimeError('one\\ntwo')\n")
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit(1)\n")
    with pytest.raises(ConfigurationError, match=re.escape(says)) as caught:
        load_enrichers(names, tmp_path)
    assert "\n" not in str(caught.value)


def test_packages_bring_enrichers_as_entry_points(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    points = [EntryPoint("size", "builtins:len", own.GROUP), EntryPoint("all", "builtins:all", own.GROUP)]
    monkeypatch.setattr(own, "entry_points", lambda group: points if group == own.GROUP else [])
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert load_enrichers([], tmp_path) == {"size": len, "all": all}
    points.append(EntryPoint("lost", "nosuchmodule:f", own.GROUP))
    with pytest.raises(ConfigurationError, match="nosuchmodule:f"):
        load_enrichers([], tmp_path)
