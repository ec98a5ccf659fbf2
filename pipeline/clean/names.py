"""What an element's class and id say about it, read with the vocabulary of ``vocabulary.toml``."""

import re
import tomllib
from enum import Flag, auto
from functools import lru_cache
from importlib.resources import files

LONGEST = 400
"""Characters of a class or id attribute that are read; generated ones go on for kilobytes."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+|[^\W_]+")


class Says(Flag):
    """What a name can say; a name can say several things."""

    NOTHING = 0
    NOISE = auto()
    APART = auto()
    HIDDEN = auto()
    BODY = auto()
    LEAD = auto()
    CAPTION = auto()


_LISTS = tomllib.loads(files("pipeline.clean").joinpath("vocabulary.toml").read_text("utf-8"))


def phrases(name: str) -> list[str]:
    """One list of the vocabulary."""
    found: list[str] = _LISTS[name]
    return found


def _meanings() -> dict[str, int]:
    """What each word says, as the number of its flags: names are read by the thousand, and numbers are quick."""
    meaning: dict[str, int] = {}
    for flag in Says:
        for word in phrases(str(flag.name).lower()):
            meaning[word] = meaning.get(word, 0) | flag.value
    return meaning


_MEANING = _meanings()
_BEFORE, _AFTER = frozenset(phrases("before")), frozenset(phrases("after"))


_HIDDEN = Says.HIDDEN.value
_BESIDE = (Says.NOISE | Says.APART).value
_SAYS = [Says(number) for number in range(1 << len(Says))]
_OF_ARTICLE = (Says.BODY | Says.LEAD).value


def says(names: str) -> Says:
    """What the names in a class or id attribute, parted by spaces, say together."""
    found = 0
    for name in names[:LONGEST].split():
        found |= _of_name(name)
    return _SAYS[found & ~_BESIDE if found & _OF_ARTICLE else found]


@lru_cache(maxsize=50_000)
def _of_name(name: str) -> int:
    words = [word.lower().rstrip("0123456789") for word in _WORD.findall(name)]
    found = _MEANING.get("".join(words), 0) & _HIDDEN
    for previous, this, following in zip(["", *words], words, [*words[1:], ""], strict=False):
        if previous in _BEFORE:
            continue
        found |= _MEANING.get(this + following, 0) & ~_HIDDEN
        if following not in _AFTER:
            found |= _MEANING.get(this, 0) & ~_HIDDEN
    return found
