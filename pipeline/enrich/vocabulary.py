"""The word lists of this stage: ``<name>.toml`` beside this file, words parted by white space."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def word_lists(name: str) -> dict[str, frozenset[str]]:
    """The lists of one file by key, those of a table as ``table.key``; ``FileNotFoundError`` if it is not there."""
    tables = tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    lists: dict[str, frozenset[str]] = {}
    for key, value in tables.items():
        for part, text in value.items() if isinstance(value, dict) else [("", value)]:
            lists[f"{key}.{part}".rstrip(".")] = frozenset(text.split())
    return lists


STOPWORDS = word_lists("stopwords")
"""Words that say nothing about what a text is about, by ISO 639-1 code."""
