"""``copydesk export --format warc``: what warcio and we ourselves read back."""

import io
import json
import os
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.documents import FetchedPage, Part
from pipeline.store.pages import ArchivedPage
from pipeline.store.warc import write_warc
from tests.commands import COPYDESK, Copydesk
from tests.integration.fetch.page_server import PageServer, answer, redirect

BODY = "<title>Fähre</title><p>The ferry did not sail.</p>".encode()


def page(**changed: Any) -> FetchedPage:
    facts: dict[str, Any] = {
        "id": "d1", "requested_url": "https://example.org/a", "url": "https://example.org/a", "status": 200,
        "media_type": "text/html", "text": "", "date_fetched": "2024-05-14T09:30:00+02:00",
        "headers": {
            "content-type": "text/html; charset=utf-8", "content-encoding": "gzip", "content-length": "17",
            "transfer-encoding": "chunked", "etag": '"x"',
        },
        "request_headers": {"user-agent": "Copydesk", "accept": "text/html"},
    }  # fmt: skip
    return FetchedPage(**(facts | changed))


def written(*pages: ArchivedPage, gzip: bool = True) -> list[dict[str, Any]]:
    """All records, as an independent reader has them that checks their digests."""
    out = io.BytesIO()
    assert write_warc(pages, out, gzip=gzip, software="Copydesk/0") == len(pages)
    out.seek(0)
    return [
        {
            "type": record.rec_type, "url": record.rec_headers.get_header("WARC-Target-URI"),
            "warc": dict(record.rec_headers.headers), "http": record.http_headers,
            "body": record.content_stream().read(), "digests": record.digest_checker.passed,
        }
        for record in ArchiveIterator(out, check_digests="raise")
    ]  # fmt: skip


@pytest.mark.parametrize("gzip", [True, False])
def test_a_page_is_request_and_response(gzip: bool) -> None:
    info, response, request = written(ArchivedPage(page(), BODY, ()), gzip=gzip)
    assert [info["type"], response["type"], request["type"]] == ["warcinfo", "response", "request"]
    assert (response["url"], response["body"], response["digests"]) == ("https://example.org/a", BODY, True)
    assert {"WARC-Payload-Digest", "WARC-Block-Digest"} <= response["warc"].keys()
    assert response["warc"]["WARC-Date"] == request["warc"]["WARC-Date"] == "2024-05-14T07:30:00Z"
    assert request["warc"]["WARC-Concurrent-To"] == response["warc"]["WARC-Record-ID"]
    assert response["http"].get_statuscode() == "200"
    assert dict(response["http"].headers) == {
        "content-type": "text/html; charset=utf-8", "etag": '"x"', "Content-Length": str(len(BODY)),
        "X-Archive-Orig-content-encoding": "gzip", "X-Archive-Orig-content-length": "17",
        "X-Archive-Orig-transfer-encoding": "chunked",
    }  # fmt: skip
    assert request["http"].statusline == "/a HTTP/1.1"
    assert dict(request["http"].headers) == {"Host": "example.org", "user-agent": "Copydesk", "accept": "text/html"}


def test_the_file_says_what_wrote_it_and_not_where() -> None:
    (info,) = written()
    words = info["body"].decode() + json.dumps(info["warc"])
    assert "software: Copydesk/0\r\n" in words
    assert os.uname().nodename not in words


def test_the_way_to_a_page_is_told() -> None:
    archived = ArchivedPage(
        page(requested_url="https://t.example/x", redirects=("https://example.org/old",), request_headers={}), BODY, ()
    )
    _, response, way = written(archived)
    assert (way["type"], way["url"]) == ("metadata", "https://example.org/a")
    assert way["warc"]["WARC-Concurrent-To"] == response["warc"]["WARC-Record-ID"]
    assert way["body"].decode().splitlines() == [
        "via: https://t.example/x", "hopsFromSeed: RR", "redirect-1: https://example.org/old",
    ]  # fmt: skip


def test_further_parts_and_local_files_are_resources() -> None:
    parts = (Part(url="https://example.org/a?p=2", text=""), Part(url="https://example.org/a?p=3", text=""))
    local = page(url="file:///in/a%20b.md", requested_url="file:///in/a%20b.md", status=None, headers={},
                 request_headers={}, media_type="text/markdown")  # fmt: skip
    records = written(ArchivedPage(page(parts=parts), BODY, (b"two", b"three")), ArchivedPage(local, b"# Head", ()))
    assert [(r["url"], r["body"], r["warc"]["Content-Type"]) for r in records if r["type"] == "resource"] == [
        ("https://example.org/a?p=2", b"two", "application/octet-stream"),
        ("https://example.org/a?p=3", b"three", "application/octet-stream"),
        ("file:///in/a%20b.md", b"# Head", "text/markdown"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": {"x-name": "Zürich – ř", "content-type": "text/html"}},
        {"headers": {"x-lines": "one\r\nSet-Cookie: two\r\n\r\nthree"}},
        {"status": 299},
        {"url": "https://example.org/ü?q=ř"},
        {"redirects": ("https://example.org/\r\nvia: x",)},
    ],
)
def test_odd_facts_break_no_record(changed: dict[str, Any]) -> None:
    records = written(ArchivedPage(page(**changed), BODY, ()), ArchivedPage(page(), b"", ()))
    responses = [record for record in records if record["type"] == "response"]
    assert [record["body"] for record in responses] == [BODY, b""]
    assert not any("set-cookie" in {name.lower() for name, _ in record["http"].headers} for record in responses)


def test_memory_is_flat() -> None:
    body = os.urandom(50_000)

    def peak(count: int) -> int:
        pages: Iterator[ArchivedPage] = (ArchivedPage(page(), body, ()) for _ in range(count))
        tracemalloc.start()
        with Path(os.devnull).open("wb") as out:
            write_warc(pages, out, gzip=True, software="x")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(300) < peak(10) + 200_000


TEXT = [
    "The ferry to Hollow Island will not sail before the end of May, the harbour office of Oldtown said on Tuesday.",
    "Its engine was taken apart in March, and three of its parts must be cast anew by a foundry that has no time for "
    "them, said Marta Ellingsen, who has run the line for eleven years.",
    "Until then a smaller boat takes people and post across twice a day, but no cars, and the shop on the island has "
    "asked its customers to order early, since the boat is full by eight in the morning.",
]


def article(name: str) -> bytes:
    text = "".join(f"<p>{paragraph} ({name})</p>" for paragraph in TEXT)
    head = f'<title>Ferry {name}</title><meta property="og:type" content="article">'
    return f"<!doctype html><html><head>{head}</head><body><article><h1>Ferry {name}</h1>{text}".encode()


@pytest.fixture
def other(tmp_path: Path) -> Copydesk:
    (tmp_path / "other").mkdir()
    return Copydesk(tmp_path / "other")


def bare(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What must be the same after a journey through a WARC file."""
    own = ("id", "seq", "stored_at", "requested_url", "near_duplicate_of", "cluster_id")
    return sorted(({k: v for k, v in a.items() if k not in own} for a in articles), key=lambda a: a["headline"])


def test_pages_go_out_and_come_in_again_without_the_net(copydesk: Copydesk, other: Copydesk) -> None:
    moved = redirect("/north", 301)
    server = PageServer({f"/{name}": answer(article(name)) for name in ("north", "south")} | {"/old": moved})
    copydesk.environment |= {"COPYDESK_ALLOW_ADDRESSES": "127.7.0.0/16", "COPYDESK_ROBOTS": "false"}
    with server:
        done = copydesk("run", server.url("/old"), server.url("/south"))
    assert done.returncode == 0, done.stdout + done.stderr
    out = copydesk.folder / "pages.warc.gz"
    exported = copydesk("export", "--format", "warc", "-o", out)
    assert (exported.returncode, exported.stdout, exported.stderr) == (0, "", "2 pages\n")
    with out.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert sorted(kinds) == ["metadata", "request", "request", "response", "response", "warcinfo"]

    done = other("run", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert bare(other.articles()) == bare(copydesk.articles())
    assert len(other.articles()) == 2
    again = other("export", "--format", "warc")
    assert again.stdout.count("WARC-Type: response") == 2


def test_only_what_came_later_and_only_what_is_kept(copydesk: Copydesk) -> None:
    for name in ("north", "south"):
        path = copydesk.folder / f"{name}.html"
        path.write_bytes(article(name))
        assert copydesk("run", path).returncode == 0
    later = copydesk("export", "--format", "warc", "--since", "1")
    assert (later.stderr, later.stdout.count("WARC-Type: resource")) == ("1 pages\n", 1)
    assert "Ferry south" in later.stdout
    kept = sorted((copydesk.home / "archive").rglob("*.zst"))
    kept[0].unlink()
    left = copydesk("export", "--format", "warc")
    assert left.returncode == 0
    assert "is missing" in left.stderr
    assert left.stderr.endswith("1 pages\n")


def test_an_output_that_cannot_be_written_is_one_line(copydesk: Copydesk) -> None:
    done = copydesk("export", "--format", "warc", "-o", copydesk.folder / "no" / "x.warc")
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "x.warc cannot be written" in done.stderr


def test_a_disk_that_is_full_is_one_line(copydesk: Copydesk) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    assert copydesk("status").returncode == 0
    command = [sys.executable, str(COPYDESK), "export", "--format", "warc", "-o", "x.warc"]
    done = subprocess.run(
        command,
        cwd=copydesk.folder,
        env=copydesk.env(),
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
