"""What the class and id of an element say it holds, read with the lists of ``vocabulary.toml``."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

LONGEST = 400
"""Characters of one attribute that are read; generated ones go on for kilobytes."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PARTED = bytes(byte if chr(byte).isalpha() else 0x20 for byte in range(0x80)).ljust(0x100)
"""Plain letters as they are, a space for any other byte: twice as fast as a pattern."""
NOTHING: frozenset[str] = frozenset()
"""What most names say."""


def _lists(package: str) -> dict[str, list[str]]:
    return tomllib.loads(files(package).joinpath("vocabulary.toml").read_text("utf-8"))


def _read() -> dict[str, frozenset[str]]:
    """Word to the names of its lists; what a standfirst is called, the body's reader knows."""
    lists = {**_lists("pipeline.clean.fields"), "standfirst": _lists("pipeline.clean")["lead"]}
    meaning: dict[str, set[str]] = {}
    for name, words in lists.items():
        for word in words:
            meaning.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in meaning.items()}


_MEANING = _read()


@lru_cache(maxsize=20_000)
def holds(names: str) -> frozenset[str]:
    """The lists that the words of ``names``, the value of a class or id attribute, stand in."""
    found = NOTHING
    for name in names[:LONGEST].split():
        if meaning := _of_one(name):
            found |= meaning
    return found


@lru_cache(maxsize=20_000)
def _of_one(name: str) -> frozenset[str]:
    small = name.islower() and name.isascii()
    if small and name.isalpha():
        return _MEANING.get(name, NOTHING)
    words = name.encode().translate(_PARTED).decode().split() if small else map(str.lower, _WORD.findall(name))
    found, before = NOTHING, ""
    for word in words:
        for one in (word, before + word):
            if meaning := _MEANING.get(one):
                found |= meaning
        before = word
    return found
