"""The sentence splitter on a table of hard cases, ``sentences.txt``, in eleven languages."""

from pathlib import Path

import pytest

from pipeline.enrich.sentences import sentences

CASES: list[tuple[str, list[str]]] = []
for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines():
    if line.startswith("["):
        language = line.strip("[]")
    elif line and not line.startswith("#"):
        CASES.append((language, line.split(" | ")))

KNOWN_WRONG = {"Vgl. S. 5 und S. 7.", "L’on. Blu ha votato."}
"""First sentences of what would need grammar: is the last number an ordinal, the last word an abbreviation?"""


@pytest.mark.parametrize(("language", "wanted"), CASES, ids=[wanted[0] for _, wanted in CASES])
def test_a_reader_would_split_here(language: str, wanted: list[str]) -> None:
    body = " ".join(wanted)
    found = sentences(body, language)
    assert all(body[one.start : one.end] == one.text for one in found)
    assert ([one.text for one in found] == wanted) == (wanted[0] not in KNOWN_WRONG)


def test_the_table_is_long_enough_to_say_something() -> None:
    assert len(CASES) > 200


def test_no_space_is_needed_before_a_plain_beginning() -> None:
    found = sentences("The match ended.The players left. It was Node.Js that won.", "en")
    assert [one.text for one in found] == ["The match ended.", "The players left.", "It was Node.Js that won."]


def test_lines_end_sentences_and_blank_lines_paragraphs() -> None:
    found = sentences("One line\nand one\n\nmore. And more.", "en")
    assert [(one.text, one.paragraph) for one in found] == [
        ("One line", 0), ("and one", 0), ("more.", 1), ("And more.", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de", "xx", None])
@pytest.mark.parametrize(
    "unit",
    [".", ". ", "a. ", "A. B", "1. ", "?! ", '."', "«.» ", "Mr. ", "…", "\n", "。", "U.S. ", "x.Y", "[1].", "' "],
)
def test_hostile_texts_end(unit: str, language: str | None) -> None:
    body = unit * (200_000 // len(unit))
    assert "".join(one.text for one in sentences(body, language)).replace(" ", "") == "".join(body.split())
