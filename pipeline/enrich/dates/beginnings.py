"""With which words a pattern can begin, so that it is tried only where one of these stands."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple


class Beginnings(NamedTuple):
    """All first words, in lower case, of what a pattern matches; what begins with no letter is not among them."""

    words: frozenset[str]
    stems: tuple[str, ...]
    """Beginnings of words that the pattern leaves open."""

    def allow(self, word: str) -> bool:
        """Whether the pattern may match what begins with this word of letters."""
        return word in self.words or word.startswith(self.stems)


def beginnings(pattern: str) -> Beginnings:
    """Read from the pattern's tree; what it looks at without taking it is passed over, so there may be too many."""
    found = _Walk()
    found.words |= found.through(import_module("re._parser").parse(pattern), {""})
    return Beginnings(frozenset(found.words), tuple(sorted(found.stems)))


class _Walk:
    """Goes through a tree with the beginnings read so far, and keeps those that came to their end."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.stems: set[str] = set()

    def through(self, items: Iterable[tuple[Any, Any]], begun: set[str]) -> set[str]:
        """What goes on behind these items."""
        for kind, value in items:
            begun = self._past(str(kind), value, begun) if begun else begun
        return begun

    def _past(self, kind: str, value: Any, begun: set[str]) -> set[str]:
        match kind:
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
            case "MAX_REPEAT" if value[1] == 1:
                return self.through(value[2], begun) | (begun if value[0] == 0 else set())
            case "MAX_REPEAT" if value[0] and not self.through(value[2], begun):
                return set()
        self.stems |= begun
        return set()

    def _one_of(self, items: Iterable[tuple[Any, Any]], begun: set[str]) -> set[str]:
        """Behind one character of a set: letters go on, others end a word, and of letters by class any may follow."""
        further: set[str] = set()
        for kind, value in items:
            if str(kind) == "LITERAL" and chr(value).isalpha():
                further |= {word + chr(value).lower() for word in begun}
            elif str(kind) == "LITERAL" or _has_no_letter(str(kind), value):
                self.words |= begun
            else:
                self.stems |= begun
        return further


def _has_no_letter(kind: str, value: Any) -> bool:
    if kind == "RANGE":
        return not any(chr(code).isalpha() for code in range(value[0], value[1] + 1))
    return kind == "CATEGORY" and str(value) in {"CATEGORY_DIGIT", "CATEGORY_SPACE"}
