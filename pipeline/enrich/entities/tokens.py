"""The words of a body with what stands between them, as far as it matters for names."""

import re
from functools import cached_property, lru_cache
from typing import NamedTuple

from pipeline.enrich.entities.lexicon import DOTTED

REMEMBERED = 20_000
"""Words whose forms are remembered: 4 MB."""
REACH = 8
"""Characters before a word that tell whether it opens something."""
_WORD = re.compile(r"(\w++(?:(?:[.&-]|'(?!s\b))\w++)*+)")
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


class Words(list[Token]):
    """The words of a text in order, with what is asked of all of them."""

    @cached_property
    def lows(self) -> list[str]:
        """Each in lower case."""
        return [word[5] for word in self]

    @cached_property
    def capitals(self) -> list[int]:
        """The numbers of those that are written as names are."""
        return [at for at, word in enumerate(self) if word[6]]

    @cached_property
    def common(self) -> set[str]:
        """Those that are not, as they are written."""
        return {word[2] for word in self if not word[6]}


def tokens(body: str) -> Words:
    """The words of the body in order; a full stop belongs to the word where it shortens one."""
    parts = _WORD.split(body)
    texts, gaps = parts[1::2], parts[::2]
    if "'" in body:
        _elide(texts, gaps)
    found = Words()
    make, add, last, end, dotted = tuple.__new__, found.append, "", 0, False
    for text, gap, behind in zip(texts, gaps, gaps[1:], strict=False):
        if dotted:
            gap = gap[1:]
        start = end + len(gap)
        end = start + len(text)
        low, capital, shortened = _form(text)
        dotted = shortened and behind[:1] == "."
        if dotted:
            end, text = end + 1, text + "."
        opens = gap != " " and _opens(gap, last)
        add(make(Token, (start, end, text, gap, opens, low, capital)))
        last = text
    if found:
        found[0] = found[0]._replace(opens=True)
    return found


def _elide(texts: list[str], gaps: list[str]) -> None:
    """Put short forms of articles, as in ``l'Aquila``, to what stands before the word."""
    for at in [at for at, text in enumerate(texts) if "'" in text]:
        if elided := _ELISION.match(texts[at]):
            gaps[at] += elided[0]
            texts[at] = texts[at][elided.end() :]


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
