"""How names of places are compared."""

import unicodedata
from functools import lru_cache
from zlib import crc32

BITS = 2**22
"""Of what tells which keys are known to be none: of 280,000 keys, one other in fifteen is taken for one of them."""


@lru_cache(maxsize=20_000)
def key(name: str) -> str:
    """The name without case, accents, full stops and a leading article."""
    sound = name.encode("utf-8", "ignore").decode()  # databases refuse halves of characters
    folded = (sound if sound.isascii() else _without_accents(sound)).casefold()
    words = folded.replace(".", "").replace("'", "").replace("’", "").replace("-", " ").split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(["saint" if word == "st" else words_of.get(word, word) for word in words])


def _without_accents(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return "".join(character for character in plain if not unicodedata.combining(character))


words_of = {"ft": "fort", "mt": "mount", "twp": "township", "co": "county"}
"""Short forms in names of places, written out."""


def short_key(name: str) -> str:
    """The key of a short form, which is one only with its full stop: "La." is a state, "La" is not."""
    return f"{key(name)}."


def place_of(key: str) -> tuple[int, int]:
    """The byte and the bit of it that are the key's among the ``BITS``."""
    number = crc32(key.encode()) % BITS
    return number >> 3, 1 << (number & 7)
