"""Words as they are searched for: the one splitter for texts and queries, on both databases.

Neither database's own splitter is used: they disagree about letters, marks and numbers, and the same search shall find
the same articles on both. Case and marks do not count ("Zürich" is "zurich"); in scripts without spaces each character
is a word, so that a stretch of them is found as a phrase.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 16_000
"""Words of one text that can be found: PostgreSQL knows no position beyond 16,383."""
LONGEST = 64
"""Letters of a word that count."""
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]++")


@dataclass(frozen=True)
class Token:
    """A word and where it stands in the text."""

    word: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, folded, with their places."""
    for found in _WORD.finditer(text):
        for word in _folded(found[0]):
            yield Token(word[:LONGEST], found.start(), found.end())


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    if text.isascii():
        return [word[:LONGEST] for word in _WORD.findall(text.lower())][:MOST]
    return [token.word for token in tokens(text)][:MOST]


def folded(text: str) -> str:
    """A name as it is compared: its words, folded."""
    return " ".join(words(text))


def _folded(word: str) -> list[str]:
    """One word; several where folding takes it apart ("½" is "1", "2")."""
    if word.isascii():
        return [word.lower()]
    plain = "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))
    return _WORD.findall(plain.casefold())
