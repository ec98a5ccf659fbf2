"""What the class and id of an element say it holds, read with the lists of ``vocabulary.toml``."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from pipeline.clean.names import Says, says

LONGEST = 400
"""Characters of one attribute that are read; generated ones go on for kilobytes."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _read() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(files("pipeline.clean.fields").joinpath("vocabulary.toml").read_text("utf-8"))
    meaning: dict[str, set[str]] = {}
    for name, words in lists.items():
        for word in words:
            meaning.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in meaning.items()}


_MEANING = _read()


@lru_cache(maxsize=20_000)
def holds(names: str) -> frozenset[str]:
    """The lists that the words of ``names``, the value of a class or id attribute, stand in; ``standfirst`` as the body says."""
    found: frozenset[str] = frozenset()
    for name in names[:LONGEST].split():
        words = [word.lower() for word in _WORD.findall(name)]
        for word in [*words, *map("".join, zip(words, words[1:], strict=False))]:
            found |= _MEANING.get(word, frozenset())
    return found | {"standfirst"} if Says.LEAD in says(names) else found
