"""The words of a body with what stands between them, as far as it matters for names."""

import re
from typing import NamedTuple

from pipeline.enrich.entities.lexicon import DOTTED

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
    for match in _WORD.finditer(body):
        start, end = match.span()
        word = match[0]
        if "'" in word and (elided := _ELISION.match(body, start, end)):
            start = elided.end()
            word = body[start:end]
        low = word.lower()
        if body.startswith(".", end) and ("." in word or low in DOTTED or (len(word) == 1 and word.isupper())):
            end, word = end + 1, word + "."
        gap = body[last:start] if start >= last else ""
        opens = not found or (gap != " " and _opens(gap, found[-1].text))
        found.append(Token(start, end, word, gap, opens, low.removesuffix("."), _is_capital(word)))
        last = end
    return found


def _opens(gap: str, before: str) -> bool:
    """Whether what stands between two words begins a line, a sentence or a quotation."""
    return "\n" in gap or (not before.endswith(".") and bool(_OPENING.search(gap[-8:])))


def _is_capital(word: str) -> bool:
    return word[0].isupper() or (word[3:4].isupper() and word[:4].lower().startswith(_ARTICLES))
