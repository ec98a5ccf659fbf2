"""Damage: small valid documents cut, repeated, swapped, nested and poisoned in a few places, beside pure noise."""

import gzip
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from hypothesis import strategies as st

Step: TypeAlias = tuple[Callable[[str, str, str, str], tuple[str, str, str]], int, int, str]
"""A way, where it begins, how far it goes, and what it puts there."""

LONGEST = 30_000
"""Characters of a damaged document, about; growth stops here."""

POISON = (
    "\0", "\x01", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\ud800", "\udfff\ud83d", "\U0010ffff",
    "\u202e", "e\u0301" * 9, "İ", "ß", "ﬁ", "²", "٣", "\U0001d7d7", "\u200b", "\u00ad", "\u3000", "\r", "\r\n",
    "\t" * 9, "9" * 400, "-1", "1e999", "NaN", "0x", "%00", "%ff%fe", "&#0;", "&#xd800;", "&#x110000;", "\\u0000",
    "\\ud800", "a" * 3000, " " * 3000, "\n" * 300, "<" * 300, "[" * 300, "(" * 300, '"', "'", "“", "„", "«", "</",
    "<![CDATA[", "<!--", "]]>", "{", "}", ",,", "://", "?#", "@", "=", ";", "𝔸", "漢字", "اللغة", "👩\u200d👧",
)  # fmt: skip
"""What readers stumble over, in any format."""

CODECS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp1252", "cp1251", "cp932", "gb18030", "big5",
)  # fmt: skip

_SEAM = re.compile(r"[<>{}\[\]\",;:/=\n&]")


def _cut(before: str, _here: str, after: str, _piece: str) -> tuple[str, str, str]:
    return before, "", after


def _end(before: str, here: str, _after: str, _piece: str) -> tuple[str, str, str]:
    return before, here, ""


def _replace(before: str, _here: str, after: str, piece: str) -> tuple[str, str, str]:
    return before, piece, after


def _insert(before: str, here: str, after: str, piece: str) -> tuple[str, str, str]:
    return before, piece + here, after


def _wrap(before: str, here: str, after: str, piece: str) -> tuple[str, str, str]:
    return before, piece + here + piece, after


def _repeat(before: str, here: str, after: str, piece: str) -> tuple[str, str, str]:
    return before, here * (2 + len(piece) * 7 % 60), after


def _swap(before: str, here: str, after: str, _piece: str) -> tuple[str, str, str]:
    return before, after, here


def _nest(before: str, here: str, after: str, piece: str) -> tuple[str, str, str]:
    """The document inside of itself."""
    return before, here + (before + piece + after) * (1 + len(piece) % 4), after


WAYS = (_cut, _end, _replace, _insert, _wrap, _repeat, _swap, _nest)


def damaged(seeds: Sequence[str], pieces: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """One of the seeds, damaged in up to four places; ``pieces`` are what its own format stumbles over."""
    put = st.sampled_from([*POISON, *pieces, *pieces]) | st.text(max_size=6)
    step = st.tuples(st.sampled_from(WAYS), st.integers(0, 9999), st.integers(0, 9999), put)
    return st.builds(_after, st.sampled_from(list(seeds)), st.lists(step, max_size=4))


def damaged_bytes(seeds: Sequence[bytes], pieces: Sequence[str] = ()) -> st.SearchStrategy[bytes]:
    """The same for formats of bytes."""
    texts = damaged([seed.decode("latin-1") for seed in seeds], pieces)
    return texts.map(lambda text: b"".join(_as_byte(character) for character in text)) | st.binary(max_size=300)


def written(texts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """The texts as bytes: mostly UTF-8, also other encodings, some cut within a character, some packed."""
    codecs = st.sampled_from(("utf-8",) * 8 + CODECS)
    return st.builds(_written, texts, codecs, st.integers(0, 40)) | st.binary(max_size=300)


def noise(longest: int = 200) -> st.SearchStrategy[str]:
    """Text of any characters, surrogates and control characters among them."""
    return st.text(st.characters() | st.sampled_from([*map(chr, range(32)), "\ud800", "\udcff"]), max_size=longest)


def proper(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The texts without lone surrogates: what decoding can give."""
    return texts.map(lambda text: text.encode("utf-8", "replace").decode())


def _after(seed: str, steps: Sequence[Step]) -> str:
    for way, at, length, piece in steps:
        start, end = _stretch(seed, at, length)
        seed = "".join(way(seed[:start], seed[start:end], seed[end:], piece))[:LONGEST]
    return seed


def _stretch(text: str, at: int, length: int) -> tuple[int, int]:
    """A stretch of the text: between two seams for an even ``at``, else anywhere, and then mostly short."""
    seams = [match.start() for match in _SEAM.finditer(text)] if at % 2 == 0 else []
    if not seams:
        start = at % (len(text) + 1)
        return start, min(len(text), start + length % (9 if length % 3 else 900))
    first, last = at // 2 % len(seams), at // 2 % len(seams) + length // 2 % 12
    start = seams[first] + length % 2  # with or without what opens it
    return start, max(start, seams[min(last, len(seams) - 1)])


def _as_byte(character: str) -> bytes:
    return character.encode("latin-1") if character < "\u0100" else character.encode("utf-8", "surrogatepass")


def _written(text: str, codec: str, loss: int) -> bytes:
    data = text.encode(codec, "surrogatepass" if codec == "utf-8" else "replace")
    if loss == 1:
        return gzip.compress(data, mtime=0)
    return data[: -loss // 8] if loss > 32 else data
