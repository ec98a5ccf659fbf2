"""Which paragraph became which: the same, moved, or changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product
from typing import Literal

from pipeline.store.paragraphs import tokens

ALIKE = 0.5
"""Words that two paragraphs have in common, of all words of both, from which one is the other changed."""
MOST_PAIRS = 40_000
"""Pairs of paragraphs that are compared; where there are more, none was changed, but removed and added."""


@dataclass(frozen=True)
class Match:
    """An old paragraph and the new one that it became, by place."""

    old: int
    new: int
    kind: Literal["same", "moved", "changed"]


def matches(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Every pair of an old and a new paragraph that are one; each is in one pair at most."""
    blocks = SequenceMatcher(None, old, new).get_matching_blocks()
    found = [Match(block.a + i, block.b + i, "same") for block in blocks for i in range(block.size)]
    found += _moved(old, new, *_unmatched(old, new, found))
    return found + _changed(old, new, *_unmatched(old, new, found))


def _unmatched(old: Sequence[str], new: Sequence[str], found: Sequence[Match]) -> tuple[list[int], list[int]]:
    olds, news = {match.old for match in found}, {match.new for match in found}
    return [i for i in range(len(old)) if i not in olds], [i for i in range(len(new)) if i not in news]


def _moved(old: Sequence[str], new: Sequence[str], olds: Sequence[int], news: Sequence[int]) -> list[Match]:
    places: dict[str, list[int]] = {}
    for j in reversed(news):
        places.setdefault(new[j], []).append(j)
    return [Match(i, places[old[i]].pop(), "moved") for i in olds if places.get(old[i])]


def _changed(old: Sequence[str], new: Sequence[str], olds: Sequence[int], news: Sequence[int]) -> list[Match]:
    """The pairs that have most in common first; each paragraph is in one pair."""
    if len(olds) * len(news) > MOST_PAIRS:
        return []
    bags = {
        (side, i): Counter(tokens(text[i].lower()))
        for side, text, left in ((0, old, olds), (1, new, news))
        for i in left
    }
    scored = [(_alike(bags[0, i], bags[1, j]), -abs(i - j), i, j) for i, j in product(olds, news)]
    found: list[Match] = []
    for _, _, i, j in sorted((each for each in scored if each[0] >= ALIKE), reverse=True):
        if all(match.old != i and match.new != j for match in found):
            found.append(Match(i, j, "changed"))
    return found


def _alike(old: "Counter[str]", new: "Counter[str]") -> float:
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0.0
