"""The word lists of this stage, read from ``vocabulary.toml``."""

import tomllib
from importlib.resources import files

_LISTS = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))


def word_lists(section: str) -> dict[str, frozenset[str]]:
    """The lists of one section by name; ``KeyError`` if there is none."""
    return {name: frozenset(text.split()) for name, text in _LISTS[section].items()}


STOPWORDS = word_lists("stopwords")
"""Words that say nothing about what a text is about, by ISO 639-1 code."""
