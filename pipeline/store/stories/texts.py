"""Whether two texts are one text that was edited: wire copy, or a copy of it that was cut.

Three things have to agree. The words: an editor who replaces three words in ten leaves seven of ten where they were.
Their order, all the way through: texts on one subject share words, but few pairs of neighbours, and those with one
paragraph in common - about the house, or of background - share them in that one place. And what stands in the same
surroundings: weather, stock and match reports are one text but for their figures and names, so where the words around
a figure or name are the same in both texts, it has to be the same itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

READ = 60_000
"""Characters compared of a text."""
LONG = 4
"""Letters of a word that counts for itself; the shorter ones are mostly grammar, in any language."""
FEWEST = 12
"""Different words below which a text is too short to be told from others like it."""
WORDS = 0.55
"""Share of the words of the text with fewer of them that the other has: .7 where three words in ten are replaced."""
LONGER = 0.38
"""Share of the words of the other: a text that was cut to half its length keeps so many of the different words."""
STRETCH = 12
"""Words of a stretch of the shorter text, about a sentence, that is looked for in the other."""
PAIRS = 0.2
"""Share of a stretch's pairs of neighbouring words that the other has: .49 on average where three words in ten are
replaced, below .1 for two reports on one event."""
STRETCHES = 0.56
"""Share of the stretches that the other has: .6 and more in copies, .5 at most where a footer is half of a text
(generated reports, `tests/bench`)."""
SURROUNDINGS = 3
"""Figures and names whose surroundings are the same in both texts, before it says something that they differ."""
AGREEING = 0.6
"""Share of them that have to be the same; in copies it is above .8, in two reports of one form below .3."""
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts without spaces between words, where each character counts as one."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]++(?:[.,'’:-][^\W_{_UNSPACED}]++)*+")


def is_copy(one: str, other: str) -> bool:
    """Whether one of these bodies is an edited copy of the other; the same whichever comes first.

    A copy that was cut still is one while it has about half of the longer text.
    """
    first, second = _Read(one), _Read(other)
    few, many = sorted((first.words, second.words), key=len)
    both = len(few & many)
    if len(few) < FEWEST or both < WORDS * len(few) or both < LONGER * len(many):
        return False
    shorter, longer = sorted((first, second), key=lambda read: len(read.pairs))
    return _in_order(shorter, longer) and _agree(first.surroundings, second.surroundings)


def _in_order(shorter: "_Read", longer: "_Read") -> bool:
    """Whether most stretches of a text, wherever in it, stand in the other one."""
    found = [pair in longer.pairs for pair in pairwise(shorter.long)]
    stretches = [found[at : at + STRETCH] for at in range(0, max(1, len(found) - STRETCH // 2), STRETCH)]
    there = sum(sum(stretch) >= PAIRS * len(stretch) for stretch in stretches)
    return there >= STRETCHES * len(stretches)


def _agree(one: dict[tuple[str, ...], set[str]], other: dict[tuple[str, ...], set[str]]) -> bool:
    common = one.keys() & other.keys()
    same = sum(not one[place].isdisjoint(other[place]) for place in common)
    return len(common) < SURROUNDINGS or same >= AGREEING * len(common)


@dataclass
class _Read:
    """A body as it is compared."""

    body: str

    @cached_property
    def tokens(self) -> list[str]:
        return _WORD.findall(self.body[:READ])

    @cached_property
    def long(self) -> list[str]:
        kept = [word.lower() for word in self.tokens if len(word) >= LONG or word[0].isdigit()]
        return kept if 3 * len(kept) > len(self.tokens) else [word.lower() for word in self.tokens]

    @cached_property
    def words(self) -> set[str]:
        return set(self.long)

    @cached_property
    def pairs(self) -> set[tuple[str, str]]:
        return set(pairwise(self.long))

    @cached_property
    def surroundings(self) -> dict[tuple[str, ...], set[str]]:
        """Every figure and name by the two words before and the one after it."""
        found: dict[tuple[str, ...], set[str]] = {}
        for place, shown in self._places():
            found.setdefault(place, set()).add(shown)
        return found

    def _places(self) -> Iterator[tuple[tuple[str, ...], str]]:
        tokens, start = self.tokens, 0
        while start < len(tokens):
            end = start
            while end < len(tokens) and _is_fact(tokens[end]):
                end += 1
            if start < end and start >= 2 and end < len(tokens):
                yield (tokens[start - 2], tokens[start - 1], tokens[end]), " ".join(tokens[start:end])
            start = max(end, start + 1)


def _is_fact(word: str) -> bool:
    return word[0].isupper() or any(map(str.isdigit, word))
