"""A MinHash sketch of the text (Broder 1997, "bottom k"): editions of one text have many of its parts in common.

Hashed are pairs of neighbouring long words. Short words are passed over as being mostly grammar, in any language; so a
pair survives what is replaced between its words, and half of all pairs survive when three words in ten are replaced.
"""

from hashlib import blake2b
from heapq import nsmallest
from itertools import pairwise

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text
from pipeline.enrich.words import words

PARTS = 24
"""Hashes kept, the smallest: two texts with a third of their pairs in common share two with probability .999."""
DIGITS = 8
"""Hexadecimal digits of a part; its highest bit is nought, so that databases without unsigned integers can hold it."""
LONG = 4
"""Letters of a word that counts; all do where the script has no spaces, and those with a digit."""
READ = 20_000
"""Words read of a text; the longest articles have half as many."""
_EMPTY = blake2b(digest_size=4)


def fingerprint(text: Text, found: Enrichment) -> str | None:  # noqa: ARG001
    """Up to ``PARTS`` hashes of ``DIGITS`` digits each, smallest first; ``None`` without words.

    Case, punctuation and white space do not count, nor does the order of sentences.
    """
    read, numbers = (text.words if text.is_even else words(text.low))[:READ], text.numbers
    kept = [word for word in read if len(word) >= LONG or word in numbers]
    kept = kept if 3 * len(kept) > len(read) else read
    pairs = set(map(" ".join, pairwise(kept))) or set(kept)
    return "".join([format(part, f"0{DIGITS}x") for part in _smallest(pairs)]) or None


def _smallest(pairs: set[str]) -> list[int]:
    """The ``PARTS`` smallest hashes; two of four bytes make one of them at most."""
    hashes = set(map(_hash_of, pairs))
    return sorted({int.from_bytes(each) >> 1 for each in sorted(hashes)[: 2 * PARTS]})[:PARTS]


def _hash_of(pair: str) -> bytes:
    """Four bytes of BLAKE2b. A hash that has not begun yet is copied: to set one up costs more than to use it."""
    copy = _EMPTY.copy()
    copy.update(pair.encode("utf-8", "replace"))
    return copy.digest()


def parts(sketch: str) -> frozenset[int]:
    """The hashes of a fingerprint."""
    return frozenset(int(sketch[at : at + DIGITS], 16) for at in range(0, len(sketch), DIGITS))


def resemblance(one: str, other: str) -> float:
    """An estimate, out of two fingerprints, of the share of both texts' pairs that they have in common: 0 to 1."""
    first, second = parts(one), parts(other)
    smallest = nsmallest(PARTS, first | second)
    return sum(part in first and part in second for part in smallest) / len(smallest)
