"""What is searched for: a small language, read once into a tree, and the tree in the words of each database.

storm flood          both words          storm OR flood       one of them
"after the storm"    these in a row      storm NOT flood      the first without the second; also storm -flood
flo*                 words that begin    (storm OR rain) pier
"""

import re
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import UsageError
from pipeline.store.search.tokens import words

DEEPEST = 30
MOST_TERMS = 100
_PART = re.compile(r'"([^"]*)"|([()])|(-)(?=[^\s-])|([^\s()"]+)')


@dataclass(frozen=True)
class Phrase:
    """Words in a row; the last may be the beginning of one."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Both:
    """What fits each of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Either:
    """What fits one of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Without:
    """What fits the first and not the second."""

    wanted: "Node"
    unwanted: "Node"


Node = Phrase | Both | Either | Without
_Part = tuple[Literal["phrase", "word", "("], str] | tuple[Literal[")", "-", "AND", "OR", "NOT"], str]


def parse(text: str) -> Node:
    """The tree of a query; raises UsageError with a word on what is wrong."""
    reader = _Reader(_parts(text))
    node = reader.either(0)
    if reader.left:
        raise UsageError(f"search: {reader.left[0][1]!r} stands where no word can be")
    return node


def phrases(node: Node) -> list[Phrase]:
    """The words that are wanted, for showing where they stand."""
    match node:
        case Phrase():
            return [node]
        case Without(wanted=wanted):
            return phrases(wanted)
        case Both(parts=parts) | Either(parts=parts):
            return [phrase for part in parts for phrase in phrases(part)]


def fts5(node: Node) -> str:
    """The tree as SQLite's FTS5 has it; it holds nothing but our own words, in quotation marks."""
    match node:
        case Phrase():
            return f'"{" ".join(node.words)}"{"*" if node.is_prefix else ""}'
        case Both():
            return "(" + " AND ".join(map(fts5, node.parts)) + ")"
        case Either():
            return "(" + " OR ".join(map(fts5, node.parts)) + ")"
        case Without():
            return f"({fts5(node.wanted)} NOT {fts5(node.unwanted)})"


def tsquery(node: Node, weights: str = "") -> str:
    """The tree as PostgreSQL's tsquery has it. ``weights``: only where words of this weight stand (``A``)."""
    match node:
        case Phrase():
            last = len(node.words) - 1
            marks = [("*" if node.is_prefix and at == last else "") + weights for at in range(last + 1)]
            return (
                "(" + " <-> ".join(f"'{w}'{':' if m else ''}{m}" for w, m in zip(node.words, marks, strict=True)) + ")"
            )
        case Both():
            return "(" + " & ".join(tsquery(part, weights) for part in node.parts) + ")"
        case Either():
            return "(" + " | ".join(tsquery(part, weights) for part in node.parts) + ")"
        case Without():
            return f"({tsquery(node.wanted, weights)} & !{tsquery(node.unwanted, weights)})"


def _parts(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if text.count('"') % 2:
        raise UsageError('search: a quotation mark (") is left open')
    for phrase, bracket, minus, word in _PART.findall(text):
        if bracket or minus:
            found.append((bracket or minus, bracket or minus))
        elif word in ("AND", "OR", "NOT"):
            found.append((word, word))
        elif word:
            found.append(("word", word))
        elif words(phrase):
            found.append(("phrase", phrase))
    if sum(kind in ("word", "phrase") for kind, _ in found) > MOST_TERMS:
        raise UsageError(f"search: more than {MOST_TERMS} words")
    return found


class _Reader:
    """Recursive descent over the parts: OR binds least, then what stands side by side, then NOT."""

    def __init__(self, parts: list[tuple[str, str]]) -> None:
        self.left = parts

    def either(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise UsageError("search: too many parentheses inside each other")
        parts = [self._both(depth)]
        while self._take("OR"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Node:
        wanted, unwanted = [], []
        while True:
            if self._take("NOT") or self._take("-"):
                unwanted.append(self._one(depth))
            else:
                wanted.append(self._one(depth))
            self._take("AND")
            if not self.left or self.left[0][0] in (")", "OR"):
                break
        if not wanted:
            raise UsageError("search: there has to be a word that is wanted, not only such as are not (NOT, -)")
        node: Node = wanted[0] if len(wanted) == 1 else Both(tuple(wanted))
        for each in unwanted:
            node = Without(node, each)
        return node

    def _one(self, depth: int) -> Node:
        if not self.left:
            raise UsageError("search: a word is missing at the end")
        kind, text = self.left.pop(0)
        if kind == "(":
            node = self.either(depth + 1)
            if not self._take(")"):
                raise UsageError("search: a parenthesis is left open")
            return node
        if kind in ("word", "phrase"):
            return _phrase(text, kind)
        raise UsageError(f"search: {text!r} stands where a word is expected")

    def _take(self, kind: str) -> bool:
        if self.left and self.left[0][0] == kind:
            self.left.pop(0)
            return True
        return False


def _phrase(text: str, kind: str) -> Phrase:
    found = words(text)
    if not found:
        raise UsageError(f"search: {text!r} holds no letter and no digit")
    return Phrase(tuple(found), is_prefix=kind == "word" and text.endswith("*"))
