"""The ordinary life of the fetcher: what it sends, keeps and reads, over plain and secure connections."""

import gzip
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from pipeline.documents import FetchedPage, Source
from pipeline.errors import ConfigurationError, DocumentError, Transient
from pipeline.fetch import Fetcher, FetchLimits, fetch
from pipeline.fetch.addresses import networks
from tests.integration.fetch.page_server import PAGE, PageServer, Request, answer, raw, redirect

LIMITS = FetchLimits(
    connect_seconds=2,
    total_seconds=5,
    user_agent="Copydesk-Test/1.0 (+mailto:desk@example.org)",
    concurrency=8,
    allow_addresses=networks(["127.7.0.0/16"]),
)


def read(url: str, fetcher: Fetcher) -> FetchedPage | DocumentError:
    [(_, outcome)] = fetch([Source(id="1", input=url, url=url, carry={"desk": 7})], fetcher=fetcher)
    return outcome


def page(url: str, fetcher: Fetcher) -> FetchedPage:
    outcome = read(url, fetcher)
    assert isinstance(outcome, FetchedPage), outcome
    return outcome


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(LIMITS, resolve=to_loopback) as running:
        yield running


async def to_loopback(host: str, port: int) -> list[str]:
    return ["127.7.0.1"]


def test_a_page_comes_with_what_is_known_of_it(fetcher: Fetcher) -> None:
    body = "<p>Grüße aus Köln</p>".encode("iso-8859-1")
    headers = {"ETag": '"v1"', "Set_Cookie": "session=secret", "Last_Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    routes = {"/old": redirect("/new?b=2&a=1#top"), "/new": answer(body, 200, "text/html; charset=latin1", **headers)}
    with PageServer(routes) as server:
        found = page(server.url("/old"), fetcher)
        assert (found.id, found.requested_url, found.status) == ("1", server.url("/old"), 200)
        assert (found.url, found.redirects) == (server.url("/new?b=2&a=1"), ())
    assert (found.text, found.encoding, found.media_type) == ("<p>Grüße aus Köln</p>", "windows-1252", "text/html")
    assert found.headers["etag"] == '"v1"'
    assert "secret" not in found.model_dump_json()
    assert found.carry == {"desk": 7}
    assert found.date_fetched.endswith("+00:00")


def test_requests_are_honest_and_carry_no_cookies(fetcher: Fetcher) -> None:
    with PageServer({"/": answer(Set_Cookie="session=secret; Path=/")}) as server:
        page(server.url("/"), fetcher)
        page(server.url("/"), fetcher)
        first, second = server.requests
        assert first.headers == second.headers
        assert first.headers == {
            "host": f"127.7.0.1:{server.port}",
            "user-agent": "Copydesk-Test/1.0 (+mailto:desk@example.org)",
            "accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
            "accept-encoding": "gzip, deflate, br, zstd",
        }


@pytest.mark.parametrize(
    ("status", "header", "reason", "wait"),
    [
        (429, "120", "too_many_requests", 120.0),
        (429, None, "too_many_requests", None),
        (503, "30", "server_error", 30.0),
        (500, "soon", "server_error", None),
        (503, "99999999999", "server_error", 86400.0),
    ],
)
def test_a_server_may_ask_to_wait(
    status: int, header: str | None, reason: str, wait: float | None, fetcher: Fetcher
) -> None:
    headers = {"Retry_After": header} if header else {}
    with PageServer({"/": answer(status=status, **headers)}) as server:
        outcome = read(server.url("/"), fetcher)
    assert isinstance(outcome, Transient)
    assert (outcome.reason, outcome.retry_after) == (reason, wait)


def test_connections_are_used_again(fetcher: Fetcher) -> None:
    peers: set[int] = set()

    async def handler(request: Request, writer: object) -> None:
        peers.add(writer.get_extra_info("peername")[1])  # type: ignore[attr-defined]
        await answer()(request, writer)  # type: ignore[arg-type]

    with PageServer({"/": handler}) as server:
        for _ in range(5):
            page(server.url("/"), fetcher)
    assert len(peers) == 1


def test_a_location_in_raw_utf8_is_followed(fetcher: Fetcher) -> None:
    location = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /stra\xc3\x9fe\r\n\r\n"
    with PageServer({"/": raw(location), "/stra%C3%9Fe": answer()}) as server:
        assert page(server.url("/"), fetcher).url == server.url("/stra%C3%9Fe")


def test_no_more_run_at_once_than_allowed_and_none_is_lost(fetcher: Fetcher) -> None:
    running, most, lock = 0, 0, threading.Lock()

    async def handler(request: Request, writer: object) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        await answer(gzip.compress(PAGE), Content_Encoding="gzip")(request, writer)  # type: ignore[arg-type]
        with lock:
            running -= 1

    with PageServer({"/": handler}) as server:
        sources = [Source(id=str(n), input="", url=server.url(f"/?n={n}")) for n in range(200)]
        outcomes = list(fetch(sources, fetcher=fetcher))
    assert sorted(int(source.id) for source, _ in outcomes) == list(range(200))
    assert all(isinstance(outcome, FetchedPage) for _, outcome in outcomes)
    assert most <= LIMITS.concurrency


def test_pages_and_files_go_together(fetcher: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    with PageServer({"/": answer()}) as server:
        urls = [server.url("/"), (tmp_path / "a.html").as_uri(), (tmp_path / "none.html").as_uri()]
        outcomes = {
            source.url: outcome
            for source, outcome in fetch([Source(id=u, input=u, url=u) for u in urls], fetcher=fetcher)
        }
    assert [getattr(outcomes[url], "reason", None) for url in urls] == [None, None, "not_found"]


def test_giving_up_early_leaves_the_fetcher_usable(fetcher: Fetcher) -> None:
    with PageServer({"/": answer()}) as server:
        sources = [Source(id=str(n), input="", url=server.url(f"/?n={n}")) for n in range(20)]
        outcomes = fetch(sources, fetcher=fetcher)
        next(outcomes)
        outcomes.close()
        assert len(list(fetch(sources, fetcher=fetcher))) == 20


def test_a_closed_fetcher_starts_again_when_asked() -> None:
    fetcher = Fetcher(LIMITS, resolve=to_loopback)
    fetcher.close()
    with PageServer({"/": answer()}) as server:
        page(server.url("/"), fetcher)
        fetcher.close()
        page(server.url("/"), fetcher)
        fetcher.close()


@pytest.mark.parametrize(
    "proxy", ["proxy.example:3128", "socks5://user:secret@proxy.example:1080", "http://", "http://:3128"]
)
def test_a_proxy_that_is_none_is_a_setting_gone_wrong(proxy: str) -> None:
    limits = replace(LIMITS, proxy=proxy)
    with Fetcher(limits) as fetcher, pytest.raises(ConfigurationError) as caught:
        read("http://127.7.0.1/", fetcher)
    assert "secret" not in f"{caught.value}{limits}"


def test_nobody_listens(fetcher: Fetcher) -> None:
    with PageServer({}) as server:
        url = server.url("/")
    outcome = read(url, fetcher)
    assert isinstance(outcome, Transient)
    assert outcome.reason == "connect"


def test_no_such_name() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with Fetcher(LIMITS, resolve=nowhere) as fetcher:
        outcome = read("http://nowhere.example/", fetcher)
    assert isinstance(outcome, Transient)
    assert outcome.reason == "dns"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_secure_page_is_read_under_its_name(authority: trustme.CA) -> None:
    with (
        PageServer({"/": answer()}, tls=serving(authority, "news.example")) as server,
        Fetcher(LIMITS, resolve=to_loopback, tls=trusting(authority)) as fetcher,
    ):
        assert page(server.url("/", host="news.example"), fetcher).text == PAGE.decode()
        wrong_name = read(server.url("/", host="other.example"), fetcher)
    assert isinstance(wrong_name, Transient)
    assert wrong_name.reason == "tls"


def test_an_unknown_authority_and_a_plain_port_are_refused(authority: trustme.CA, fetcher: Fetcher) -> None:
    with (
        PageServer({"/": answer()}, tls=serving(authority, "news.example")) as secure,
        PageServer({"/": answer()}) as plain,
    ):
        urls = [secure.url("/", host="news.example"), plain.url("/").replace("http:", "https:")]
        outcomes = [read(url, fetcher) for url in urls]
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Transient)] == ["tls", "tls"]
