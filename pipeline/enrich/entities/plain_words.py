"""Plain English words as spaCy reads them, without asking its tokenizer: four in five of all new ones.

Letters of ASCII that end in a small one, with a comma or full stop behind or without: these are parted, unless the word
is one of the tokenizer's special cases, as "cannot" and "Mr." are.
"""

import re
from collections.abc import Sequence
from typing import Any

_PLAIN = re.compile(r"([A-Za-z]*[a-z])([,.])")


class PlainWords:
    """Reads plain words for one pipeline; none for other languages than English."""

    def __init__(self, pipeline: Any, attributes: Sequence[int]) -> None:
        english = pipeline.lang == "en" and type(pipeline.tokenizer).__module__ == "spacy.tokenizer"
        self._special = frozenset(pipeline.tokenizer.rules) if english else None
        self._getters = [pipeline.vocab.lex_attr_getters[attribute] for attribute in attributes]
        self._number = pipeline.vocab.strings.__getitem__

    def words(self, chunk: str) -> tuple[str, ...] | None:
        """The plain word, and the mark behind it if there is one; ``None`` where it is no plain word."""
        if self._special is None or chunk in self._special:
            return None
        if chunk.isascii() and chunk.isalpha() and chunk[-1].islower():
            return (chunk,)
        match = _PLAIN.fullmatch(chunk)
        if match is None or match[1] in self._special:
            return None
        return match.groups()

    def attributes(self, word: str) -> list[int]:
        """What the vector of a plain word or of a mark is made of."""
        return [self._number(get(word)) for get in self._getters]
