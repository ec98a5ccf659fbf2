"""The words of a body with what stands between them, as far as it matters for names."""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.enrich.entities.lexicon import DOTTED

REMEMBERED = 20_000
"""Words whose forms are remembered: 4 MB."""
REACH = 8
"""Characters before a word that tell whether it opens something."""
_WORD = re.compile(r"\w++(?:[.&-]\w++|'(?!s\b)\w++)*+")
_ELISION = re.compile(r"(?:[lLdnsjcmt]|[Qq]u|[Dd]ell|[Aa]ll|[Nn]ell|[Ss]ull|[Dd]all|[Uu]n)'(?=[^\W\d_a-zà-ÿ])")
_OPENING = re.compile(r"[.!?:;\"(\[*•>-]\s*$|[.!?]\"?\)?\s+\"?$")
_ARTICLES = ("al-", "el-", "as-", "ad-", "an-", "ar-", "at-", "az-")


class Token(NamedTuple):
    """One word: ``text == body[start:end]`` in its plain form."""

    start: int
    end: int
    text: str
    gap: str
    """What stands between the word before and this one."""
    opens: bool
    """Whether it begins a line, a sentence or a quotation, where any word has a capital."""

    low: str
    """The word in lower case without a closing full stop."""
    capital: bool
    """Whether it is written as a name is."""

    @property
    def compound(self) -> bool:
        """Whether a hyphen joins a name to a common word, as in ``London-listed`` and ``Post-Brexit``."""
        return "-" in self.text and self.text.rpartition("-")[2].islower()


def tokens(body: str) -> list[Token]:
    """The words of the body in order; a full stop belongs to the word where it shortens one."""
    found: list[Token] = []
    last = 0
    text, make = "", tuple.__new__
    for match in _WORD.finditer(body):
        start, end = match.span()
        word = match[0]
        if "'" in word and (elided := _ELISION.match(body, start, end)):
            start = elided.end()
            word = body[start:end]
        low, capital, shortened = _form(word)
        gap = body[last:start]
        opens = not found or (gap != " " and _opens(gap, text))
        if shortened and body.startswith(".", end):
            end, word = end + 1, word + "."
        found.append(make(Token, (start, end, word, gap, opens, low, capital)))
        text, last = word, end
    return found


@lru_cache(maxsize=REMEMBERED)
def _form(word: str) -> tuple[str, bool, bool]:
    """A word in lower case, whether it is written as a name is, and whether a full stop behind it is its own."""
    low = word.lower()
    return low, _is_capital(word), "." in word or low in DOTTED or (len(word) == 1 and word.isupper())


def _opens(gap: str, before: str) -> bool:
    """Whether what stands between two words begins a line, a sentence or a quotation."""
    return "\n" in gap or (not before.endswith(".") and _is_opening(gap[-REACH:]))


@lru_cache(maxsize=1_000)
def _is_opening(gap: str) -> bool:
    return bool(_OPENING.search(gap))


def _is_capital(word: str) -> bool:
    return word[0].isupper() or (word[3:4].isupper() and word[:4].lower().startswith(_ARTICLES))
