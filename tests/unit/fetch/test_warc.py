"""Web archives: written by warcio here, by wget 1.21 for the file beside this one, and damaged in every way."""

import gzip
import io
import tracemalloc
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.documents import FetchedPage, Source
from pipeline.errors import Rejected
from pipeline.fetch.inputs import FoundInput, NotAnInput, recognise
from pipeline.fetch.warc import Damage, PageRecord, pages_in, read_location

WGET = Path(__file__).parent / "archives" / "wget.warc.gz"
PAGE = "<!doctype html><title>Länder</title><p>Some words, číslo {}.</p>"
Header = tuple[str, str]


def html(number: int) -> bytes:
    return PAGE.format(number).encode()


class Archive:
    """An archive in the making."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._writer = WARCWriter(self._file, gzip=path.suffix == ".gz")

    def add(
        self, url: str, body: bytes, *headers: Header, status: str = "200 OK", kind: str = "response", **fields: str
    ) -> int:
        """Write a record; returns its offset."""
        self._file.flush()
        at = self._file.tell()
        http = None
        if kind in ("response", "request"):
            given = headers or (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))))
            http = StatusAndHeaders(status if kind == "response" else "GET / HTTP/1.1", given, protocol="HTTP/1.1")
        facts = {"WARC-Date": "2024-05-14T07:30:00Z", **{k.replace("_", "-"): v for k, v in fields.items()}}
        record = self._writer.create_warc_record(
            url, kind, io.BytesIO(body), http_headers=http, warc_content_type="text/html", warc_headers_dict=facts
        )
        self._writer.write_record(record)
        self._file.flush()
        return at

    def close(self) -> Path:
        self._file.close()
        return self.path


@pytest.fixture(params=["a.warc.gz", "a.warc"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    return Archive(tmp_path / request.param)


def read(path: Path, offset: int, limit: int = 100_000) -> FetchedPage:
    source = Source(id="1", input="x", url="http://example.org/x", location=f"{path.as_uri()}#{offset}", carry={"n": 1})
    return read_location(source, limit=limit, keep=lambda data: f"{len(data)} bytes")


def test_pages_are_found_and_nothing_else(archive: Archive) -> None:
    first = archive.add("http://example.org/1", html(1))
    archive.add("http://example.org/1", b"", kind="request")
    archive.add("http://example.org/a.png", b"\x89PNG", ("Content-Type", "image/png"))
    archive.add("http://example.org/a.css", b"p{}", ("Content-Type", "text/css"))
    archive.add("http://example.org/a.js", b"1", ("Content-Type", "application/javascript"))
    archive.add("http://example.org/gone", html(0), status="404 Not Found")
    archive.add("http://example.org/moved", b"", ("Location", "/1"), status="301 Moved")
    archive.add("http://example.org/robots.txt", b"User-agent: *", ("Content-Type", "text/plain"))
    archive.add("dns:example.org", b"192.0.2.1", kind="resource")
    archive.add("metadata://example.org/log", b"words", kind="resource")
    resource = archive.add("https://example.org/2?utm_source=x", html(2), kind="resource")
    pdf = archive.add("https://example.org/3.pdf", b"%PDF-", ("Content-Type", "application/pdf"))
    path = archive.close()
    assert list(pages_in(path)) == [
        PageRecord("http://example.org/1", first),
        PageRecord("https://example.org/2?utm_source=x", resource),
        PageRecord("https://example.org/3.pdf", pdf),
    ]
    one, two, _ = recognise(str(path))
    assert one == FoundInput("http://example.org/1", "http://example.org/1", {}, f"{path.as_uri()}#{first}")
    assert isinstance(two, FoundInput)
    assert two.url == "https://example.org/2"
    page = read(path, first)
    assert (page.id, page.url, page.status, page.encoding) == ("1", "http://example.org/1", 200, "utf-8")
    assert (page.text, page.date_fetched, page.carry) == (PAGE.format(1), "2024-05-14T07:30:00+00:00", {"n": 1})
    assert (page.headers["content-type"], page.content) == ("text/html; charset=utf-8", f"{len(html(1))} bytes")
    assert read(path, resource).text == PAGE.format(2)
    assert read(path, resource).status is None


CODED = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
CHUNKED = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))


def chunks(body: bytes, size: int = 20) -> bytes:
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(html(1), mtime=0), CODED),
        (html(1), CODED),
        (chunks(html(1)), CHUNKED),
        (html(1), CHUNKED),
        (chunks(gzip.compress(html(1), mtime=0)), (*CODED, CHUNKED[1])),
    ],
    ids=["gzip", "gzip undone by the crawler", "chunked", "chunks undone by the crawler", "chunked gzip"],
)
def test_codings_are_undone(archive: Archive, body: bytes, headers: tuple[Header, ...]) -> None:
    at = archive.add("http://example.org/1", body, *headers)
    assert read(archive.close(), at).text == PAGE.format(1)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (html(1), (("Content-Type", "text/html"), ("Content-Length", "1000"))),
        (gzip.compress(html(1), mtime=0)[:-9], CODED),
        (chunks(html(1))[:-5], CHUNKED),
        (chunks(html(1))[:-12], CHUNKED),
    ],
    ids=["shorter than announced", "gzip without end", "no last chunk", "half a chunk"],
)
def test_a_page_cut_short_is_an_error(archive: Archive, body: bytes, headers: tuple[Header, ...]) -> None:
    at = archive.add("http://example.org/1", body, *headers)
    with pytest.raises(Rejected, match="cut short") as caught:
        read(archive.close(), at)
    assert caught.value.reason == "unreadable"


def test_a_page_that_the_crawler_cut_is_an_error(archive: Archive) -> None:
    at = archive.add("http://example.org/1", html(1), WARC_Truncated="length")
    with pytest.raises(Rejected, match="cut short by its crawler"):
        read(archive.close(), at)


def test_a_record_over_the_limit_is_refused_unread(archive: Archive) -> None:
    at = archive.add("http://example.org/1", html(1) * 100)
    with pytest.raises(Rejected, match="too_large"):
        read(archive.close(), at, limit=1000)


def test_a_bomb_in_a_record_is_refused(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a.warc")
    at = archive.add("http://example.org/1", gzip.compress(bytes(10_000_000), mtime=0), *CODED)
    with pytest.raises(Rejected, match="too_large"):
        read(archive.close(), at, limit=1_000_000)


@pytest.mark.parametrize("lost", [1, 4, 12, 40, 150, 300])
def test_of_a_cut_file_the_whole_records_are_taken(archive: Archive, lost: int) -> None:
    body = html(2) + b"<p>" + bytes(range(32, 127)) * 4
    whole = archive.add("http://example.org/1", html(1))
    cut = archive.add("http://example.org/2", body)
    path = archive.close()
    path.write_bytes(path.read_bytes()[:-lost])
    if path.suffix == ".warc" and lost <= 4:  # only the empty lines after the record are gone
        assert [each.offset for each in pages_in(path)] == [whole, cut]
        return
    first, damage = pages_in(path)
    assert first == PageRecord("http://example.org/1", whole)
    assert isinstance(damage, Damage)
    assert damage.offset == cut
    assert "cut short" in damage.message
    if lost > 12 or path.suffix == ".warc":  # the last bytes of a gzip are a checksum, and empty lines
        with pytest.raises(Rejected, match="cut short"):
            read(path, cut)
    *_, reported = recognise(str(path))
    assert isinstance(reported, NotAnInput)
    assert (reported.input, str(cut) in reported.message) == (str(path), True)


GARBAGE = [b"garbage", b"\x1f\x8b\x08 no gzip at all", b"\nWARC/1.0 no header", b"x" * 300_000, b"\0" * 70_000]


@pytest.mark.parametrize("garbage", GARBAGE, ids=["word", "gzip", "warc", "long", "nul"])
def test_after_garbage_the_next_record_is_found(archive: Archive, garbage: bytes) -> None:
    first = archive.add("http://example.org/1", html(1))
    archive._file.write(garbage + b"\r\n")
    third = archive.add("http://example.org/3", html(3))
    last = archive.add("http://example.org/4", html(4))
    path = archive.close()
    found = list(pages_in(path))
    assert [each.offset for each in found if isinstance(each, PageRecord)] == [first, third, last]
    assert [type(each) for each in found].count(Damage) == 1
    assert read(path, third).text == PAGE.format(3)


def test_a_damaged_record_costs_only_itself(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a.warc.gz")
    at = [archive.add(f"http://example.org/{number}", html(number)) for number in range(4)]
    path = archive.close()
    data = bytearray(path.read_bytes())
    middle = (at[1] + at[2]) // 2
    data[middle : middle + 8] = bytes(8)
    path.write_bytes(data)
    found = list(pages_in(path))
    assert [each.offset for each in found if isinstance(each, PageRecord)] == [at[0], at[2], at[3]]
    assert [each.offset for each in found if isinstance(each, Damage)] == [at[1]]
    with pytest.raises(Rejected, match="unreadable"):
        read(path, at[1])


@pytest.mark.parametrize("offset", ["7", "999999", "x", ""])
def test_a_place_without_a_record_is_an_error(archive: Archive, offset: str) -> None:
    archive.add("http://example.org/1", html(1))
    source = Source(id="1", input="x", url="http://example.org/1", location=f"{archive.close().as_uri()}#{offset}")
    with pytest.raises(Rejected, match="unreadable") as caught:
        read_location(source, limit=1000)
    assert "\n" not in caught.value.detail


def test_an_archive_that_is_gone_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="not_found"):
        read(tmp_path / "a.warc", 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no page"),
        (b"no archive at all\n", "no WARC record begins here"),
        (gzip.compress(b"no archive at all\n", mtime=0), "no WARC record begins here"),
        (gzip.compress(b"a" * 5_000_000, mtime=0), "no WARC record begins here"),
    ],
    ids=["empty", "text", "gzip", "a line of 5 MB"],
)
def test_what_is_no_archive_says_so(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    (found,) = recognise(str(path))
    assert isinstance(found, NotAnInput)
    assert said in found.message


def test_an_archive_in_one_gzip_stream_says_what_to_do(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a.warc")
    archive.add("http://example.org/1", html(1))
    archive.add("http://example.org/2", html(2))
    packed = tmp_path / "b.warc.gz"
    packed.write_bytes(gzip.compress(archive.close().read_bytes(), mtime=0))
    found = list(recognise(str(packed)))
    assert any(isinstance(each, NotAnInput) and "warcio recompress" in each.message for each in found)


def test_lengths_that_lie_end(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/\r\nContent-Length: %s\r\n\r\n"
    path = tmp_path / "a.warc"
    for length in (b"99999999999999999999", b"-1", b"many", b""):
        path.write_bytes((head % length + b"HTTP/1.1 200 OK\r\n\r\n<p>\r\n\r\n") * 200)
        found = list(pages_in(path))
        assert 0 < len(found) < 400
        assert not any(isinstance(each, PageRecord) for each in found)


def test_the_file_of_another_tool() -> None:
    found = [each for each in recognise(str(WGET)) if isinstance(each, FoundInput)]
    assert [each.url for each in found] == [
        "http://news.example.org/", "http://news.example.org/lamps.html", "http://news.example.org/chunked.html",
    ]  # fmt: skip
    pages = [
        read_location(Source(id="1", input=each.input, url=each.url, location=each.location), limit=100_000)
        for each in found
    ]
    assert [page.url for page in pages] == [each.url for each in found]
    assert "Lamps on the quay go dark at midnight" in pages[1].text
    assert pages[2].text.endswith("</body></html>")
    assert {page.date_fetched[:4] for page in pages} == {"2026"}


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a.warc.gz")
    for number in range(3):
        archive.add(f"http://example.org/{number}", html(1) * 200_000)
    path = archive.close()
    tracemalloc.start()
    assert len(list(pages_in(path))) == 3
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000
