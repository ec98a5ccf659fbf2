"""How spaCy's recognisers put names together: token by token one begins, goes on, ends, or none is there.

Outside of a name the choice depends on the token alone, inside of one on the name's first token, the one before and
this one. So all tokens are first judged as if none were inside, and then all names grow side by side; those that begin
inside of another are left out.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.enrich.entities.maxout import Floats, apart, greatest
from pipeline.enrich.entities.network import Context

Flags = NDArray[np.bool_]
Numbers = NDArray[np.intp]

FEATURES = 3
"""Tokens that a choice depends on."""
MOST_AHEAD = 32
"""Tokens that are made ready at once for names that go on and on."""


class Found(NamedTuple):
    """A name: first and last token (exclusive), and spaCy's label."""

    first: int
    last: int
    label: str


class Transitions:
    """The choices of one ``ner``; ``ValueError`` where they are made in another way than here."""

    def __init__(self, ner: Any) -> None:
        lower, upper = ner.model.get_ref("lower"), ner.model.get_ref("upper")
        linear = ner.model.get_ref("tok2vec").layers[-1]
        if ner.model.attrs["unseen_classes"] or lower.get_dim("nF") != FEATURES or ner.cfg["beam_width"] != 1:
            raise ValueError("unknown transitions")
        weights, bias = lower.get_param("W"), lower.get_param("b").T.ravel()
        self._width: int = weights.shape[1]
        joined = np.concatenate([apart(one) for one in weights], axis=1)
        self._now, self._first, self._before = (
            np.ascontiguousarray(part) for part in np.split(linear.get_param("W").T @ joined, FEATURES, axis=1)
        )
        always = np.split(linear.get_param("b") @ joined, FEATURES)
        absent = lower.get_param("pad")[0].transpose(0, 2, 1).reshape(FEATURES, -1)
        self._inside: Floats = bias + always[0] + always[1] + always[2]
        self._outside: Floats = bias + always[0] + absent[1] + absent[2]
        moves = [ner.moves.get_class_name(number) for number in range(ner.moves.n_moves)]
        self._take(moves, upper.get_param("W"), upper.get_param("b"))

    def _take(self, moves: list[str], weights: Floats, bias: Floats) -> None:
        """The outputs by what they do; where two are equal the first one of the model's order is taken, as there."""
        begins = [move[2:] for move in moves if move.startswith("B-")]
        alone = [move[2:] for move in moves if move.startswith("U-")]
        self._labels, self._begins = begins + alone, len(begins)
        opening = [moves.index(f"B-{label}") for label in begins] + [moves.index(f"U-{label}") for label in alone]
        if opening != sorted(opening):
            raise ValueError(f"unknown moves: {moves}")
        opening.append(moves.index("O"))
        within = [[moves.index(f"{letter}-{label}") for label in begins] for letter in "IL"]
        self._opening, self._opening_bias = np.ascontiguousarray(weights[opening].T), bias[opening]
        self._within, self._within_bias = weights[within], bias[within]

    def names(self, context: Context, candidates: Numbers, last: Flags) -> Iterator[Found]:
        """The names in order that begin with one of the ``candidates``; ``last`` are the last tokens of texts."""
        vectors = context.vectors(candidates)
        scores = greatest(vectors @ self._now + self._outside, self._width) @ self._opening
        scores += self._opening_bias
        scores[last[candidates], : self._begins] = -np.inf
        choice = scores.argmax(axis=1)
        begin = np.flatnonzero(choice < len(self._labels))
        firsts, choice = candidates[begin], choice[begin]
        ends = firsts + 1
        begun = choice < self._begins
        ends[begun] = self._ends(context, vectors[begin[begun]], firsts[begun], choice[begun], last)
        free = 0
        for first, end, label in zip(firsts.tolist(), ends.tolist(), choice.tolist(), strict=True):
            if first >= free:
                yield Found(first, end, self._labels[label])
                free = end

    def _ends(self, context: Context, vectors: Floats, firsts: Numbers, labels: Numbers, last: Flags) -> Numbers:
        """Where the names end that begin at ``firsts``, which have these ``vectors``."""
        ends = firsts + 1
        begun = vectors @ self._first + self._inside
        before = vectors
        open_: Numbers = np.arange(len(firsts))
        ahead = 1
        while open_.size:
            at, kind = ends[open_], labels[open_]
            now = context.vectors(at, ahead)
            hidden = greatest(now @ self._now + begun[open_] + before @ self._before, self._width)
            goes_on, closes = np.einsum("ij,kij->ki", hidden, self._within[:, kind]) + self._within_bias[:, kind]
            ends[open_] += 1
            on = (goes_on >= closes) & ~last[at]
            open_, before = open_[on], now[on]
            ahead = min(2 * ahead, MOST_AHEAD)
        return ends
