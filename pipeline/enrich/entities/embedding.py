"""What stands between spaces, as tokens with a vector each: made by spaCy once, and remembered.

A token's vector without its context depends on a few of its attributes (``spacy.MultiHashEmbed.v2``), and the tokens of
what stands between two spaces depend on nothing around it. spaCy itself remembers neither within a memory zone.
"""

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.enrich.entities.maxout import Floats, Maxout
from pipeline.enrich.entities.plain_words import PlainWords, Row

REMEMBERED = 60_000
"""Tokens that are remembered, of some 40,000 chunks: 23 MB of vectors, 14 MB of strings. Full, all are forgotten."""

_CHUNK = re.compile(r"(?:(?<=\S) )?+(\S++|\s++)")
"""Text without spaces, or white space that is more than one space between such: as spaCy's tokenizer cuts."""
_COLUMNS = ("IDX", "LENGTH")

Token = tuple[int, int, int]
"""Where it begins and ends, and the number of its vector."""


class Embedding:
    """Tokens and their vectors without context."""

    def __init__(self, layers: Sequence[Any], mix: Maxout, pipeline: Any) -> None:
        """``layers`` are those of a multi-hash embedding, whose last one is ``mix``."""
        extract = next(layer for layer in layers if layer.name == "extract_features")
        number_of = import_module("spacy.attrs").intify_attr
        self.attributes: list[int] = [number_of(name) for name in extract.attrs["columns"]]
        self._tables = [layer for layer in layers if layer.name == "hashembed"]
        self._mix, self._pipeline = mix, pipeline
        self._plain = PlainWords(pipeline, self.attributes)
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
        read = self._read(new)
        if self._used + sum(map(len, read.values())) > len(self.vectors):
            read = self._read(chunks)
            self._forget(sum(map(len, read.values())))
        begin = self._used
        for chunk, rows in read.items():
            tokens = ((row[0], row[0] + row[1], number) for number, row in enumerate(rows, self._used))
            self._chunks[chunk] = tuple(tokens)
            self.space[self._used : self._used + len(rows)] = chunk.isspace()
            self._used += len(rows)
        attributes = [row[len(_COLUMNS) :] for rows in read.values() for row in rows]
        self.vectors[begin : self._used] = self._mixed(np.array(attributes, np.uint64))

    def _forget(self, room: int) -> None:
        """Begin anew, with this much room at least."""
        self._chunks: dict[str, tuple[Token, ...]] = {}
        self.vectors: Floats = np.empty((max(REMEMBERED, room), self._mix.scale.size), np.float32)
        self.space: NDArray[np.bool_] = np.zeros(len(self.vectors), np.bool_)
        self._used = 0

    def _read(self, chunks: Sequence[str]) -> dict[str, list[Row]]:
        """The tokens of each chunk."""
        read = {chunk: self._plain.read(chunk) or [] for chunk in chunks}
        others = [chunk for chunk, rows in read.items() if not rows and not chunk.isspace()]
        table = self._table("\n".join(others))
        at = begin = 0
        for chunk in others:
            while at < len(table) and table[at][0] < begin + len(chunk):
                read[chunk].append([table[at][0] - begin, *table[at][1:]])
                at += 1
            at, begin = at + 1, begin + len(chunk) + 1
        return read | {chunk: self._table(chunk) for chunk in chunks if chunk.isspace()}

    def _table(self, text: str) -> list[Row]:
        table: list[Row] = self._pipeline.make_doc(text).to_array([*_COLUMNS, *self.attributes]).tolist()
        return table

    def _mixed(self, features: NDArray[np.uint64]) -> Floats:
        hashed = []
        for column, layer in enumerate(self._tables):
            vectors = layer.get_param("E")
            rows = layer.ops.hash(np.ascontiguousarray(features[:, column]), layer.attrs["seed"]) % len(vectors)
            hashed.append(layer.ops.gather_add(vectors, rows))
        return self._mix(np.concatenate(hashed, axis=1).T).T
