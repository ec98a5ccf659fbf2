"""Which words a pattern can begin with or have at all, so that it is tried only where these stand."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

MOST_REPEATED = 5
"""Times that a repeated part is gone through; of one that may come oftener any letters are taken to follow."""


class PatternWords(NamedTuple):
    """All first or all words of letters, in lower case, of what a pattern matches."""

    words: frozenset[str]
    stems: tuple[str, ...]
    """Beginnings of words that the pattern leaves open."""
    marks: frozenset[str]
    """What is no letter and may stand before, between or behind them; ``\\s`` stands for white space."""

    def allow(self, word: str) -> bool:
        """Whether this word of letters may be one of them."""
        return word in self.words or word.startswith(self.stems)


def beginnings(pattern: str) -> PatternWords:
    """The first words, read from the pattern's tree.

    What it looks at without taking it is passed over, so there may be too many.
    """
    return _read(pattern, _Walk(goes_on=False))


def contents(pattern: str) -> PatternWords:
    """All words, first or not, and those that have to follow; there may be too many likewise, up to any word at all."""
    return _read(pattern, _Walk(goes_on=True))


def _read(pattern: str, walk: "_Walk") -> PatternWords:
    walk.words |= walk.through(import_module("re._parser").parse(pattern), {""})
    return PatternWords(frozenset(walk.words), tuple(sorted(walk.stems)), frozenset(walk.marks))


class _Walk:
    """Goes through a tree with what is read of a word so far, and keeps the words that came to their end."""

    def __init__(self, *, goes_on: bool) -> None:
        self.words: set[str] = set()
        self.stems: set[str] = set()
        self.marks: set[str] = set()
        self._next = {""} if goes_on else set()
        """What begins behind a word."""

    def through(self, items: Iterable[tuple[Any, Any]], begun: set[str]) -> set[str]:
        """What goes on behind these items."""
        for kind, value in items:
            begun = self._past(str(kind), value, begun) if begun else begun
        return begun

    def _past(self, kind: str, value: Any, begun: set[str]) -> set[str]:
        match kind:
            case "ASSERT" if self._next:
                self.words |= self.through(value[1], begun)
                return begun
            case "ASSERT" | "ASSERT_NOT" | "AT":
                return begun
            case "LITERAL":
                return self._one_of([(kind, value)], begun)
            case "IN":
                return self._one_of(value, begun)
            case "BRANCH":
                return set().union(*(self.through(branch, begun) for branch in value[1]))
            case "SUBPATTERN":
                return self.through(value[-1], begun)
            case "MAX_REPEAT" if value[1] <= MOST_REPEATED:
                return self._repeated(value[0], value[1], value[2], begun)
            case "MAX_REPEAT" if (behind := self.through(value[2], begun)) <= self._next:
                return behind | (begun if not value[0] else set())
        self.stems |= begun if not self._next else {""}
        return set(self._next)

    def _repeated(self, least: int, most: int, item: Iterable[tuple[Any, Any]], begun: set[str]) -> set[str]:
        found = set() if least else begun
        for times in range(1, most + 1):
            begun = self.through(item, begun)
            found = found | begun if times >= least else found
        return found

    def _one_of(self, items: Iterable[tuple[Any, Any]], begun: set[str]) -> set[str]:
        """Behind one character of a set: letters go on, others end a word, and of letters by class any may follow."""
        further: set[str] = set()
        for kind, value in items:
            if str(kind) == "LITERAL" and chr(value).isalpha():
                further |= {word + chr(value).lower() for word in begun}
                continue
            if str(kind) == "LITERAL" or _has_no_letter(str(kind), value):
                self.words |= begun
                self.marks.add(chr(value) if str(kind) == "LITERAL" else r"\s")
            else:
                self.stems |= begun
            further |= self._next
        return further


def _has_no_letter(kind: str, value: Any) -> bool:
    if kind == "RANGE":
        return not any(chr(code).isalpha() for code in range(value[0], value[1] + 1))
    return kind == "CATEGORY" and str(value) in {"CATEGORY_DIGIT", "CATEGORY_SPACE"}
