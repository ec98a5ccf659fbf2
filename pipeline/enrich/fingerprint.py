"""A 64-bit simhash of the text (Charikar 2002): the texts of two editions of one story differ in few bits."""

from hashlib import blake2b

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text
from pipeline.enrich.words import words

BITS = 64
SHINGLE = 3
"""Words in a row that are hashed together: single words would make all texts of one topic alike."""


def fingerprint(text: Text, found: Enrichment) -> str | None:  # noqa: ARG001
    """Sixteen hex digits; ``None`` without words. Case, punctuation and white space do not count."""
    read = words(text.body.lower())
    if not read:
        return None
    shingles = [" ".join(read[at : at + SHINGLE]) for at in range(max(1, len(read) - SHINGLE + 1))]
    # All hashes as one string of bits: every 64th character belongs to one column, and counting it is C code.
    bits = "".join(format(_hash(shingle), "064b") for shingle in shingles)
    ones = (bits[column::BITS].count("1") for column in range(BITS))
    value = int("".join("1" if 2 * count > len(shingles) else "0" for count in ones), 2)
    return format(value, "016x")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=BITS // 8).digest())


def distance(one: str, other: str) -> int:
    """Bits in which two fingerprints differ, 0 to 64."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
