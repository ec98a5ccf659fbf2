"""The records of a web archive (WARC 0.17 to 1.1), plain or gzip record by record, read strictly.

warcio reads the headers; it takes a record that stops too early for a short one, so lengths and end marks are checked
here. Nothing is held but one block of the file.
"""

import logging
from dataclasses import dataclass
from typing import Any, BinaryIO

from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders

# Its remarks on odd addresses would come to standard error where nobody set up logging.
logging.getLogger("warcio").addHandler(logging.NullHandler())

BLOCK = 16 * 1024
"""Bytes of the file that are read, and decompressed, at a time."""
HEAD = 256 * 1024
"""Bytes of a record's headers and of those of its HTTP answer together."""
MOST_TRIES = 1000
"""Places after a damage that look like the next record's beginning."""
GZIP = b"\x1f\x8b\x08"
PLAIN = b"\nWARC/"
NO_RECORD = "no WARC record begins here"
CUT_SHORT = "the record is cut short"


class Broken(Exception):
    """A record cannot be read; ``offset`` is where it begins. For ``warc`` alone, which makes outcomes of it."""

    offset = 0


class Reader(DecompressingBufferedReader):  # type: ignore[misc]
    """Gives out no more header than a record may have, so that no line and no list of headers fills the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.decompressor: Any = None
        super().__init__(file, block_size=BLOCK)
        self.left = HEAD

    def readline(self, length: int | None = None) -> bytes:
        """The next line, as far as it fits into what is left; nothing when that is used up."""
        line: bytes = super().readline(min(self.left, length or HEAD)) if self.left > 0 else b""
        self.left -= len(line)
        return line

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self.decompressor.decompress(data) if self.decompressor else data
        except Exception as exc:
            if self.num_block_read:
                raise Broken("the gzip data is damaged") from exc
            self.decompressor = None
            return data


@dataclass(frozen=True)
class Record:
    """A record whose body is still to be read from ``stream``."""

    offset: int
    kind: str
    url: str
    headers: StatusAndHeaders
    http: StatusAndHeaders | None
    stream: LimitReader


def reader_at(file: BinaryIO, offset: int) -> Reader:
    """A reader that stands at the record at ``offset``."""
    file.seek(offset)
    return Reader(file)


def read_record(reader: Reader, offset: int, line: bytes | None = None) -> Record:
    """The record that begins where ``reader`` stands, its first line read already if given. ``EOFError`` at the end."""
    reader.left = HEAD
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    record = loader.parse_record_stream(reader, line, "warc", no_record_parse=True)
    stream, url = record.raw_stream, record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_headers.statusline:  # what stands behind the version
        raise Broken(NO_RECORD)
    if not isinstance(stream, LimitReader):
        raise Broken(CUT_SHORT)
    is_answer = record.rec_type == "response" and url[:4].lower() == "http" and record.length
    http = loader.load_http_headers("response", url.lower(), stream, record.length) if is_answer else None
    return Record(offset, record.rec_type or "", url, record.rec_headers, http, stream)


def drain(stream: LimitReader) -> None:
    """Read a record to its end; raises ``Broken`` if it has fewer bytes than it says."""
    while stream.read(BLOCK):
        pass
    if stream.limit:
        raise Broken(CUT_SHORT)


def to_next(reader: Reader, file: BinaryIO) -> tuple[int | None, bytes | None]:
    """Where the next record begins, and its first line if it had to be read; ``None`` at the end of the file."""
    reader.left = HEAD
    line = reader.readline()
    while line and not line.strip():
        line = reader.readline()
    if reader.decompressor is None:
        return (file.tell() - reader.rem_length() - len(line), line) if line else (None, None)
    if line:
        raise Broken("the file is one gzip stream; `warcio recompress` makes a WARC of it whose records can be found")
    if not reader.decompressor.eof:
        raise Broken("the gzip data is cut short")
    at = file.tell() - reader.rem_length()
    return (at, None) if reader.read_next_member() else (None, None)


def next_start(file: BinaryIO, start: int, mark: bytes) -> int | None:
    """The first place from ``start`` on at which a record can be read; ``None`` without one."""
    for _ in range(MOST_TRIES):
        place = _find(file, start, mark)
        if place is None:
            return None
        place += mark is PLAIN
        try:
            read_record(reader_at(file, place), place)
        except (ArchiveLoadFailed, Broken, EOFError):
            start = place + 1
        else:
            return place
    return None


def _find(file: BinaryIO, start: int, mark: bytes) -> int | None:
    file.seek(start)
    rest = b""
    while block := file.read(1024 * 1024):
        block = rest + block
        if (place := block.find(mark)) >= 0:
            return file.tell() - len(block) + place
        rest = block[-len(mark) + 1 :]
    return None
