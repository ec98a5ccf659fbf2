"""A date expression as it was found: which rule, where, and what its holes hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from pipeline.enrich.dates.words import FIRST, INSIDE, QUOTED, TELLING, Language

WORDS_BEFORE = 8
"""Words of an expression before the one that tells of time: "the first three months of the following YEAR"."""
WORDS_BEHIND = 6
"""Words behind that one, of which it is looked whether they may stand in the expression."""
LONGEST = 50
"""Characters of a stretch of which it is remembered whether an expression may begin with it."""
AHEAD = 2
"""Characters behind the stretch that rules look at, at most."""
_SMALL_NUMBER = re.compile(r"\d{1,3}(?=\W*$)")
_TOKEN = re.compile(r"('?[^\W_]+)")


@dataclass(frozen=True)
class Expression:
    """One match of a rule."""

    language: Language
    means: str
    arguments: tuple[str, ...]
    start: int
    end: int
    parts: dict[str, str]
    """What stands in the holes of the rule, in lower case."""
    shown: dict[str, str]
    """The same as it is written."""

    @classmethod
    def of(cls, language: Language, match: re.Match[str]) -> "Expression":
        """``match`` is one of the language's finder; the rule's own pattern reads the same place again."""
        rule = language.rules[(match.lastindex or 1) - 1]
        read = rule.pattern.match(match.string, match.start()) or match
        shown = {name: value for name, value in read.groupdict().items() if value is not None}
        parts = {name: value.lower() for name, value in shown.items()}
        return cls(language, rule.means, rule.arguments, match.start(), match.end(), parts, shown)

    def number(self, name: str) -> int | None:
        """A hole that holds a number, in digits or words; ``None`` where it is empty."""
        value = self.parts.get(name)
        if value is None or value.isdigit():
            return None if value is None else int(value)
        if name == "year":
            return self._spelled(value)
        words: Mapping[str, int] = getattr(self.language, name if name == "which" else f"{name}s")
        return words.get(value)

    def _spelled(self, year: str) -> int:
        """A year as it is spoken: "nineteen ninety-six"."""
        numbers = self.language.numbers
        century, *rest = year.replace("-", " ").split()
        return 100 * numbers[century] + sum(numbers.get(word, 0) for word in rest)

    @cached_property
    def which(self) -> int | None:
        """-1 for last, 0 for this, 1 for next; ``None`` where it does not say."""
        return self.number("which")

    @cached_property
    def unit(self) -> str:
        """The unit's English name; empty without one."""
        return self.language.units.get(self.parts.get("unit", ""), "")


def expressions(language: Language, normal: str, allow: Callable[[Expression], bool]) -> Iterator[Expression]:
    """Every expression that is allowed, in order and without overlap.

    Of two that overlap the one that ends later is right: "on Friday" in "on Friday, 3 April". The rules are tried only
    near words that every expression has one of: that is five times faster.
    """
    best: Expression | None = None
    for start in _starts(language, normal):
        match = language.finder.match(normal, start)
        if match is None or (best and match.end() <= best.end):
            continue
        expression = Expression.of(language, match)
        if allow(expression):
            if best and best.end <= start:
                yield best
            best = expression
    if best:
        yield best


def _starts(language: Language, normal: str) -> Iterator[int]:
    """Where an expression may begin, in order: not before a word that stands in none."""
    pieces = _TOKEN.split(normal)
    gaps = pieces[::2]
    kinds = list(map(language.kind_of.__getitem__, pieces[1::2]))
    begins = list(accumulate(map(len, pieces)))[::2]
    joins, behind = language.may_join, 0
    for telling in [at for at, kind in enumerate(kinds) if kind & TELLING]:
        first, last = telling, telling + 1
        while first > max(behind, last - WORDS_BEFORE) and kinds[first - 1] & INSIDE and joins[gaps[first]]:
            first -= 1
        behind = last
        while last < min(len(kinds), telling + WORDS_BEHIND) and kinds[last] & INSIDE and joins[gaps[last]]:
            last += 1
        end = begins[last] - max(0, len(gaps[last]) - AHEAD) if last < telling + WORDS_BEHIND else len(normal)
        end += normal.startswith("'", end)
        for at in range(first, behind):
            if kinds[at] & FIRST:
                start = begins[at] + (kinds[at] & QUOTED)
                if end - start > LONGEST or _may_have(language, normal[start:end]):
                    yield start


def _may_have(language: Language, phrase: str) -> bool:
    """Whether an expression may begin with this phrase; all small numbers that stand alone are alike."""
    if number := _SMALL_NUMBER.match(phrase):
        return any(language.may_have[other + phrase[number.end() :]] for other in ("1", "10"))
    return language.may_have[phrase]
