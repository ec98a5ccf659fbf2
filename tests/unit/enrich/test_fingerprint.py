"""A sketch that close texts share, whatever the language and however hostile the text."""

import re

import pytest

from pipeline.documents import Article, Enrichment
from pipeline.enrich.fingerprint import DIGITS, PARTS, fingerprint, parts, resemblance
from pipeline.enrich.text import Text

LONG = " ".join(f"word{n} and{n * 7}" for n in range(300))


def sketch(body: str) -> str | None:
    article = Article(id="1", url=None, requested_url=None, canonical_url=None, body=body, language="en")
    return fingerprint(Text(article), Enrichment())


@pytest.mark.parametrize(
    ("other", "least", "most"),
    [
        (LONG.upper().replace(" ", "\n\n"), 1.0, 1.0),
        (LONG + " a new last line", 0.9, 1.0),
        (LONG[: len(LONG) // 2], 0.25, 0.75),
        (LONG[::-1], 0.0, 0.1),
    ],
)
def test_resemblance_of_two_texts(other: str, least: float, most: float) -> None:
    assert least <= resemblance(sketch(LONG) or "", sketch(other) or "") <= most


def test_its_form() -> None:
    found = sketch(LONG) or ""
    assert re.fullmatch(f"([0-7][0-9a-f]{{{DIGITS - 1}}}){{{PARTS}}}", found)
    assert len(parts(found)) == PARTS and sorted(parts(found))[0] == int(found[:DIGITS], 16)


@pytest.mark.parametrize(
    ("body", "has_one"),
    [
        ("", False),
        ("... !", False),
        ("Rain", True),
        ("It is so", True),
        ("今天下雨，河水上涨。", True),
        ("Хлеб и вода", True),
    ],
)
def test_short_texts_and_other_scripts(body: str, has_one: bool) -> None:
    assert bool(sketch(body)) is has_one


@pytest.mark.parametrize(
    "hostile", ["a" * 1_000_000, "word " * 200_000, "\ud800 " * 1000, "'" * 100_000, "1 " * 100_000]
)
def test_hostile_texts_have_short_sketches(hostile: str) -> None:
    assert len(sketch(hostile) or "") <= PARTS * DIGITS
