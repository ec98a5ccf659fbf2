"""Plain English words as spaCy reads them, without asking its tokenizer: four in five of all new ones.

Letters of ASCII that end in a small one, with a comma or full stop behind or without: these are parted, unless the word
is one of the tokenizer's special cases, as "cannot" and "Mr." are.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

_PLAIN = re.compile(r"([A-Za-z]*[a-z])([,.]?)")

Row = list[int]
"""A token: its place, its length, its attributes."""


class PlainWords:
    """Reads plain words for one pipeline; none for other languages than English."""

    def __init__(self, pipeline: Any, attributes: Sequence[int]) -> None:
        english = pipeline.lang == "en" and type(pipeline.tokenizer).__module__ == "spacy.tokenizer"
        self._special = frozenset(pipeline.tokenizer.rules) if english else None
        self._getters = [pipeline.vocab.lex_attr_getters[attribute] for attribute in attributes]
        self._number = pipeline.vocab.strings.__getitem__
        self._mark = cache(self._attributes)

    def read(self, chunk: str) -> list[Row] | None:
        """Its tokens; ``None`` where it is no plain word."""
        match = _PLAIN.fullmatch(chunk)
        if match is None or self._special is None:
            return None
        word, mark = match.groups()
        if word in self._special or chunk in self._special:
            return None
        rows = [[0, len(word), *self._attributes(word)]]
        return [*rows, [len(word), 1, *self._mark(mark)]] if mark else rows

    def _attributes(self, word: str) -> list[int]:
        return [self._number(get(word)) for get in self._getters]
