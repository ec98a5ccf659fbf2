"""The vectors of spaCy's small recognisers, for all tokens of a document at once, with the model's own weights.

``spacy.Tok2Vec.v2``: a token's attributes are hashed and mixed into one vector, and each convolution adds what the
neighbours on both sides say. thinc runs this in many small steps that cost more than the products do, and for all
tokens; here the products are made in blocks that stay in the processor's cache, for tokens that are asked for.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from pipeline.enrich.entities.embedding import Embedding
from pipeline.enrich.entities.maxout import Floats, Maxout, apart

BLOCK = 320
"""Rows that go through a layer together: their activations have 0.7 MB."""

_MAXOUT = "maxout>>layernorm>>dropout"
_HASHED = "ints-getitem>>hashembed"
_CONVOLUTION = re.escape(f"residual(expand_window>>{_MAXOUT})")
_KNOWN = re.compile(
    rf"extract_features>>list2ragged>>with_array\({_HASHED}(?:\|{_HASHED})*\)>>with_array\({_MAXOUT}\)>>ragged2list>>"
    rf"with_array\({_CONVOLUTION}(?:>>{_CONVOLUTION})*\)"
)
"""The layers by name, as thinc writes them."""

Numbers = NDArray[np.intp]


class Network:
    """The layers of one ``tok2vec``; ``ValueError`` where they are others than those known here."""

    def __init__(self, tok2vec: Any, pipeline: Any) -> None:
        if not _KNOWN.fullmatch(tok2vec.name):
            raise ValueError(f"unknown layers: {tok2vec.name}")
        layers = list(tok2vec.walk(order="dfs_pre"))
        maxout, normal, windows = (_named(layers, name) for name in ("maxout", "layernorm", "expand_window"))
        mix, *self._convolutions = map(_maxout, maxout, normal)
        self.padding = len(self._convolutions)
        self.embedding = Embedding(layers, mix, pipeline)
        if {window.attrs["window_size"] for window in windows} != {1} or tok2vec.layers[-1].attrs[
            "pad"
        ] != self.padding:
            raise ValueError("unknown windows")

    def context(self, rows: NDArray[np.intp]) -> "Context":
        """Reads these tokens, as ``embedding.tokens`` puts them in line."""
        return Context(self.embedding.vectors[rows], self._convolutions)


class Context:
    """A line of tokens, whose vectors in context are made when they are asked for.

    A vector needs those of its neighbours from the layer before, and these need theirs: one is made of nine tokens.
    """

    def __init__(self, vectors: Floats, convolutions: Sequence[Maxout]) -> None:
        """``vectors`` without context; around each text stand as many of noughts as there are ``convolutions``."""
        self._convolutions = convolutions
        self._layers = [vectors, *(np.empty_like(vectors) for _ in convolutions)]
        self._known = np.zeros((len(convolutions), len(vectors)), np.bool_)

    def vectors(self, at: Numbers, ahead: int = 0) -> Floats:
        """The vectors of these tokens; those that are made are made with as many ``ahead`` of them."""
        known = self._known[-1]
        if not known[at].all():
            wanted = np.zeros_like(known)
            for step in range(ahead + 1):
                wanted[np.minimum(at + step, len(wanted) - 1 - len(self._convolutions))] = True
            self._make(len(self._convolutions), wanted)
        return self._layers[-1][at]

    def _make(self, layer: int, wanted: NDArray[np.bool_]) -> None:
        """Make those of a layer's vectors that are ``wanted`` and not known yet."""
        missing = wanted & ~self._known[layer - 1]
        if layer > 1:
            around = missing.copy()
            around[1:] |= missing[:-1]
            around[:-1] |= missing[1:]
            self._make(layer - 1, around)
        self._known[layer - 1] |= missing
        before, width = self._layers[layer - 1], self._layers[0].shape[1]
        windows = as_strided(before, (len(before) - 2, 3 * width), before.strides, writeable=False)
        rows = np.flatnonzero(missing)
        for first in range(0, len(rows), BLOCK):
            block = rows[first : first + BLOCK]
            window = windows[block - 1]
            self._layers[layer][block] = window[:, width:-width] + self._convolutions[layer - 1](window.T).T


def _named(layers: Sequence[Any], name: str) -> list[Any]:
    return [layer for layer in layers if layer.name == name]


def _maxout(dense: Any, normal: Any) -> Maxout:
    columns = dense.get_param("b").T, normal.get_param("G"), normal.get_param("b")
    weights = np.ascontiguousarray(apart(dense.get_param("W")).T)
    return Maxout(weights, *(np.ascontiguousarray(column).reshape(-1, 1) for column in columns))
