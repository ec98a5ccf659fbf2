"""The words of a text. Scripts without spaces between words (Chinese, Japanese) count one character as one word."""

import re
from collections.abc import Iterator

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]++(?:['’.,-][^\W_{_UNSPACED}]++)*+")


def words(text: str) -> list[str]:
    """The words as written: ``don't``, ``4,600``, ``mother-in-law`` and ``U.S`` are one each."""
    return _WORD.findall(text)


def each_word(text: str) -> Iterator[str]:
    """The same one by one, for who needs but the first."""
    return (match[0] for match in _WORD.finditer(text))


def letters(text: str) -> list[str]:
    """The words that have no digit, in lower case."""
    return [word.lower() for word in words(text) if not has_digit(word)]


def has_digit(word: str) -> bool:
    """Whether a word has a digit."""
    return not word.isalpha() and any(map(str.isdigit, word))
