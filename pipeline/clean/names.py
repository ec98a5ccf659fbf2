"""What an element's class and id say about it, read with the vocabulary of ``vocabulary.toml``."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

LONGEST = 400
"""Characters of a class or id attribute that are read; generated ones go on for kilobytes."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+|[^\W_]+")
_PARTED = bytes(byte if chr(byte).isalnum() else 0x20 for byte in range(0x80)).ljust(0x100)
"""Plain letters and digits as they are, a space for any other byte: twice as fast as a pattern."""


class Says:
    """What a name can say; a name can say several things. Plain numbers: an ``enum.Flag`` takes ten times as long."""

    NOTHING = 0
    NOISE = 1
    APART = 2
    HIDDEN = 4
    BODY = 8
    LEAD = 16
    CAPTION = 32


_LISTS = tomllib.loads(files("pipeline.clean").joinpath("vocabulary.toml").read_text("utf-8"))


def phrases(name: str) -> list[str]:
    """One list of the vocabulary."""
    found: list[str] = _LISTS[name]
    return found


def _meanings() -> dict[str, int]:
    """What each word says."""
    meaning: dict[str, int] = {}
    for name in ("NOISE", "APART", "HIDDEN", "BODY", "LEAD", "CAPTION"):
        for word in phrases(name.lower()):
            meaning[word] = meaning.get(word, 0) | getattr(Says, name)
    return meaning


_MEANING = _meanings()
_BEFORE, _AFTER = frozenset(phrases("before")), frozenset(phrases("after"))
_BESIDE = Says.NOISE | Says.APART
_OF_ARTICLE = Says.BODY | Says.LEAD


@lru_cache(maxsize=20_000)
def says(names: str) -> int:
    """What the names in a class or id attribute, parted by spaces, say together."""
    found = 0
    for name in names[:LONGEST].split():
        found |= _of_name(name)
    return found & ~_BESIDE if found & _OF_ARTICLE else found


@lru_cache(maxsize=50_000)
def _of_name(name: str) -> int:
    if name.isalpha() and name.islower() and name.isascii():
        return _MEANING.get(name, 0)
    small = name.islower()
    words = name.encode().translate(_PARTED).decode().split() if small and name.isascii() else _WORD.findall(name)
    words = [word.rstrip("0123456789") for word in words]
    if not small:
        words = [word.lower() for word in words]
    found = _MEANING.get("".join(words), 0) & Says.HIDDEN
    previous = ""
    for this, following in pairwise([*words, ""]):
        if previous not in _BEFORE:
            together, alone = _MEANING.get(this + following, 0), _MEANING.get(this, 0)
            if together or alone:
                found |= (together | (alone if following not in _AFTER else 0)) & ~Says.HIDDEN
        previous = this
    return found
