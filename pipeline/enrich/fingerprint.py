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


def fingerprint(text: Text, found: Enrichment) -> str | None:  # noqa: ARG001
    """Up to ``PARTS`` hashes of ``DIGITS`` digits each, smallest first; ``None`` without words.

    Case, punctuation and white space do not count, nor does the order of sentences.
    """
    read = words(text.body.lower())[:READ]
    kept = [word for word in read if len(word) >= LONG or (not word.isalpha() and any(map(str.isdigit, word)))]
    kept = kept if 3 * len(kept) > len(read) else read
    pairs = {f"{one} {other}" for one, other in pairwise(kept)} or set(kept)
    return "".join([format(part, f"0{DIGITS}x") for part in _smallest(pairs)]) or None


def _smallest(pairs: set[str]) -> list[int]:
    """The ``PARTS`` smallest hashes; two of four bytes make one of them at most."""
    hashes = {blake2b(pair.encode("utf-8", "replace"), digest_size=4).digest() for pair in pairs}
    return sorted({int.from_bytes(each) >> 1 for each in nsmallest(2 * PARTS, hashes)})[:PARTS]


def parts(sketch: str) -> frozenset[int]:
    """The hashes of a fingerprint."""
    return frozenset(int(sketch[at : at + DIGITS], 16) for at in range(0, len(sketch), DIGITS))


def resemblance(one: str, other: str) -> float:
    """An estimate, out of two fingerprints, of the share of both texts' pairs that they have in common: 0 to 1."""
    first, second = parts(one), parts(other)
    smallest = nsmallest(PARTS, first | second)
    return sum(part in first and part in second for part in smallest) / len(smallest)
