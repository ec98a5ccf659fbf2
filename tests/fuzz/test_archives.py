"""Web archives and compressed bodies: pages, damages and refusals, never more bytes than allowed."""

import gzip
import zlib
from pathlib import Path
from tempfile import NamedTemporaryFile

import brotli
import zstandard
from hypothesis import strategies as st

from pipeline.documents import Source
from pipeline.fetch.compression import decompress
from pipeline.fetch.warc import Damage, PageRecord, pages_in, read_location
from tests.fuzz.damage import damaged_bytes
from tests.fuzz.law import fuzz, is_address, outcome
from tests.unit.fetch.test_warc import WGET

HTTP = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 25\r\n\r\n<title>x</title><p>words."
)
CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n<title>x</title><p>words.\r\n0\r\n\r\n"
RECORD = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://n.example.org/{0}\r\n"
    "WARC-Date: 2024-05-14T07:30:00Z\r\nWARC-Record-ID: <urn:uuid:{0}>\r\n"
    "Content-Type: application/http; msgtype=response\r\nContent-Length: {1}\r\n\r\n{2}\r\n\r\n"
)
RECORDS = [RECORD.format(number, len(each), each).encode() for number, each in enumerate((HTTP, CHUNKED, HTTP))]
PLAIN = b"".join(RECORDS)
ARCHIVES = [PLAIN, PLAIN, b"".join(map(gzip.compress, RECORDS)), WGET.read_bytes()]
PIECES = (
    "WARC/1.0\r\n", "WARC/1.1\r\n", "\r\n\r\n", "Content-Length: -5\r\n", "Content-Length: 9999999999\r\n",
    "WARC-Date: x\r\n", "\x1f\x8b\x08", "WARC-Date: 0001-01-01T00:00:00+23:59\r\n",
    "WARC-Date: 9999-12-31T23:59:59-23:59\r\n", "HTTP/1.1 ²00 OK\r\n", "Content-Encoding: gzip\r\n",
    "Content-Encoding: br, gzip\r\n", "Transfer-Encoding: chunked\r\n", "ffffffffffff\r\n", "-1\r\n",
    "WARC-Truncated: time\r\n", "WARC-Target-URI: http://[\r\n", "WARC-Type: resource\r\n",
    "Content-Type: text/html; charset=\r\n", "Content-Length: ²\r\n", "Content-Length: 1_0\r\n", "0x19\r\n",
)  # fmt: skip

LIMIT = 50_000
PACKED = {
    "gzip": gzip.compress(PLAIN, mtime=0), "deflate": zlib.compress(PLAIN), "br": brotli.compress(PLAIN),
    "zstd": zstandard.ZstdCompressor().compress(PLAIN), "": PLAIN,
}  # fmt: skip


@fuzz(80, data=damaged_bytes(ARCHIVES, PIECES))
def test_archives(data: bytes) -> None:
    with NamedTemporaryFile(suffix=".warc") as file:
        file.write(data)
        file.flush()
        path = Path(file.name)
        for each in pages_in(path):
            assert 0 <= each.offset <= len(data)
            if isinstance(each, Damage):
                assert each.message
                assert "\n" not in each.message
            else:
                _is_read(each, f"{path.as_uri()}#{each.offset}")


def _is_read(record: PageRecord, location: str) -> None:
    source = Source(id="1", input="x", url="http://n.example.org/", location=location)
    if page := outcome(lambda: read_location(source, limit=LIMIT)):
        is_address(page.url)
        page.model_dump_json().encode()
        assert "\0" not in page.text


@fuzz(30, data=damaged_bytes([PLAIN]), at=st.integers(-5, 2000))
def test_a_place_that_is_no_record(data: bytes, at: int) -> None:
    with NamedTemporaryFile(suffix=".warc") as file:
        file.write(data)
        file.flush()
        _is_read(PageRecord("", at), f"{Path(file.name).as_uri()}#{at}")


@fuzz(
    120,
    data=damaged_bytes(list(PACKED.values())),
    coding=st.sampled_from([*PACKED, "x-gzip", "gzip, br", "identity", "\0"]),
)
def test_compressed_bodies(data: bytes, coding: str) -> None:
    if (body := outcome(lambda: decompress(data, coding, LIMIT))) is not None:
        assert len(body) <= LIMIT
