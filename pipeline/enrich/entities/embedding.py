"""What stands between spaces, as tokens with a vector each: made by spaCy once, and remembered.

A token's vector without its context depends on a few of its attributes (``spacy.MultiHashEmbed.v2``), and the tokens of
what stands between two spaces depend on nothing around it. spaCy itself remembers neither within a memory zone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.candidates import SPACE, kind_of
from pipeline.enrich.entities.maxout import Floats, Maxout
from pipeline.enrich.entities.plain_words import PlainWords

REMEMBERED = 60_000
"""Tokens that are remembered, of some 40,000 chunks: 23 MB of vectors, 14 MB of strings. Full, all are forgotten."""

_CHUNK = re.compile(r"(?:(?<=\S) )?+(\S++|\s++)")
"""Text without spaces, or white space that is more than one space between such: as spaCy's tokenizer cuts."""
_COLUMNS = ("IDX", "LENGTH")
NOTHING = 0
"""The number of the vector of noughts, which stands around texts."""


Row = list[int]
"""A token: its place, its length, its attributes."""
Chunk = tuple[tuple[int, ...], tuple[int, ...]]
"""The numbers of its tokens' vectors, and where in it they begin."""
_ALONE = (0,)


class Tokens(NamedTuple):
    """The tokens of some texts in one line, with ``NOTHING`` around each text."""

    rows: NDArray[np.intp]
    """The numbers of their vectors, until the next texts are read."""
    starts: list[int]
    """Where in its text each token begins."""
    texts: list[int]
    """Where in the line each text begins."""


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
        english = pipeline.lang == "en"
        self._openers = lexicon.words("parts", "opener") if english else frozenset()
        self._articles = lexicon.words("parts", "article") if english else frozenset()
        self._forget(0)

    def tokens(self, texts: Sequence[str], apart: int) -> Tokens:
        """The tokens of these texts, ``apart`` rows between them."""
        cut = [_cut(text) for text in texts]
        self._learn(list(dict.fromkeys(chain.from_iterable(chunks for _, chunks in cut))))
        around = [NOTHING] * apart
        rows, at, begins = around.copy(), around.copy(), []
        for starts, chunks in cut:
            found = [self._chunks[chunk] for chunk in chunks]
            begins.append(len(rows))
            rows += [*chain.from_iterable([numbers for numbers, _ in found]), *around]
            at += [start + place for start, (_, places) in zip(starts, found, strict=True) for place in places] + around
        return Tokens(np.array(rows, np.intp), at, begins)

    def stretch(self, tokens: Tokens, first: int, last: int) -> tuple[int, int, int]:
        """The number of the text of these tokens, and where in it they begin and end; ``last`` is exclusive."""
        number = bisect_right(tokens.texts, first) - 1
        return number, tokens.starts[first], tokens.starts[last - 1] + int(self.lengths[tokens.rows[last - 1]])

    def _learn(self, chunks: list[str]) -> None:
        """Remember all of these; where there is no room, all others are forgotten."""
        new = [chunk for chunk in chunks if chunk not in self._chunks]
        if not new:
            return
        plain = {chunk: words for chunk in new if (words := self._plain.words(chunk))}
        read = self._read([chunk for chunk in new if chunk not in plain])
        room = sum(map(len, plain.values())) + sum(map(len, read.values()))
        if self._used + room > len(self.vectors):
            remembered = bool(self._chunks)
            self._forget(0 if remembered else room)
            if remembered:
                self._learn(chunks)
                return
        begin = self._used
        attributes = [self._plain.attributes(word) for word in self._add_plain(plain)]
        for chunk, rows in read.items():
            numbers = tuple([self._add(chunk[start : start + length]) for start, length, *_ in rows])
            self._chunks[chunk] = numbers, tuple([row[0] for row in rows])
            attributes += [row[len(_COLUMNS) :] for row in rows]
        if attributes:
            self.vectors[begin : self._used] = self._mixed(np.array(attributes, np.uint64))

    def _add_plain(self, plain: dict[str, tuple[str, ...]]) -> list[str]:
        """Give numbers to the words and marks of plain chunks; those that had none yet, in order."""
        added = []
        for chunk, words in plain.items():
            for word in words:
                if word not in self._words:
                    self._words[word] = self._add(word)
                    added.append(word)
            numbers = tuple([self._words[word] for word in words])
            self._chunks[chunk] = numbers, (0, len(words[0])) if len(words) > 1 else _ALONE
        return added

    def _add(self, token: str) -> int:
        """A new number for this token."""
        number = self._used
        self.lengths[number] = len(token)
        self.kinds[number] = kind_of(token, self._openers, self._articles)
        self._used += 1
        return number

    def _forget(self, room: int) -> None:
        """Begin anew, with this much room at least."""
        self._chunks: dict[str, Chunk] = {}
        self._words: dict[str, int] = {}
        """Numbers of plain words and marks, which are the same in every chunk."""
        size = max(REMEMBERED, room) + 1
        self.vectors: Floats = np.empty((size, self._mix.scale.size), np.float32)
        self.vectors[NOTHING] = 0
        self.kinds: NDArray[np.uint8] = np.zeros(size, np.uint8)
        self.kinds[NOTHING] = SPACE
        self.lengths: NDArray[np.int32] = np.zeros(size, np.int32)
        self._used = 1

    def _read(self, chunks: Sequence[str]) -> dict[str, list[Row]]:
        """The tokens of each chunk, by spaCy."""
        read: dict[str, list[Row]] = {chunk: [] for chunk in chunks}
        others = [chunk for chunk in chunks if not chunk.isspace()]
        table = self._table("\n".join(others)) if others else []
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


def _cut(text: str) -> tuple[Iterable[int], list[str]]:
    """Where each chunk begins, and the chunks."""
    chunks = text.split()
    if chunks and " ".join(chunks) == text:
        return accumulate([len(chunk) + 1 for chunk in chunks[:-1]], initial=0), chunks
    found = [(match.start(1), match[1]) for match in _CHUNK.finditer(text)]
    return [start for start, _ in found], [chunk for _, chunk in found]
