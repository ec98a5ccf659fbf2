"""The same formats come out of an HTTP answer and out of a file, and the archive gets the bytes as they were."""

import gzip
import hashlib
from pathlib import Path

import httpx
import pytest

from pipeline.documents import FetchedPage, Source
from pipeline.errors import Rejected
from pipeline.fetch.asking import Reply
from pipeline.fetch.files import read_file
from pipeline.fetch.pages import page_from
from tests.unit.fetch.typeset import column, pdf

TEXT = "The lamps along the quay of Oldtown will be switched off at midnight, the council decided on Tuesday."
PDF = pdf([column(TEXT, left=60, top=780, width=60)])
MAIL = b"Subject: Lamps\nFrom: Ada Quill <a@example.org>\n\n" + TEXT.encode()
HTML = f"<!doctype html><p>{TEXT}</p>".encode()


class Kept:
    """An archive that remembers what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, data: bytes) -> str:
        self.bodies.append(data)
        return hashlib.sha256(data).hexdigest()


def over_http(data: bytes, declared: str, kept: Kept) -> FetchedPage:
    headers = httpx.Headers({"Content-Type": declared, "Content-Encoding": "gzip"})
    reply = Reply(
        url="https://example.org/a", redirects=(), status=200, headers=headers, body=gzip.compress(data),
        date_fetched="2026-01-01T00:00:00+00:00",
    )  # fmt: skip
    return page_from(Source(id="1", input="x", url="https://example.org/a"), reply, limit=100_000, keep=kept)


def from_file(path: Path, data: bytes, kept: Kept) -> FetchedPage:
    path.write_bytes(data)
    return read_file(Source(id="1", input="x", url=path.as_uri()), limit=100_000, keep=kept)


@pytest.mark.parametrize(
    ("name", "declared", "data", "media_type", "text"),
    [
        ("a.pdf", "application/pdf", PDF, "text/plain", TEXT),
        ("a.txt", "text/plain", PDF, "text/plain", TEXT),
        ("a.pdf", "application/pdf", b"\n\n" + PDF, "text/plain", TEXT),
        ("a.pdf", "application/pdf", HTML, "text/html", HTML.decode()),
        ("a.eml", "message/rfc822", MAIL, "text/plain", f"Lamps\n\nBy Ada Quill\n\n{TEXT}"),
        ("a.txt", "text/plain; charset=utf-8", MAIL, "text/plain", MAIL.decode()),
        ("a.html", "text/html", HTML, "text/html", HTML.decode()),
    ],
    ids=["pdf", "pdf as text", "space above", "html as pdf", "mail", "mail as text", "html"],
)
def test_net_and_file_read_the_same(
    tmp_path: Path, name: str, declared: str, data: bytes, media_type: str, text: str
) -> None:
    kept = Kept()
    pages = [over_http(data, declared, kept), from_file(tmp_path / name, data, kept)]
    assert [(page.media_type, page.text) for page in pages] == [(media_type, text)] * 2
    assert kept.bodies == [data, data]
    assert {page.content for page in pages} == {hashlib.sha256(data).hexdigest()}


@pytest.mark.parametrize("data", [b"%PDF-1.7 and no more", b"PK\x03\x04" + bytes(40), b" "])
def test_what_cannot_be_read_is_not_kept(tmp_path: Path, data: bytes) -> None:
    kept = Kept()
    with pytest.raises(Rejected):
        over_http(data, "application/pdf", kept)
    with pytest.raises(Rejected):
        from_file(tmp_path / "a.pdf", data, kept)
    assert kept.bodies == []
