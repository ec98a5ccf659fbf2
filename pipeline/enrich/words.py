"""The words of a text. Scripts without spaces between words (Chinese, Japanese) count one character as one word."""

import re

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]++(?:['’.,-][^\W_{_UNSPACED}]++)*+")


def words(text: str) -> list[str]:
    """The words as written: ``don't``, ``4,600``, ``mother-in-law`` and ``U.S`` are one each."""
    return _WORD.findall(text)


def letters(text: str) -> list[str]:
    """The words that have no digit, in lower case."""
    return without_digits(words(text))


def without_digits(read: list[str]) -> list[str]:
    """Those of the words that have no digit, in lower case."""
    return [word.lower() for word in read if word.isalpha() or not any(map(str.isdigit, word))]
