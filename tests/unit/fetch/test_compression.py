import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from pipeline.errors import Rejected, Transient
from pipeline.fetch.compression import MAX_MEMBERS, decompress

TEXT = b"Some words of a page, and more of them. " * 5000
CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1, mtime=0),
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("coding", CODERS)
def test_what_was_coded_comes_back(coding: str) -> None:
    for data in (b"x", TEXT, bytes(3_000_000)):
        assert decompress(CODERS[coding](data), coding.upper(), limit=len(data)) == data


@pytest.mark.parametrize("coding", ["", "identity", " identity , "])
def test_no_coding(coding: str) -> None:
    assert decompress(TEXT, coding, limit=len(TEXT)) == TEXT


@pytest.mark.parametrize("coding", [*CODERS, "identity"])
def test_one_byte_past_the_limit_is_refused(coding: str) -> None:
    with pytest.raises(Rejected, match="too_large"):
        decompress(CODERS.get(coding, bytes)(TEXT), coding, limit=len(TEXT) - 1)


@pytest.mark.parametrize("coding", CODERS)
def test_every_cut_is_noticed(coding: str) -> None:
    body = CODERS[coding](TEXT)
    for end in {1, 2, 5, len(body) // 2, len(body) - 5, len(body) - 1}:
        with pytest.raises((Transient, Rejected)):
            decompress(body[:end], coding, limit=10 * len(TEXT))


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_costs_little_memory(coding: str) -> None:
    bomb = CODERS[coding](bytes(128_000_000))
    tracemalloc.start()
    with pytest.raises(Rejected, match="too_large"):
        decompress(bomb, coding, limit=20_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64_000_000


@pytest.mark.parametrize("coding", ["gzip, gzip", "br,gzip", "compress", "aes128gcm", "x" * 100_000, "gzip," * 9999])
def test_stacked_and_unknown_codings_are_refused(coding: str) -> None:
    with pytest.raises(Rejected, match="bad_encoding") as caught:
        decompress(TEXT, coding, limit=10**6)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(("coding", "part"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", zstandard.compress(b""))])
def test_endless_members_are_refused(coding: str, part: bytes) -> None:
    assert decompress(part * MAX_MEMBERS, coding, limit=10) == b""
    with pytest.raises(Rejected, match="bad_encoding"):
        decompress(part * 50_000, coding, limit=10)


def test_a_wrong_checksum_is_noticed() -> None:
    body = bytearray(gzip.compress(TEXT, mtime=0))
    body[-6] ^= 1
    with pytest.raises(Rejected, match="bad_encoding"):
        decompress(bytes(body), "gzip", limit=10**6)
