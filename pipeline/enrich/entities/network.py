"""The vectors of spaCy's small recognisers, for all tokens of a document at once, with the model's own weights.

``spacy.Tok2Vec.v2``: a token's attributes are hashed and mixed into one vector, and each convolution adds what the
neighbours on both sides say. thinc runs this in many small steps that cost more than the products do; here the
products are made in blocks that stay in the processor's cache.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.enrich.entities.embedding import Embedding
from pipeline.enrich.entities.maxout import Floats, Maxout, apart

BLOCK = 320
"""Rows that go through the layers together, if no text is longer: their activations have 0.9 MB."""

_MAXOUT = "maxout>>layernorm>>dropout"
_HASHED = "ints-getitem>>hashembed"
_CONVOLUTION = re.escape(f"residual(expand_window>>{_MAXOUT})")
_KNOWN = re.compile(
    rf"extract_features>>list2ragged>>with_array\({_HASHED}(?:\|{_HASHED})*\)>>with_array\({_MAXOUT}\)>>ragged2list>>"
    rf"with_array\({_CONVOLUTION}(?:>>{_CONVOLUTION})*\)"
)
"""The layers by name, as thinc writes them."""

Stretch = tuple[int, int]
"""First and last token (exclusive) of one text; texts are read apart from one another."""


class Network:
    """The layers of one ``tok2vec``; ``ValueError`` where they are others than those known here."""

    def __init__(self, tok2vec: Any, pipeline: Any) -> None:
        if not _KNOWN.fullmatch(tok2vec.name):
            raise ValueError(f"unknown layers: {tok2vec.name}")
        layers = list(tok2vec.walk(order="dfs_pre"))
        maxout, normal, windows = (_named(layers, name) for name in ("maxout", "layernorm", "expand_window"))
        mix, *self._convolutions = map(_maxout, maxout, normal)
        self._padding, self._width = len(self._convolutions), mix.scale.size
        self.embedding = Embedding(layers, mix, pipeline)
        if {window.attrs["window_size"] for window in windows} != {1} or tok2vec.layers[-1].attrs[
            "pad"
        ] != self._padding:
            raise ValueError("unknown windows")

    def put_in_context(self, vectors: Floats, texts: Sequence[Stretch]) -> None:
        """Add to each token's vector what the tokens around it in its text say; one row for each token."""
        for block in self._blocks(texts):
            self._convolve(vectors, block)

    def _blocks(self, texts: Sequence[Stretch]) -> list[list[Stretch]]:
        """Whole texts, as many as have ``BLOCK`` rows; a longer one is alone."""
        blocks: list[list[Stretch]] = []
        room = 0
        for first, last in texts:
            size = last - first + self._padding
            if not blocks or size > room:
                blocks.append([])
                room = BLOCK
            blocks[-1].append((first, last))
            room -= size
        return blocks

    def _convolve(self, found: Floats, texts: Sequence[Stretch]) -> None:
        """Put one block's vectors in context; around texts stand as many rows of noughts as there are convolutions."""
        lengths = [last - first for first, last in texts]
        starts = [self._padding * (number + 1) + sum(lengths[:number]) for number in range(len(texts))]
        rows = np.zeros((starts[-1] + lengths[-1] + self._padding, self._width), np.float32)
        for start, (first, last) in zip(starts, texts, strict=True):
            rows[start : start + last - first] = found[first:last]
        vectors = np.ascontiguousarray(rows.T)
        windows = np.zeros((3 * self._width, len(rows)), np.float32)
        for convolution in self._convolutions:
            windows[: self._width, 1:] = vectors[:, :-1]
            windows[self._width : -self._width] = vectors
            windows[-self._width :, :-1] = vectors[:, 1:]
            vectors += convolution(windows)
        rows = np.ascontiguousarray(vectors.T)
        for start, (first, last) in zip(starts, texts, strict=True):
            found[first:last] = rows[start : start + last - first]


def _named(layers: Sequence[Any], name: str) -> list[Any]:
    return [layer for layer in layers if layer.name == name]


def _maxout(dense: Any, normal: Any) -> Maxout:
    columns = dense.get_param("b").T, normal.get_param("G"), normal.get_param("b")
    weights = np.ascontiguousarray(apart(dense.get_param("W")).T)
    return Maxout(weights, *(np.ascontiguousarray(column).reshape(-1, 1) for column in columns))
