"""A body as comparisons see it: its paragraphs, their words, and which of them stand in another body too."""

import re
from collections.abc import Iterable, Sequence

SHINGLE = 4
"""Words in a row that tell one text from another: names and set phrases are shorter."""
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’.,:-][^\W_]+)*|[^\w\s]|_+")
"""A word with what stands inside of it (``3.5``, ``10:30``, ``don't``), one mark, or, where words are not parted, one
character."""


def paragraphs_of(body: str) -> list[str]:
    """The paragraphs without their edges; the way that spaces are written makes no difference."""
    return [text for part in body.split("\n\n") if (text := " ".join(part.split()))]


def tokens(text: str) -> list[str]:
    """Words and marks, in order."""
    return _TOKEN.findall(text)


def shingles(text: str) -> set[tuple[str, ...]]:
    """Every ``SHINGLE`` words in a row, in lower case; all of a shorter text."""
    words = [token for token in tokens(text.lower()) if token[0].isalnum()]
    if len(words) <= SHINGLE:
        return {tuple(words)} if words else set()
    return set(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


def still_there(old: Sequence[str], new: Iterable[str]) -> list[bool]:
    """For each old paragraph, whether half of it at least stands in the new ones; in linear time."""
    known: set[tuple[str, ...]] = set()
    for paragraph in new:
        known |= shingles(paragraph)
    return [_is_in(shingles(paragraph), known) for paragraph in old]


def _is_in(own: set[tuple[str, ...]], known: set[tuple[str, ...]]) -> bool:
    return bool(own) and len(own & known) * 2 >= len(own)
