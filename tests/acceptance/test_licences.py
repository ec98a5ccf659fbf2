"""Licences: nothing that Copydesk needs may be GPL, AGPL or unknown; LGPL only what optional extras bring."""

import re
import tomllib
from collections.abc import Iterable
from email import message_from_string
from email.message import Message
from importlib.metadata import distribution
from pathlib import Path
from typing import Literal, Protocol

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Kind = Literal["free", "lgpl", "gpl", "unknown"]

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
ALSO_FREE = frozenset({"and", "or", "with", "llvm-exception", "zlib", "cc0-1.0", "0bsd"})
_LGPL = re.compile(r"\bLGPL[\w.+-]*|GNU (?:Lesser|Library) General Public License", re.I)
_GPL = re.compile(r"\bA?GPL|General Public License|Affero", re.I)
_FREE = re.compile(r"\b(?:MIT|[02]?BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla Public|ISC)\b", re.I)
HEAD = 200
"""Characters of a License field that are read: some hold the whole text, whose end may speak of other licences."""

ACCEPTED = {
    "chardet": "LGPL-2.1: readability-lxml, which users asked for, requires it (chardet<6); nothing of ours calls it"
}
"""What breaks the rule, and why it may. The test fails when one of them no longer does, so that it is taken out."""


class Metadata(Protocol):
    """What is read of a distribution's metadata: an e-mail header by its form."""

    def get_all(self, name: str) -> list[str] | None: ...


def kind(metadata: Metadata) -> Kind:
    """How free the stated licence is; of several the strictest, also where one may choose."""
    expression = " ".join(metadata.get_all("License-Expression") or [])
    fields = [" ".join(field.split())[:HEAD] for field in metadata.get_all("License") or []]
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    stated = "\n".join([expression, *fields, *classifiers])
    if _GPL.search(_LGPL.sub("", stated)):
        return "gpl"
    if _LGPL.search(stated):
        return "lgpl"
    names = re.findall(r"[^\s()]+", expression)
    if names:
        return "free" if all(_FREE.search(name) or name.lower() in ALSO_FREE for name in names) else "unknown"
    return "free" if _FREE.search(stated) else "unknown"


def needed(requirements: Iterable[str]) -> set[str]:
    """The installed distributions that these requirements need, they themselves among them."""
    waiting, seen = [Requirement(line) for line in requirements], set[tuple[str, str]]()
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            if (wanted.marker and not wanted.marker.evaluate({"extra": ""})) or (wanted.name, extra) in seen:
                continue
            seen.add((wanted.name, extra))
            for line in distribution(wanted.name).requires or ():
                further = Requirement(line)
                if further.marker is None or further.marker.evaluate({"extra": extra}):
                    further.marker = None
                    waiting.append(further)
    return {canonicalize_name(name) for name, _ in seen}


RUNTIME = needed(PROJECT["dependencies"])
OPTIONAL = needed(PROJECT["optional-dependencies"]["postgres"]) - RUNTIME


def test_the_walk_sees_what_dependencies_need() -> None:
    assert {"celery", "kombu", "spacy", "thinc", "httpcore", "pydantic-core"} <= RUNTIME
    assert {"psycopg", "psycopg-binary"} <= OPTIONAL
    assert not {"pytest", "mypy", "hypothesis"} & RUNTIME


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=ACCEPTED[name], strict=True)) if name in ACCEPTED else name
        for name in sorted(RUNTIME)
    ],
)
def test_what_is_needed_is_free(name: str) -> None:
    assert kind(distribution(name).metadata) == "free"


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_what_an_extra_brings_is_lgpl_at_most(name: str) -> None:
    assert kind(distribution(name).metadata) in ("free", "lgpl")


def made_up(*lines: str) -> Message:
    return message_from_string("\n".join(["Metadata-Version: 2.4", "Name: made-up", *lines, "", "Words of MIT."]))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("License-Expression: GPL-3.0-or-later", "gpl"),
        ("License-Expression: MIT AND GPL-2.0-only", "gpl"),
        ("License-Expression: LGPL-3.0-only", "lgpl"),
        ("License-Expression: MIT AND SSPL-1.0", "unknown"),
        ("License-Expression: MPL-2.0 AND (Apache-2.0 OR MIT)", "free"),
        ("License: AGPLv3", "gpl"),
        ("License: GNU General Public License (GPL)", "gpl"),
        ("License:   GNU GENERAL\n  PUBLIC LICENSE", "gpl"),
        ("License: GPL\nClassifier: License :: OSI Approved :: MIT License", "gpl"),
        ("License: LGPL with exceptions", "lgpl"),
        ("License: New BSD", "free"),
        ("License: Dual License", "unknown"),
        ("License: see LICENSE", "unknown"),
        ("Summary: MIT", "unknown"),
        ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3", "gpl"),
        ("Classifier: License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)", "lgpl"),
        ("Classifier: License :: OSI Approved", "unknown"),
        ("Classifier: License :: OSI Approved :: Apache Software License", "free"),
    ],
)
def test_the_checker_itself(line: str, expected: Kind) -> None:
    assert kind(made_up(line)) == expected
