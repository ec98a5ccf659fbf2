"""Content codings undone under a bound: the output never grows past the limit, whatever the input claims."""

import zlib
from collections.abc import Callable, Generator, Iterator

import brotli
import zstandard

from pipeline.errors import Rejected, Transient

PIECE = 1024 * 1024
"""Bytes that a decoder gives out at a time, about; the limit is checked after each."""
ZSTD_SLICE = 256
"""Bytes of zstd input at a time: four of them can stand for a block of 128 KiB, so that a piece stays under 8 MiB."""
ZSTD_WINDOW = 8 * 1024 * 1024
"""Bytes of zstd window that a decoder must be ready for, and no sender may exceed (RFC 9659)."""
MAX_MEMBERS = 64
"""Members of a gzip stream or frames of a zstd one; real ones have one, seldom a few."""


def decompress(body: bytes, coding: str, limit: int) -> bytes:
    """Undo a ``Content-Encoding``: gzip, deflate, br or zstd, one of them.

    Raises ``Rejected("too_large")`` past ``limit`` bytes, ``Rejected("bad_encoding")`` for a coding that is unknown,
    stacked or not what the bytes are, and ``Transient("net")`` where the data stops before its end mark.
    """
    names = [name for part in coding.lower().split(",")[:8] if (name := part.strip()) not in ("", "identity")]
    if not names or not body:
        return _gathered(iter((body,)), limit)
    if len(names) > 1 or names[0] not in _DECODERS:
        raise Rejected("bad_encoding", f"the page comes in a coding that nobody asked for: {', '.join(names)[:80]}")
    try:
        return _gathered(_DECODERS[names[0]](body), limit)
    except (zlib.error, brotli.error, zstandard.ZstdError) as exc:
        raise Rejected("bad_encoding", f"the page is not the {names[0]} it says: {exc}") from exc


def _gathered(pieces: Iterator[bytes], limit: int) -> bytes:
    whole = bytearray()
    for piece in pieces:
        if len(whole) + len(piece) > limit:
            raise Rejected("too_large", f"the page is larger than {limit} bytes")
        whole += piece
    return bytes(whole)


def _gzip(body: bytes) -> Iterator[bytes]:
    for _ in range(MAX_MEMBERS):
        body = yield from _inflate(body, zlib.MAX_WBITS | 16)
        # What follows the last member is padding or garbage, which browsers ignore too.
        if not body.startswith(b"\x1f\x8b"):
            return
    raise Rejected("bad_encoding", f"more than {MAX_MEMBERS} gzip members")


def _deflate(body: bytes) -> Iterator[bytes]:
    # RFC 9110 means zlib; some servers send bare deflate data. The zlib header tells them apart (RFC 1950).
    has_header = body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflate(body, zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


def _inflate(body: bytes, window_bits: int) -> Generator[bytes, None, bytes]:
    """The pieces of one stream; returns what follows it."""
    inflater = zlib.decompressobj(window_bits)
    while not inflater.eof:
        piece = inflater.decompress(body, PIECE)
        body = inflater.unconsumed_tail
        if not (piece or body or inflater.eof):
            raise _cut_short()
        yield piece
    return inflater.unused_data


def _brotli(body: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    yield decoder.process(body, output_buffer_limit=PIECE)
    while not decoder.is_finished():
        if not (piece := decoder.process(b"", output_buffer_limit=PIECE)):
            raise _cut_short()
        yield piece


def _zstd(body: bytes) -> Iterator[bytes]:
    frames, decoder = 1, _zstd_frame()
    for start in range(0, len(body), ZSTD_SLICE):
        rest = body[start : start + ZSTD_SLICE]
        while rest:
            if decoder.eof:
                frames, decoder = frames + 1, _zstd_frame()
            if frames > MAX_MEMBERS:
                raise Rejected("bad_encoding", f"more than {MAX_MEMBERS} zstd frames")
            yield decoder.decompress(rest)
            rest = decoder.unused_data
    if not decoder.eof:
        raise _cut_short()


def _zstd_frame() -> "zstandard.ZstdDecompressionObj":
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


def _cut_short() -> Transient:
    return Transient("net", "the compressed page stops before its end mark")


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "br": _brotli,
    "deflate": _deflate,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "zstd": _zstd,
}
