"""Web archives (WARC 0.17 to 1.1, plain or gzip record by record): which pages are in one, and reading one of them.

warcio reads the records; it takes a record that stops too early for a short one, so lengths and end marks are checked
here. Nothing is held but one block of the file.
"""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders

from pipeline.documents import FetchedPage, Source
from pipeline.errors import Rejected, Transient
from pipeline.fetch.compression import decompress
from pipeline.fetch.contents import READABLE, read_content
from pipeline.fetch.responses import check_status, content_type, kept_headers
from pipeline.urls import normalise, path_of

# Its remarks on odd addresses would come to standard error where nobody set up logging.
logging.getLogger("warcio").addHandler(logging.NullHandler())

SUFFIXES = (".warc", ".warc.gz")
BLOCK = 64 * 1024
"""Bytes of the file that are read, and decompressed, at a time."""
HEAD = 256 * 1024
"""Bytes of a record's headers and of those of its HTTP answer together."""
MOST_DAMAGES = 100
MOST_TRIES = 1000
"""Places after a damage that look like the next record's beginning."""
GZIP = b"\x1f\x8b\x08"
PLAIN = b"\nWARC/"
NO_RECORD = "no WARC record begins here"
CUT_SHORT = "the record is cut short"


@dataclass(frozen=True)
class PageRecord:
    """A page in the archive."""

    url: str
    """As the archive has it."""
    offset: int
    """Where its record begins in the file, in bytes."""


@dataclass(frozen=True)
class Damage:
    """A place at which the archive cannot be read; what follows is read again from the next record on."""

    offset: int
    message: str


class _Broken(Exception):
    """A record cannot be read; ``offset`` is where it begins. Never leaves this module."""

    offset = 0


class _Reader(DecompressingBufferedReader):  # type: ignore[misc]
    """Gives out no more header than a record may have, so that no line and no list of headers fills the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.decompressor: Any = None
        super().__init__(file, block_size=BLOCK)
        self.left = HEAD

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(self.left, length or HEAD)) if self.left > 0 else b""
        self.left -= len(line)
        return line

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self.decompressor.decompress(data) if self.decompressor else data
        except Exception as exc:
            if self.num_block_read:
                raise _Broken("the gzip data is damaged") from exc
            self.decompressor = None
            return data


@dataclass(frozen=True)
class _Record:
    """A record whose body is still to be read from ``stream``."""

    offset: int
    kind: str
    url: str
    headers: StatusAndHeaders
    http: StatusAndHeaders | None
    stream: LimitReader


def pages_in(path: Path) -> Iterator[PageRecord | Damage]:
    """The pages of the archive at ``path``, in its order: answers with status 200 that are no picture, style or script.

    Each record is read to its end before it is given out. Raises ``OSError``.
    """
    with path.open("rb") as file:
        mark = GZIP if file.read(3) == GZIP else PLAIN
        at: int | None = 0
        damages = 0
        while at is not None:
            if damages == MOST_DAMAGES:
                yield Damage(at, f"more than {MOST_DAMAGES} damages; what follows byte {at} is left out")
                return
            try:
                yield from _pages(file, at)
                return
            except _Broken as exc:
                damages += 1
                yield Damage(exc.offset, f"{exc}, at byte {exc.offset}")
                at = _next_start(file, exc.offset + 1, mark)


def read_location(source: Source, *, limit: int, keep: Callable[[bytes], str] | None = None) -> FetchedPage:
    """The page in the archive's record at ``source.location``, a ``file:`` URI with the offset as its fragment.

    At most ``limit`` bytes. Raises ``Rejected``: ``not_found``, ``too_large``, and ``unreadable`` for a record that is
    damaged or shorter than it says, which is never taken for a short page.
    """
    place = source.location or ""
    try:
        offset = int(place.rpartition("#")[2])
        with Path(path_of(place)).open("rb") as file:
            record = _record(_at(file, offset), offset)
            body = record.stream.read(limit + 1)
            if len(body) <= limit and record.stream.limit:
                raise _Broken(CUT_SHORT)
    except FileNotFoundError as exc:
        raise Rejected("not_found", f"there is no file {path_of(place)}") from exc
    except (OSError, ValueError, EOFError, ArchiveLoadFailed, _Broken) as exc:
        raise Rejected("unreadable", f"{place}: {exc or 'the file ends before the record'}") from exc
    if len(body) > limit:
        raise Rejected("too_large", f"the record is larger than {limit} bytes")
    return _page(source, record, body, limit, keep)


def _page(source: Source, record: _Record, body: bytes, limit: int, keep: Callable[[bytes], str] | None) -> FetchedPage:
    headers = _headers(record.http)
    if record.http:
        check_status(_status(record.http), headers)
    if reason := record.headers.get_header("WARC-Truncated"):
        raise Rejected("unreadable", f"{CUT_SHORT} by its crawler ({reason[:40]})")
    data = _decoded(body, headers, limit)
    declared, charset = content_type(headers.get("content-type", ""))
    content = read_content(data, declared=declared, charset=charset)
    return FetchedPage(
        id=source.id,
        requested_url=source.url,
        url=normalise(record.url),
        status=_status(record.http) if record.http else None,
        media_type=content.media_type,
        encoding=content.encoding,
        text=content.text,
        content=keep(data) if keep else None,
        headers=kept_headers(headers),
        date_fetched=_moment(record.headers.get_header("WARC-Date")),
        carry=source.carry,
    )


def _decoded(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """The body without its transfer and content codings.

    Some crawlers undo them, and leave the headers as they were; so the body is asked too.
    """
    coding = headers.get("content-encoding", "")
    try:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = _joined(body)
        elif not coding and len(body) < _number(headers.get("content-length")):
            raise Rejected("unreadable", f"{CUT_SHORT}: {len(body)} bytes of {headers['content-length']}")
        if "gzip" in coding and not body.startswith(GZIP[:2]):
            coding = ""
        return decompress(body, coding, limit)
    except Transient as exc:
        raise Rejected("unreadable", f"{CUT_SHORT}: its compressed data has no end") from exc


def _joined(body: bytes) -> bytes:
    """The chunks of a body (RFC 9112, 7.1) in one piece."""
    first = body[:64].partition(b"\r\n")
    try:
        int(first[0].partition(b";")[0], 16)
    except ValueError:
        return body
    chunks = ChunkedDataReader(io.BytesIO(body), raise_exceptions=True)
    try:
        whole: bytes = chunks.read()
    except ChunkedDataException as exc:
        raise Rejected("unreadable", f"{CUT_SHORT}: a chunk is not as long as it says") from exc
    if not chunks.all_chunks_read:
        raise Rejected("unreadable", f"{CUT_SHORT}: its last chunk is missing")
    return whole


def _at(file: BinaryIO, offset: int) -> _Reader:
    file.seek(offset)
    return _Reader(file)


def _pages(file: BinaryIO, at: int) -> Iterator[PageRecord]:
    """The pages from the record at offset ``at`` on; raises ``_Broken``."""
    reader = _at(file, at)
    line: bytes | None = None
    while True:
        try:
            record = _record(reader, at, line)
            page = PageRecord(record.url, at) if _is_page(record) else None
            _drain(record.stream)
            start, line = _to_next(reader, file)
        except EOFError:
            return
        except (ArchiveLoadFailed, _Broken) as exc:
            broken = exc if isinstance(exc, _Broken) else _Broken(NO_RECORD)
            broken.offset = at
            raise broken from exc
        if page:
            yield page
        if start is None:
            return
        at = start


def _record(reader: _Reader, offset: int, line: bytes | None = None) -> _Record:
    """The record that begins where ``reader`` stands, its first line read already if given. ``EOFError`` at the end."""
    reader.left = HEAD
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    record = loader.parse_record_stream(reader, line, "warc", no_record_parse=True)
    stream, url = record.raw_stream, record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_headers.statusline:  # what stands behind the version
        raise _Broken(NO_RECORD)
    if not isinstance(stream, LimitReader):
        raise _Broken(CUT_SHORT)
    is_answer = record.rec_type == "response" and url[:4].lower() == "http" and record.length
    http = loader.load_http_headers("response", url.lower(), stream, record.length) if is_answer else None
    return _Record(offset, record.rec_type or "", url, record.rec_headers, http, stream)


def _drain(stream: LimitReader) -> None:
    while stream.read(BLOCK):
        pass
    if stream.limit:
        raise _Broken(CUT_SHORT)


def _to_next(reader: _Reader, file: BinaryIO) -> tuple[int | None, bytes | None]:
    """Where the next record begins, and its first line if it had to be read; ``None`` at the end of the file."""
    reader.left = HEAD
    line = reader.readline()
    while line and not line.strip():
        line = reader.readline()
    if reader.decompressor is None:
        return (file.tell() - reader.rem_length() - len(line), line) if line else (None, None)
    if line:
        raise _Broken("the file is one gzip stream; `warcio recompress` makes a WARC of it whose records can be found")
    if not reader.decompressor.eof:
        raise _Broken("the gzip data is cut short")
    at = file.tell() - reader.rem_length()
    return (at, None) if reader.read_next_member() else (None, None)


def _next_start(file: BinaryIO, start: int, mark: bytes) -> int | None:
    """The first place from ``start`` on at which a record can be read; ``None`` without one."""
    for _ in range(MOST_TRIES):
        place = _find(file, start, mark)
        if place is None:
            return None
        place += mark is PLAIN
        try:
            _record(_at(file, place), place)
        except (ArchiveLoadFailed, _Broken, EOFError):
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


def _is_page(record: _Record) -> bool:
    if record.kind not in ("response", "resource") or not record.url[:8].lower().startswith(("http://", "https://")):
        return False
    if record.kind == "response" and (record.http is None or _status(record.http) != 200):
        return False
    headers = record.http or record.headers
    declared, _ = content_type(headers.get_header("content-type") or "")
    return (not declared or declared in READABLE) and not record.url.endswith("/robots.txt")


def _status(http: StatusAndHeaders) -> int:
    code = http.get_statuscode()
    return int(code) if code.isascii() and code.isdecimal() and len(code) == 3 else 0


def _headers(http: StatusAndHeaders | None) -> dict[str, str]:
    return {name.lower(): value for name, value in http.headers} if http else {}


def _number(text: Any) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _moment(text: str | None) -> str:
    """A WARC-Date as ISO 8601 in UTC; now where there is none."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        moment = datetime.now(UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds")
