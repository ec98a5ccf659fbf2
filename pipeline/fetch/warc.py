"""Web archives (WARC): which pages are in one, and reading one of them."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders

from pipeline.documents import FetchedPage, Source
from pipeline.errors import Rejected, Transient
from pipeline.fetch.compression import decompress
from pipeline.fetch.contents import READABLE, read_content
from pipeline.fetch.responses import check_status, content_type, kept_headers
from pipeline.fetch.warc_records import (
    CUT_SHORT,
    GZIP,
    NO_RECORD,
    PLAIN,
    Broken,
    Record,
    drain,
    next_start,
    read_record,
    reader_at,
    to_next,
)
from pipeline.urls import normalise, path_of

MOST_DAMAGES = 100


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
            except Broken as exc:
                damages += 1
                yield Damage(exc.offset, f"{exc}, at byte {exc.offset}")
                at = next_start(file, exc.offset + 1, mark)


def read_location(source: Source, *, limit: int, keep: Callable[[bytes], str] | None = None) -> FetchedPage:
    """The page in the archive's record at ``source.location``, a ``file:`` URI with the offset as its fragment.

    At most ``limit`` bytes. Raises ``Rejected``: ``not_found``, ``too_large``, and ``unreadable`` for a record that is
    damaged or shorter than it says, which is never taken for a short page.
    """
    place = source.location or ""
    try:
        offset = int(place.rpartition("#")[2])
        with Path(path_of(place)).open("rb") as file:
            record = read_record(reader_at(file, offset), offset)
            body = record.stream.read(limit + 1)
            if len(body) <= limit and record.stream.limit:
                raise Broken(CUT_SHORT)
    except FileNotFoundError as exc:
        raise Rejected("not_found", f"there is no file {path_of(place)}") from exc
    except (OSError, ValueError, EOFError, ArchiveLoadFailed, Broken) as exc:
        said = " ".join(str(exc).split()) or "the file ends before the record"
        raise Rejected("unreadable", f"{place}: {said}") from exc
    if len(body) > limit:
        raise Rejected("too_large", f"the record is larger than {limit} bytes")
    return _page(source, record, body, limit, keep)


def _page(source: Source, record: Record, body: bytes, limit: int, keep: Callable[[bytes], str] | None) -> FetchedPage:
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


def _pages(file: BinaryIO, at: int) -> Iterator[PageRecord]:
    """The pages from the record at offset ``at`` on; raises ``Broken``."""
    reader = reader_at(file, at)
    line: bytes | None = None
    while True:
        try:
            record = read_record(reader, at, line)
            page = PageRecord(record.url, at) if _is_page(record) else None
            drain(record.stream)
            start, line = to_next(reader, file)
        except EOFError:
            return
        except (ArchiveLoadFailed, Broken) as exc:
            broken = exc if isinstance(exc, Broken) else Broken(NO_RECORD)
            broken.offset = at
            raise broken from exc
        if page:
            yield page
        if start is None:
            return
        at = start


def _is_page(record: Record) -> bool:
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
