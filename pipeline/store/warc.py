"""Archived pages as a web archive (WARC/1.1), written record by record.

A page becomes a request, a response and, where redirects led to it, a metadata record, each naming the response that it
goes with. The archive keeps bodies decompressed, so the response's Content-Length is that of the body as it is written;
headers that told of the transfer are kept as ``X-Archive-Orig-…``, as other archives do. Local files are resources, and
so are the further parts of an article: of these nothing but address and body is known, and being of no declared type
they are not taken for articles of their own when the file is read again.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from string import punctuation
from typing import IO, Any
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.documents import FetchedPage
from pipeline.store.pages import ArchivedPage

VERSION = "WARC/1.1"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})
"""Headers that are true of the answer as it was sent, and not of the body as it is kept."""
UNKNOWN = "application/octet-stream"


def write_warc(pages: Iterable[ArchivedPage], out: IO[bytes], *, gzip: bool, software: str) -> int:
    """Write all pages to ``out``, each record compressed by itself if ``gzip``; returns how many pages."""
    writer = WARCWriter(out, gzip=gzip, warc_version=VERSION)
    about = {"software": software, "format": VERSION.replace("/", " File Format "), "conformsTo": CONFORMS_TO}
    writer.write_record(_record(writer, "warcinfo", None, _fields(about), _now(), kind="application/warc-fields"))
    written = 0
    for archived in pages:
        _write(writer, archived)
        written += 1
    return written


def _write(writer: WARCWriter, archived: ArchivedPage) -> None:
    page = archived.page
    date = _warc_date(page.date_fetched)
    main = _main_record(writer, archived, date)
    with_it = {"WARC-Concurrent-To": main.rec_headers.get_header("WARC-Record-ID")}
    writer.write_record(main)
    if page.request_headers:
        asked = StatusAndHeaders(f"GET {_target(page.url)} HTTP/1.1", _request_headers(page), is_http_request=True)
        writer.write_record(_record(writer, "request", page.url, b"", date, http=asked, more=with_it))
    if page.redirects or page.url != page.requested_url:
        way = {"via": page.requested_url, "hopsFromSeed": "R" * (len(page.redirects) + 1)}
        way |= {f"redirect-{number}": url for number, url in enumerate(page.redirects, 1)}
        kind = "application/warc-fields"
        writer.write_record(_record(writer, "metadata", page.url, _fields(way), date, kind=kind, more=with_it))
    for part, body in zip(page.parts, archived.parts, strict=True):
        writer.write_record(_record(writer, "resource", part.url, body, date, kind=UNKNOWN, more=with_it))


def _main_record(writer: WARCWriter, archived: ArchivedPage, date: str) -> Any:
    page, body = archived.page, archived.body
    if page.status is None:
        declared = page.headers.get("content-type", page.media_type)
        return _record(writer, "resource", page.url, body, date, kind=declared)
    status = StatusAndHeaders(f"{page.status} {_phrase(page.status)}", _headers(page.headers, body), "HTTP/1.1")
    return _record(writer, "response", page.url, body, date, http=status)


def _record(
    writer: WARCWriter, record: str, url: str | None, body: bytes, date: str, *, kind: str = "",
    http: StatusAndHeaders | None = None, more: Mapping[str, str] | None = None,
) -> Any:  # fmt: skip
    return writer.create_warc_record(
        url, record, payload=BytesIO(body), length=len(body), http_headers=http, warc_content_type=kind,
        warc_headers_dict={"WARC-Date": date} | dict(more or {}),
    )  # fmt: skip


def _headers(headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
    kept = [(f"X-Archive-Orig-{name}" if name in TRANSFER else name, _one_line(v)) for name, v in headers.items()]
    return [*kept, ("Content-Length", str(len(body)))]


def _request_headers(page: FetchedPage) -> list[tuple[str, str]]:
    host = {} if "host" in {name.lower() for name in page.request_headers} else {"Host": urlsplit(page.url).netloc}
    return [(name, _one_line(value)) for name, value in (host | page.request_headers).items()]


def _target(url: str) -> str:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe=punctuation)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())


def _fields(values: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in values.items()).encode()


def _warc_date(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _now() -> str:
    return _warc_date(datetime.now(UTC).isoformat())
