import contextlib
import time

import pytest

from pipeline.errors import Rejected
from pipeline.fetch.media import media_type_of, refuse_binary

FOUND = [
    # (text, declared, written in)
    ("<!DOCTYPE html><p>x", "text/html", "text/html"),
    ("<!DOCTYPE html><p>x", "text/plain", "text/html"),
    ("<!DOCTYPE html><p>x", "application/json", "text/html"),
    ("<!DOCTYPE html><p>x", "", "text/html"),
    ("\n\n  <HTML lang=en>", "", "text/html"),
    ("<!-- a comment --><!-- another --> <html>", "application/octet-stream", "text/html"),
    ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">', "application/xhtml+xml", "text/html"),
    ('<?xml version="1.0"?><html>', "text/xml", "text/html"),
    ("Just words.", "text/plain", "text/plain"),
    ("Just words.", "", "text/plain"),
    ("Just words that a server calls a page.", "text/html", "text/plain"),
    ("Words with <b>tags</b> inside.", "text/html", "text/html"),
    ("Words with <b>tags</b> inside.", "text/plain", "text/plain"),
    ("2 < 3 and 5 > 4", "text/html", "text/plain"),
    ("# A heading\n\nWords.", "text/markdown", "text/markdown"),
    ("<p>words", "text/markdown", "text/html"),
]

REFUSED = [
    ("", "text/html", "no_content"),
    (" \n\t ", "text/plain", "no_content"),
    ('{"a": 1}', "application/json", "unsupported_type"),
    ("body { color: red }", "text/css", "unsupported_type"),
    ('<?xml version="1.0"?><rss version="2.0">', "text/xml", "unsupported_type"),
    ('<?xml version="1.0"?><rss version="2.0">', "", "unsupported_type"),
    ("\x00\x01\x02 words" * 10, "text/plain", "unsupported_type"),
]


@pytest.mark.parametrize(("text", "declared", "found"), FOUND)
def test_content_decides(text: str, declared: str, found: str) -> None:
    assert media_type_of(text, declared) == found


@pytest.mark.parametrize(("text", "declared", "reason"), REFUSED)
def test_what_is_no_page_is_refused(text: str, declared: str, reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        media_type_of(text, declared)
    assert caught.value.reason == reason


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x00\x00\x00\x18ftypmp42"])
def test_signatures_are_known(data: bytes) -> None:
    with pytest.raises(Rejected, match="unsupported_type"):
        refuse_binary(data + bytes(100))


@pytest.mark.parametrize("data", [b"", b"<html>", b"PK and others", "\ufeff<html>".encode("utf-16")])
def test_text_has_none(data: bytes) -> None:
    refuse_binary(data)


@pytest.mark.parametrize(
    "text",
    [
        "<" * 2_000_000,
        "<a" * 1_000_000,
        "<!--" * 500_000,
        " " * 5_000 + "x" * 10**6,
        "<?xml " * 300_000,
        "<a >" + "<a" * 10**6,
    ],
    ids=range(6),
)
def test_hostile_text_takes_no_time(text: str) -> None:
    begin = time.process_time()
    with contextlib.suppress(Rejected):
        media_type_of(text, "text/html")
    assert time.process_time() - begin < 1
