import os
from pathlib import Path

import pytest

from pipeline.documents import FetchedPage, Source
from pipeline.errors import Rejected
from pipeline.fetch.files import read_file
from pipeline.urls import file_uri


def read(path: Path, limit: int = 10_000) -> FetchedPage:
    uri = file_uri(str(path))
    return read_file(Source(id="1", input=str(path), url=uri, carry={"desk": 7}), limit=limit)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a page.html", "<p>Grüße</p>", "text/html"),
        ("über.HTM", "<p>Grüße</p>", "text/html"),
        ("a.txt", "Grüße", "text/plain"),
        ("a.txt", "<!doctype html><p>Grüße</p>", "text/html"),
        ("a.html", "Grüße, ohne ein Zeichen von HTML", "text/plain"),
        ("a.md", "# Grüße", "text/markdown"),
        ("page", "<html><p>Grüße</p>", "text/html"),
        ("page.php", "Grüße", "text/plain"),
    ],
)
def test_a_file_is_read_as_what_it_holds(tmp_path: Path, name: str, data: str, media_type: str) -> None:
    (tmp_path / name).write_text(data, "utf-8")
    page = read(tmp_path / name)
    assert (page.text, page.media_type, page.encoding, page.status) == (data, media_type, "utf-8", None)
    assert page.url == page.requested_url == (tmp_path / name).as_uri()
    assert page.carry == {"desk": 7}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.html", b"", "no_content"),
        ("blank.txt", b" \n", "no_content"),
        ("large.html", b"<p>" + b"x" * 10_000, "too_large"),
        ("page.html", b"%PDF-1.4", "unreadable"),
        ("page.html", b"PK\x03\x04....", "unsupported_type"),
        ("noise.txt", bytes(range(16)) * 50, "unsupported_type"),
    ],
)
def test_a_file_that_is_no_page_is_refused(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Rejected) as caught:
        read(tmp_path / name)
    assert caught.value.reason == reason


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    expected = {"missing": "not_found", "pipe": "unsupported_type", "loop": "unreadable", ".": "unsupported_type"}
    for name, reason in expected.items():
        with pytest.raises(Rejected) as caught:
            read(tmp_path / name)
        assert caught.value.reason == reason


def test_a_file_that_may_not_be_read_is_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.html").write_text("<p>x")
    # Tests may run as root, whom no permission stops.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Rejected) as caught:
        read(tmp_path / "a.html")
    assert caught.value.reason == "forbidden"
