"""Words as they are searched for: one splitter for texts and queries, on both databases.

Neither database splits or folds anything itself: they disagree about letters, marks and numbers, and a search has to
find the same articles on both. Capitals and marks do not count; scripts that put no spaces between words are split into
single characters, so that any stretch of them is found as a phrase.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

LONGEST = 64
"""Characters of one token; a longer word is several that follow each other, in texts and queries alike."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Kana and Han, as a part of a character class."""
LETTER = rf"[^\W_{UNSPACED}]"
"""A letter or digit of any other script."""
LONGEST_NAME = 200
"""Characters of a name that count."""
_WORD = re.compile(rf"(?=[^\W_])[{UNSPACED}]|{LETTER}{{1,{LONGEST}}}+")
_PRINTED = "‘’“”„‚«»‹›–—…•·′″¿¡€£©\u00a0\u2009\u202f"
"""Marks that stand in texts that have only letters of ASCII otherwise, or once they are folded: those are split many
times faster."""
_SPACED = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_LETTERS = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")


def words(text: str) -> list[str]:
    """The tokens of a text, folded: nothing in them but letters and digits."""
    for mark in _PRINTED:
        text = text.replace(mark, " ")
    if text.isascii():
        found = text.lower().translate(_SPACED).split()
        if len(max(found, key=len, default="")) <= LONGEST:
            return found
    plain = folded(text)
    if plain.isascii() and len(max(found := plain.translate(_SPACED).split(), key=len, default="")) <= LONGEST:
        return found
    whole: list[str] = _WORD.findall(plain)
    return whole


def name_of(text: str) -> str:
    """A name as it is compared: folded, its words parted by single spaces; empty where it has no letter or digit."""
    return _remembered(text) if len(text) <= LONGEST_NAME else _compared(text)


def minute_of(moment: str | None) -> int:
    """Minutes from the year 1 to an ISO 8601 moment (UTC where it names no offset); 0 where there is none."""
    for rest in ("", "-01", "-01-01"):
        try:
            at = datetime.fromisoformat((moment or "") + rest)
        except ValueError:
            continue
        offset = at.utcoffset()
        ahead = int(offset.total_seconds() // 60) if offset else 0
        return at.toordinal() * 1440 + at.hour * 60 + at.minute - ahead
    return 0


def folded(text: str) -> str:
    """Without capitals, marks and forms that only look different (NFKD); may be of another length."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for mark in filter(_is_mark, set(plain)):  # as a pattern, 2,400 characters are tried one by one
        plain = plain.replace(mark, "")
    return plain


class Folded:
    """A folded text that knows where in the original each of its characters came from."""

    def __init__(self, text: str) -> None:
        """Folding looks at one character at a time, so pieces may be folded one by one."""
        self._length, self._at, self._from = len(text), [0], [0]
        self.text = "".join(self._pieces(text))

    def _pieces(self, text: str) -> Iterator[str]:
        at = 0
        for found in _PIECE.finditer(text):
            piece = folded(found[0])
            self._at.append(at)
            self._from.append(found.start())
            at += len(piece)
            yield piece

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that became this stretch, which is not empty."""
        first, last = bisect_right(self._at, start) - 1, bisect_right(self._at, end - 1) - 1
        begin, stop = self._origin(first, start), self._origin(last, end - 1) + 1
        return begin, stop

    def _origin(self, piece: int, at: int) -> int:
        following = self._from[piece + 1] if piece + 1 < len(self._from) else self._length
        return min(self._from[piece] + at - self._at[piece], following - 1)


def _compared(name: str) -> str:
    return " ".join(_LETTERS.findall(folded(name)))


_remembered = lru_cache(16_384)(_compared)


@lru_cache(8192)
def _is_mark(character: str) -> bool:
    """What Unicode calls a mark, in every script."""
    return character >= "\u0300" and unicodedata.category(character)[0] == "M"
