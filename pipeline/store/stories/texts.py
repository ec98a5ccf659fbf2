"""Whether two texts are one text that was edited: wire copy, or a copy of it that was cut.

Three things have to agree. The words: an editor who replaces three words in ten leaves seven of ten where they were.
Their order, all the way through: texts on one subject share words, but few pairs of neighbours, and those with one
paragraph in common - about the house, or of background - share them in that one place. And what stands in the same
surroundings: weather, stock and match reports are one text but for their figures and names, so where the words around
a figure or name are the same in both texts, it has to be the same itself.
"""

import re
from collections.abc import Sequence
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
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]++")
_PRINTED = "‘’“”–—…\u00a0"
_SPACED = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))


def is_copy(first: "Reading", second: "Reading") -> bool:
    """Whether one of these bodies is an edited copy of the other; the same whichever comes first.

    A copy that was cut still is one while it has about half of the longer text.
    """
    few, many = sorted((first.words, second.words), key=len)
    both = len(few & many)
    if len(few) < FEWEST or both < WORDS * len(few) or both < LONGER * len(many):
        return False
    shorter, longer = sorted((first, second), key=lambda read: len(read.pairs))
    return _in_order(shorter, longer) and _agree(first, second)


def _in_order(shorter: "Reading", longer: "Reading") -> bool:
    """Whether most stretches of a text, wherever in it, stand in the other one."""
    found = [pair in longer.pairs for pair in shorter.neighbours]
    stretches = [found[at : at + STRETCH] for at in range(0, max(1, len(found) - STRETCH // 2), STRETCH)]
    there = sum(sum(stretch) >= PAIRS * len(stretch) for stretch in stretches)
    return there >= STRETCHES * len(stretches)


def _agree(one: "Reading", other: "Reading") -> bool:
    """Whether the same figures and names stand in the same surroundings, where there are enough that are the same."""
    common = len(one.surroundings & other.surroundings)
    same = len({fact.partition("|")[0] for fact in one.facts & other.facts})
    return common < SURROUNDINGS or same >= AGREEING * common


@dataclass
class Reading:
    """A body as it is compared."""

    body: str

    @cached_property
    def tokens(self) -> list[str]:
        """Words and figures, in order; parts of them where a mark stands inside."""
        return _split(self.body[:READ])

    @cached_property
    def long(self) -> list[str]:
        """The words that count, in order and in lower case."""
        text = " ".join(self.tokens)
        lower = text.lower()
        # One letter, İ, is two in lower case, the second of which is no letter.
        tokens = lower.split() if len(lower) == len(text) else _split(self.body[:READ].lower())
        kept = [word for word in tokens if len(word) >= LONG or word[0].isdigit()]
        return kept if 3 * len(kept) > len(tokens) else tokens

    @cached_property
    def words(self) -> set[str]:
        """The words that count."""
        return set(self.long)

    @cached_property
    def neighbours(self) -> list[str]:
        """Each of them and the next; as strings, which the garbage collector need not look at."""
        return list(map(" ".join, pairwise(self.long)))

    @cached_property
    def pairs(self) -> set[str]:
        """The different ones of these."""
        return set(self.neighbours)

    @cached_property
    def surroundings(self) -> set[str]:
        """The two words before and the one after each figure and name."""
        return {fact.partition("|")[0] for fact in self.facts}

    @cached_property
    def facts(self) -> set[str]:
        """Every figure and name behind its surroundings and a bar."""
        tokens, last = self.tokens, len(self.tokens)
        return {
            f"{tokens[start - 2]} {tokens[start - 1]} {tokens[end]}|{' '.join(tokens[start:end])}"
            for start, end in _facts(tokens)
            if start >= 2 and end < last
        }


def _split(text: str) -> list[str]:
    """Texts that have only letters of ASCII besides what is printed between words are split many times faster."""
    for mark in _PRINTED if not text.isascii() else "":
        text = text.replace(mark, " ")
    return text.translate(_SPACED).split() if text.isascii() else _WORD.findall(text)


def _facts(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """Where figures and names are: the first word of each, and the one behind it."""
    facts = {word for word in set(tokens) if not (word.islower() and word.isalpha()) and _is_fact(word)}
    places = [at for at, word in enumerate(tokens) if word in facts]
    starts = [at for before, at in pairwise((-2, *places)) if at > before + 1]
    ends = [at + 1 for at, after in pairwise((*places, len(tokens) + 1)) if after > at + 1]
    return list(zip(starts, ends, strict=True))


def _is_fact(word: str) -> bool:
    return word[0].isupper() or any(map(str.isdigit, word))
