"""Whatever bytes come in as a feed, sitemap, e-mail or web archive: an outcome, never another error."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import Source
from pipeline.errors import DocumentError
from pipeline.fetch.contents import read_content
from pipeline.fetch.listings import read_listing
from pipeline.fetch.warc import PageRecord, pages_in, read_location
from tests.unit.fetch.test_listings import ATOM, JSON_FEED, NEWS, RDF, urlset
from tests.unit.fetch.test_warc import WGET
from tests.unit.fetch.typeset import column, pdf

MAIL = (
    b"Subject: =?utf-8?q?L=C3=A4mps?=\nFrom: Ada <a@example.org>\nDate: Tue, 14 May 2024 09:30:00 +0200\n"
    b'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
    b"--b\nContent-Type: text/plain; charset=utf-8\n"
    b"Content-Transfer-Encoding: base64\n\naGVsbG8gYWxsIHdvcmRz\n--b\nContent-Type: text/html\n"
    b"Content-Transfer-Encoding: quoted-printable\n\n<p>hello=20all</p>\n--b--\n"
)
LISTINGS = [
    urlset(NEWS), RDF.format(ns="http://purl.org/rss/1.0/", date="", more="").encode(),
    ATOM.format(ns="http://www.w3.org/2005/Atom", date="published").encode(), str(JSON_FEED).replace("'", '"').encode(),
    gzip.compress(urlset(NEWS)),
]  # fmt: skip


def damaged(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """One of the seeds with a stretch of it replaced by other bytes."""

    def splice(seed: bytes, at: int, length: int, other: bytes) -> bytes:
        start = at % (len(seed) + 1)
        return seed[:start] + other + seed[start + length :]

    other = st.binary(max_size=12) | st.sampled_from(
        [b"<", b">", b"&", b"\0", b'"', b"--b\n", b"\n\n", b"WARC/1.0\r\n"]
    )
    return st.builds(splice, st.sampled_from(seeds), st.integers(0, 10**6), st.integers(0, 300), other)


def outcome(read: Callable[[], object]) -> None:
    try:
        read()
    except DocumentError as exc:
        assert exc.detail
        assert "\n" not in exc.detail


@given(damaged(LISTINGS))
@settings(max_examples=150, deadline=None)
def test_listings(data: bytes) -> None:
    outcome(lambda: read_listing(data, "https://example.org/feed"))


@given(damaged([MAIL]))
@settings(max_examples=200, deadline=None)
def test_mails(data: bytes) -> None:
    outcome(lambda: read_content(data, declared="message/rfc822"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("warc")


@given(data=damaged([WGET.read_bytes(), gzip.decompress(WGET.read_bytes())]))
@settings(max_examples=150, deadline=None)
def test_archives(folder: Path, data: bytes) -> None:
    path = folder / "a.warc"
    path.write_bytes(data)
    for each in pages_in(path):
        if isinstance(each, PageRecord):
            source = Source(id="1", input="x", url="http://example.org/", location=f"{path.as_uri()}#{each.offset}")
            outcome(lambda source=source: read_location(source, limit=100_000))  # type: ignore[misc]


WHOLE = pdf([column("The lamps along the quay of Oldtown will be switched off. " * 9, left=60, top=780, width=60)])


@given(damaged([WHOLE]))
@settings(max_examples=15, deadline=None)
def test_pdfs(data: bytes) -> None:
    outcome(lambda: read_content(data, declared="application/pdf"))
