"""What stands between spaces, as tokens with a vector each: made by spaCy once, and remembered.

A token's vector without its context depends on a few of its attributes (``spacy.MultiHashEmbed.v2``), and the tokens of
what stands between two spaces depend on nothing around it. spaCy itself remembers neither within a memory zone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.enrich.entities.maxout import Floats, Maxout

REMEMBERED = 30_000
"""Tokens that are remembered, of about 20,000 chunks: 12 MB of vectors, 8 MB of strings. Full, all are forgotten."""

_CHUNK = re.compile(r"(?:(?<=\S) )?+(\S++|\s++)")
"""Text without spaces, or white space that is more than one space between such: as spaCy's tokenizer cuts."""
_COLUMNS = ("IDX", "LENGTH")

Token = tuple[int, int, int]
"""Where it begins and ends, and the number of its vector."""


class Embedding:
    """Tokens and their vectors without context."""

    def __init__(self, layers: Sequence[Any], mix: Maxout, make_doc: Callable[[str], Any]) -> None:
        """``layers`` are those of a multi-hash embedding, whose last one is ``mix``."""
        extract = next(layer for layer in layers if layer.name == "extract_features")
        self.attributes: list[Any] = extract.attrs["columns"]
        self._tables = [layer for layer in layers if layer.name == "hashembed"]
        self._mix, self._make_doc = mix, make_doc
        self._forget(0)

    def tokens(self, texts: Sequence[str]) -> list[list[Token]]:
        """The tokens of each text, with the numbers of their ``vectors`` until the next call."""
        cut = [[(match.start(1), match[1]) for match in _CHUNK.finditer(text)] for text in texts]
        self._learn(list(dict.fromkeys(chunk for chunks in cut for _, chunk in chunks)))
        known = self._chunks
        return [
            [(at + start, at + end, row) for at, chunk in chunks for start, end, row in known[chunk]] for chunks in cut
        ]

    def _learn(self, chunks: list[str]) -> None:
        """Remember all of these; where there is no room, all others are forgotten."""
        new = [chunk for chunk in chunks if chunk not in self._chunks]
        if not new:
            return
        read = list(self._read(new))
        if self._used + sum(map(len, read)) > len(self.vectors):
            new, read = chunks, list(self._read(chunks))
            self._forget(sum(map(len, read)))
        table = np.concatenate(read)
        self.vectors[self._used : self._used + len(table)] = self._mixed(table[:, len(_COLUMNS) :])
        for chunk, part in zip(new, read, strict=True):
            places, begin = part[:, : len(_COLUMNS)].tolist(), int(part[0, 0])
            self._chunks[chunk] = tuple(
                (start - begin, start - begin + length, row) for row, (start, length) in enumerate(places, self._used)
            )
            self.space[self._used : self._used + len(part)] = chunk.isspace()
            self._used += len(part)

    def _forget(self, room: int) -> None:
        """Begin anew, with this much room at least."""
        self._chunks: dict[str, tuple[Token, ...]] = {}
        self.vectors: Floats = np.empty((max(REMEMBERED, room), self._mix.scale.size), np.float32)
        self.space: NDArray[np.bool_] = np.zeros(len(self.vectors), np.bool_)
        self._used = 0

    def _read(self, chunks: Sequence[str]) -> Iterator[NDArray[np.uint64]]:
        """The tokens of each chunk: place, length, and the attributes that are embedded. White space is read alone."""
        filled = ["_" if chunk.isspace() else chunk for chunk in chunks]
        table = self._table("\n".join(filled))
        breaks = np.cumsum([len(chunk) + 1 for chunk in filled]).astype(np.uint64) - 1
        at = 0
        for chunk, end in zip(chunks, np.searchsorted(table[:, 0], breaks).tolist(), strict=True):
            yield self._table(chunk) if chunk.isspace() else table[at:end]
            at = end + 1

    def _table(self, text: str) -> NDArray[np.uint64]:
        table: NDArray[np.uint64] = self._make_doc(text).to_array([*_COLUMNS, *self.attributes])
        return table

    def _mixed(self, features: NDArray[np.uint64]) -> Floats:
        hashed = []
        for column, layer in enumerate(self._tables):
            vectors = layer.get_param("E")
            rows = layer.ops.hash(np.ascontiguousarray(features[:, column]), layer.attrs["seed"]) % len(vectors)
            hashed.append(layer.ops.gather_add(vectors, rows))
        return self._mix(np.concatenate(hashed, axis=1))
