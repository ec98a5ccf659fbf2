"""What is searched for: a small language, read once into a tree.

storm flood          both words                storm OR flood      one of them
"after the storm"    these words in a row      storm NOT flood     the first without the second; so is storm -flood
flo*, "the flo"*     how a word begins         (storm OR rain) pier
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.store.search.tokens import UNSPACED, words

LONGEST_QUERY, MOST_TERMS, DEEPEST = 1_000, 40, 16
"""Characters, words and phrases, and parentheses in each other, at most."""
SHORTEST_PREFIX = 3
"""Letters or digits before an asterisk: with fewer it would stand for a good part of all words."""


@dataclass(frozen=True)
class Term:
    """Tokens in a row; ``is_prefix``: the last is the beginning of one."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class All:
    """What fits each of ``parts``, and none of ``but``."""

    parts: tuple["Node", ...]
    but: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Some:
    """What fits at least one of ``parts``."""

    parts: tuple["Node", ...]


Node = Term | All | Some

_LEXEME = re.compile(r'"(?P<quoted>[^"]*)"(?P<open>\*?)|(?P<sign>[()])|(?P<minus>-)(?=[^\s-])|(?P<word>[^\s()"]+)|"')
_UNSPACED_END = re.compile(rf"[{UNSPACED}]$")
_SIGNS = ("(", ")", "-", "AND", "OR", "NOT")


def parse(text: str) -> Node:
    """The tree of a query. Raises UsageError with a word on what is wrong."""
    if len(text) > LONGEST_QUERY:
        raise UsageError(f"search: the query has more than {LONGEST_QUERY} characters")
    lexemes = _lexemes(text)
    if sum(isinstance(lexeme, Term) for lexeme in lexemes) > MOST_TERMS:
        raise UsageError(f"search: the query has more than {MOST_TERMS} words and phrases")
    reader = _Reader(lexemes)
    node = reader.some(0)
    if reader.left:
        raise UsageError("search: a ) without its (")
    return node


def terms(node: Node) -> list[Term]:
    """The words and phrases that are wanted, each once, in order."""
    if isinstance(node, Term):
        return [node]
    return list(dict.fromkeys(term for part in node.parts for term in terms(part)))


def _lexemes(text: str) -> list[Term | str]:
    """Terms and signs; what has no letter or digit (``&``, ``...``) is no word and left out."""
    found: list[Term | str] = []
    for match in _LEXEME.finditer(text):
        if match[0] == '"':
            raise UsageError('search: a " is left open')
        sign = match["sign"] or match["minus"] or (match["word"] if match["word"] in _SIGNS else None)
        if sign:
            found.append(sign)
        elif term := _term(match):
            found.append(term)
    return found


def _term(match: re.Match[str]) -> Term | None:
    plain = match["quoted"] if match["quoted"] is not None else match["word"]
    tokens = tuple(words(plain))
    if not tokens:
        return None
    is_prefix = bool(match["open"]) or bool(match["word"] and match["word"].endswith("*"))
    if _UNSPACED_END.search(tokens[-1]):
        return Term(tokens)  # each character is a token of its own: nothing begins with it but itself
    if is_prefix and len(tokens[-1]) < SHORTEST_PREFIX:
        raise UsageError(f"search: {match[0]} is too short, * needs {SHORTEST_PREFIX} letters or digits before it")
    return Term(tokens, is_prefix)


class _Reader:
    """Reads lexemes from the left, one rule a method; OR binds less than AND, AND less than NOT."""

    def __init__(self, lexemes: Sequence[Term | str]) -> None:
        self.left = list(reversed(lexemes))

    def some(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self._take("OR"):
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def all(self, depth: int) -> Node:
        parts: list[Node] = []
        but: list[Node] = []
        is_open = True
        while is_open or self._more():
            is_unwanted = self._take("NOT") or self._take("-")
            (but if is_unwanted else parts).append(self.one(depth))
            is_open = self._take("AND")
        if not parts:
            raise UsageError("search: the query says only what is not wanted; say what is")
        return parts[0] if len(parts) == 1 and not but else All(tuple(parts), tuple(but))

    def one(self, depth: int) -> Node:
        lexeme = self.left.pop() if self.left else None
        if isinstance(lexeme, Term):
            return lexeme
        if lexeme != "(":
            raise UsageError(f"search: a word is missing {f'before {lexeme}' if lexeme else 'at the end'}")
        if depth == DEEPEST:
            raise UsageError(f"search: more than {DEEPEST} parentheses in each other")
        node = self.some(depth + 1)
        if not self._take(")"):
            raise UsageError("search: a ( is left open")
        return node

    def _more(self) -> bool:
        return bool(self.left) and self.left[-1] not in ("OR", ")")

    def _take(self, sign: str) -> bool:
        if self.left and self.left[-1] == sign:
            self.left.pop()
            return True
        return False
