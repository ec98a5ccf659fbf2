"""The words by which editors say that they have put a text right, or taken it back: data, in ``corrections.toml``."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

LONGEST = 1_200
"""Characters of a paragraph that are read: editors begin with it, and a text without paragraphs is no note."""


def is_note(paragraph: str, language: str | None) -> bool:
    """Whether the paragraph tells of a correction, in this language or in English; in any where it is not known."""
    return _says(paragraph, "notes", language)


def is_retraction(paragraph: str, language: str | None) -> bool:
    """Whether the paragraph tells that the text was taken back."""
    return _says(paragraph, "retractions", language)


def _says(paragraph: str, kind: str, language: str | None) -> bool:
    text = " ".join(paragraph[:LONGEST].lower().replace("’", "'").split())
    return any(phrase in text for phrase in _phrases(kind, language))


@cache
def _phrases(kind: str, language: str | None) -> Sequence[str]:
    """Phrases of the language and of English, which is quoted everywhere; of all languages where there are none."""
    lists = _lists()
    wanted = {language, "en"} if language in lists else lists.keys()
    return [phrase for code in sorted(filter(None, wanted)) for phrase in lists[code][kind]]


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("corrections.toml").read_text("utf-8"))
