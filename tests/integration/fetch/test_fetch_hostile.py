"""A server that does all that the open net does: every case ends in its outcome, in time, and the fetcher lives on."""

import asyncio
import gzip
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest
import zstandard

from pipeline.documents import FetchedPage, Source
from pipeline.errors import DEATHS, REJECTIONS, DocumentError, Rejected, Transient
from pipeline.fetch import Fetcher, FetchLimits, fetch
from pipeline.fetch.addresses import networks
from pipeline.fetch.bodies import LARGE_BODIES
from tests.integration.fetch.page_server import (
    PAGE,
    Handler,
    PageServer,
    Request,
    answer,
    endless,
    raw,
    redirect,
    reset,
    silence,
)

LIMITS = FetchLimits(
    connect_seconds=1,
    total_seconds=1.5,
    wire_bytes=2_000_000,
    decoded_bytes=4_000_000,
    allow_addresses=networks(["127.7.0.0/16"]),
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ZEROS = bytes(32 * 1024 * 1024)


def coded(body: bytes, coding: str) -> Handler:
    return answer(body, Content_Encoding=coding)


def compressed(data: bytes) -> dict[str, bytes]:
    return {
        "gzip": gzip.compress(data, 1, mtime=0),
        "deflate": zlib.compress(data, 1),
        "br": brotli.compress(data, quality=1),
        "zstd": zstandard.compress(data),
    }


GOOD = compressed(PAGE)
BOMBS = compressed(ZEROS)

REFUSED: dict[str, tuple[Handler, str]] = {
    "silence": (silence, "timeout"),
    "slow headers": (endless(HEAD, b"X-A: b\r\n", 0.05), "timeout"),
    "slow body": (endless(HEAD + b"Content-Length: 100000\r\n\r\n", b"a", 0.05), "timeout"),
    "slow chunks": (endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", 0.05), "timeout"),
    "slow 1xx": (endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05), "timeout"),
    "endless 1xx": (endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100), "bad_response"),
    "endless headers": (endless(HEAD, b"X-Filler: 0123456789abcdef\r\n" * 500), "bad_response"),
    "endless header line": (endless(HEAD + b"X-Filler: ", b"0123456789abcdef" * 500), "bad_response"),
    "endless body": (endless(HEAD + b"\r\n", b"<p>words</p>" * 5000), "too_large"),
    "endless chunks": (endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nwords\r\n" * 2000), "too_complex"),
    "endless error page": (endless(b"HTTP/1.1 500 Oops\r\n\r\n", b"<p>words</p>" * 5000), "server_error"),
    "huge announced length": (raw(HEAD + b"Content-Length: 99999999999\r\n\r\n<p>"), "too_large"),
    "length too long": (raw(HEAD + b"Content-Length: 5000\r\n\r\n" + PAGE, then_close=True), "net"),
    "length no number": (raw(HEAD + b"Content-Length: many\r\n\r\n" + PAGE), "bad_response"),
    "length negative": (raw(HEAD + b"Content-Length: -5\r\n\r\n" + PAGE), "bad_response"),
    "two lengths": (raw(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + PAGE), "bad_response"),
    "chunks cut short": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwo", then_close=True), "net"),
    "chunks of nonsense": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nwords\r\n"), "bad_response"),
    "another protocol": (raw(b"220 mail.example ESMTP\r\n\r\n"), "bad_response"),
    "another protocol that hangs up": (raw(b"SSH-2.0-Some_9.9\r\n", then_close=True), "net"),
    "no headers at all": (raw(PAGE, then_close=True), "net"),
    "hang up": (raw(b"", then_close=True), "net"),
    "hang up in the headers": (raw(HEAD, then_close=True), "net"),
    "reset": (reset, "net"),
    "switching protocols": (raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), "bad_response"),
    "loop to itself": (redirect("/loop to itself"), "redirect_loop"),
    "loop of two": (redirect("/loop back"), "redirect_loop"),
    "loop back": (redirect("/loop of two"), "redirect_loop"),
    "redirect without target": (answer(b"", 302), "bad_response"),
    "redirect to a file": (redirect("file:///etc/hostname"), "bad_url"),
    "redirect to a script": (redirect("javascript:alert(1)"), "bad_url"),
    "redirect to a login": (redirect("http://name:secret@127.7.0.1/"), "bad_url"),
    "redirect to loopback": (redirect("http://127.0.0.1/"), "blocked_address"),
    "redirect to a number": (redirect("http://2130706433/"), "blocked_address"),
    "redirect to metadata": (redirect("//169.254.169.254/latest/meta-data/"), "blocked_address"),
    "redirect nowhere": (redirect("http://[::ffff:10.0.0.1]/"), "blocked_address"),
    "redirect too long": (redirect("/" + "a" * 9000), "bad_url"),
    "stacked codings": (coded(gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0), "gzip, gzip"), "bad_encoding"),
    "unknown coding": (coded(PAGE, "compress"), "bad_encoding"),
    "coding that is none": (coded(PAGE, "gzip"), "bad_encoding"),
    "not found": (answer(status=404), "not_found"),
    "gone": (answer(status=410), "gone"),
    "forbidden": (answer(status=403), "forbidden"),
    "teapot": (answer(status=418), "error_page"),
    "not modified unasked": (answer(b"", 304), "bad_response"),
    "no content": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), "no_content"),
    "empty page": (answer(b" \n "), "no_content"),
    "part of a page": (answer(status=206, Content_Range="bytes 0-9/100"), "bad_response"),
    "pdf as html": (answer(b"%PDF-1.7\n%abc"), "unreadable"),
    "picture as html": (answer(b"\x89PNG\r\n\x1a\n" + bytes(100)), "unsupported_type"),
    "noise as html": (answer(bytes(range(32)) * 100), "unsupported_type"),
    "json": (answer(b'{"a": 1}', content_type="application/json"), "unsupported_type"),
    **{f"{name} bomb": (coded(data, name), "too_large") for name, data in BOMBS.items()},
    **{f"{name} cut short": (coded(data[: len(data) * 3 // 5], name), "net") for name, data in GOOD.items()},
    **{f"{name} damaged": (coded(b"\x00\x01\x02" + data[3:], name), "bad_encoding") for name, data in GOOD.items()},
}  # fmt: skip

READ: dict[str, Handler] = {
    "plain": answer(),
    "endless redirect body": endless(b"HTTP/1.1 302 Found\r\nLocation: /plain\r\n\r\n", b"<p>words</p>" * 5000),
    "one 1xx": raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE),
    "until hang up": raw(HEAD + b"\r\n" + PAGE, then_close=True),
    "json as declared": answer(content_type="application/json"),
    "no type": answer(content_type=None),
    "gzip and padding": coded(GOOD["gzip"] + bytes(64), "gzip"),
    "gzip in two members": coded(gzip.compress(PAGE[:50], mtime=0) + gzip.compress(PAGE[50:], mtime=0), "x-gzip"),
    "bare deflate": coded(zlib.compress(PAGE)[2:-4], "deflate"),
    "zstd in two frames": coded(zstandard.compress(PAGE[:50]) + zstandard.compress(PAGE[50:]), "zstd"),
    "identity": coded(PAGE, "identity"),
    **{name: coded(data, name) for name, data in GOOD.items()},
}


def path(case: str) -> str:
    return "/" + case.replace(" ", "%20")


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    handlers = {case: handler for case, (handler, _) in REFUSED.items()} | READ
    routes = {path(case): handler for case, handler in handlers.items()}
    large = PAGE + b"<p>words</p>" * 100_000
    more = {path("large"): answer(large), path("large but damaged"): coded(large, "gzip")}
    with PageServer(routes | hops() | more) as running:
        yield running


def hops() -> dict[str, Handler]:
    """/hop11 to /hop0, each to the next, and an endless way of late redirects."""

    async def late(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        await redirect(f"{request.path}x")(request, writer)

    chain = {f"/hop{n}": redirect(f"/hop{n - 1}") for n in range(1, 12)}
    return {**chain, "/hop0": answer(), **{"/late" + "x" * n: late for n in range(12)}}


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(LIMITS) as running:
        yield running


def read(url: str, fetcher: Fetcher) -> FetchedPage | DocumentError:
    [(_, outcome)] = fetch([Source(id="1", input=url, url=url)], fetcher=fetcher)
    return outcome


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_hostility_ends_in_its_outcome_and_in_time(case: str, server: PageServer, fetcher: Fetcher) -> None:
    begin = time.monotonic()
    outcome = read(server.url(path(case)), fetcher)
    assert isinstance(outcome, DocumentError)
    assert outcome.reason == REFUSED[case][1], outcome
    assert outcome.reason in (REJECTIONS if isinstance(outcome, Rejected) else DEATHS)
    assert "secret" not in str(outcome)
    assert time.monotonic() - begin < LIMITS.total_seconds + 5, (
        "on a busy machine all is late; what has no end is later"
    )


@pytest.mark.parametrize("case", sorted(READ))
def test_what_can_be_read_is_read_whole(case: str, server: PageServer, fetcher: Fetcher) -> None:
    outcome = read(server.url(path(case)), fetcher)
    assert isinstance(outcome, FetchedPage), outcome
    assert outcome.text == PAGE.decode()
    assert outcome.media_type == "text/html"


def test_all_at_once_each_ends_exactly_once(server: PageServer) -> None:
    cases = [case for case, (_, reason) in REFUSED.items() if reason != "timeout"] + [*READ]
    sources = [Source(id=case, input=case, url=server.url(path(case))) for case in cases]
    # Server and client share this process here, so that each document needs longer than it does alone.
    with Fetcher(replace(LIMITS, total_seconds=60)) as fetcher:
        outcomes = list(fetch(sources, fetcher=fetcher))
    assert len(outcomes) == len(sources)
    reasons = {source.id: getattr(outcome, "reason", None) for source, outcome in outcomes}
    assert reasons == {case: REFUSED[case][1] if case in REFUSED else None for case in cases}


def test_ten_redirects_are_followed_and_eleven_are_not(server: PageServer, fetcher: Fetcher) -> None:
    page = read(server.url("/hop10"), fetcher)
    assert isinstance(page, FetchedPage)
    assert page.requested_url == server.url("/hop10")
    assert page.redirects == tuple(server.url(f"/hop{n}") for n in range(9, 0, -1))
    assert page.url == server.url("/hop0")
    outcome = read(server.url("/hop11"), fetcher)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "redirect_loop"


def test_more_large_pages_than_may_be_held_at_a_time_are_all_read_or_refused(server: PageServer) -> None:
    cases = ["large", "endless body", "large but damaged"] * (2 * LARGE_BODIES)
    sources = [Source(id=f"{n} {case}", input="", url=server.url(path(case))) for n, case in enumerate(cases)]
    with Fetcher(replace(LIMITS, total_seconds=60)) as fetcher:
        given_up = fetch(sources, fetcher=fetcher)
        next(given_up)
        given_up.close()
        outcomes = {source.id: outcome for source, outcome in fetch(sources, fetcher=fetcher)}
    expected = {"large": None, "endless body": "too_large", "large but damaged": "bad_encoding"}
    assert {key: getattr(outcome, "reason", None) for key, outcome in outcomes.items()} == {
        source.id: expected[source.id.partition(" ")[2]] for source in sources
    }


def test_the_deadline_counts_over_all_redirects(server: PageServer, fetcher: Fetcher) -> None:
    outcome = read(server.url("/late"), fetcher)
    assert isinstance(outcome, Transient)
    assert outcome.reason == "timeout"
