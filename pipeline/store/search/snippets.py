"""The words around what was searched for."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.store.search.query import Phrase
from pipeline.store.search.tokens import Token, tokens

BEFORE, AFTER = 12, 24
"""Words that are shown before and from the first place on."""


@dataclass(frozen=True)
class Snippet:
    """A stretch of a text on one line, and where in it something stands that was searched for."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def snippet(body: str, wanted: Sequence[Phrase]) -> Snippet:
    """The stretch around the place where most of the wanted words stand near to each other; else the beginning."""
    found = list(tokens(body))
    places = sorted(_places(found, wanted))
    first = _best(places)
    start, end = max(0, first - BEFORE), min(len(found), first + AFTER)
    if not found:
        return Snippet("")
    left = found[start].start if start else 0
    right = found[end - 1].end if end < len(found) else len(body.rstrip())
    shown = body[left:right].replace("\n", " ")
    marks = [
        (found[at].start - left, found[last].end - left) for at, last, _ in places if start <= at and last < end
    ]  # fmt: skip
    lead, tail = "… " if left else "", " …" if end < len(found) else ""
    return Snippet(f"{lead}{shown}{tail}", tuple((a + len(lead), b + len(lead)) for a, b in _merged(marks)))


def _places(found: Sequence[Token], wanted: Sequence[Phrase]) -> set[tuple[int, int, int]]:
    """Where each phrase stands, as first and last word, and which phrase it is."""
    at_word: dict[str, list[int]] = {}
    for at, token in enumerate(found):
        at_word.setdefault(token.word, []).append(at)
    places = set()
    for number, phrase in enumerate(wanted):
        first = phrase.words[0]
        is_open = phrase.is_prefix and len(phrase.words) == 1
        starts = (
            [at for word, ats in at_word.items() if word.startswith(first) for at in ats]
            if is_open
            else at_word.get(first, [])
        )
        places |= {(at, at + len(phrase.words) - 1, number) for at in starts if _stands(found, at, phrase)}
    return places


def _stands(found: Sequence[Token], at: int, phrase: Phrase) -> bool:
    there = [token.word for token in found[at : at + len(phrase.words)]]
    if len(there) < len(phrase.words) or there[:-1] != list(phrase.words[:-1]):
        return False
    return there[-1].startswith(phrase.words[-1]) if phrase.is_prefix else there[-1] == phrase.words[-1]


def _best(places: Sequence[tuple[int, int, int]]) -> int:
    """The first word of the window with the most different phrases in it."""
    best, most = 0, 0
    for at, _, _ in places[:200]:
        near = {number for start, last, number in places if at <= start and last < at + AFTER}
        if len(near) > most:
            best, most = at, len(near)
    return best


def _merged(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
