"""No forbidden connection: every spelling of a forbidden address is tried, and an audit hook sees each connect.

The hook (``socket.connect`` of PEP 578) sits below asyncio, httpcore and everything else, so nothing gets past it.
"""

import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.documents import FetchedPage, Source
from pipeline.errors import DocumentError, Rejected
from pipeline.fetch import Fetcher, FetchLimits, fetch
from pipeline.fetch.addresses import networks
from tests.integration.fetch.page_server import PAGE, PageServer, answer, redirect

FORBIDDEN_HOSTS = (Path(__file__).parent / "forbidden_hosts.txt").read_text("utf-8").split()
"""Addresses that are not public, in every spelling that some URL parser or resolver takes."""

NAMES = {
    "internal.example": ["10.0.0.7"],
    "loop.example": ["::1", "127.0.0.1"],
    "half.example": ["127.7.0.1", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "zoned.example": ["fe80::1%lo"],
    "garbage.example": ["not an address"],
    "metadata.example": ["169.254.169.254"],
    "good.example": ["127.7.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "ip6-localhost": ["::1"],
}

ALLOWED = FetchLimits(total_seconds=5, connect_seconds=2, allow_addresses=networks(["127.7.0.0/16"]))


class Recorder:
    """Every address that this process connects a socket to while recording."""

    def __init__(self) -> None:
        self.connected: list[Any] = []
        self.on = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: Sequence[Any]) -> None:
        if self.on and event == "socket.connect" and isinstance(arguments[1], tuple):
            self.connected.append(arguments[1][:2])


RECORDER = Recorder()


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    RECORDER.connected, RECORDER.on = [], True
    yield RECORDER
    RECORDER.on = False


async def named(host: str, port: int) -> list[str]:
    """Names from the table, and numeric spellings as the machine's own resolver reads them (it touches no net)."""
    if host in NAMES:
        return NAMES[host]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(answer[4][0]) for answer in found]


def read_all(urls: Sequence[str], limits: FetchLimits = ALLOWED) -> dict[str, FetchedPage | DocumentError]:
    sources = [Source(id=url, input=url, url=url) for url in urls]
    with Fetcher(limits, resolve=named) as fetcher:
        return {source.id: outcome for source, outcome in fetch(sources, fetcher=fetcher)}


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer({"/": answer()}) as running:
        for number, target in enumerate([f"//{host}/" for host in FORBIDDEN_HOSTS]):
            running.routes[f"/to{number}"] = redirect(target.encode().decode("latin-1"))
        yield running


def test_the_corpus_is_large_enough() -> None:
    assert len(set(FORBIDDEN_HOSTS)) >= 80


@pytest.mark.parametrize("shape", ["http://{}/", "https://{}/", "http://{}:443/", "http://{}:22/", "http:\\\\{}\\a"])
def test_no_spelling_of_a_forbidden_address_is_connected_to(shape: str, recorder: Recorder) -> None:
    outcomes = read_all([shape.format(host) for host in FORBIDDEN_HOSTS])
    assert recorder.connected == []
    assert len(outcomes) == len(FORBIDDEN_HOSTS)
    others = {url: outcome for url, outcome in outcomes.items() if not isinstance(outcome, Rejected)}
    assert others == {}
    assert {getattr(outcome, "reason", None) for outcome in outcomes.values()} == {"blocked_address", "bad_url"}


def test_no_redirect_to_a_forbidden_address_is_followed(server: PageServer, recorder: Recorder) -> None:
    outcomes = read_all([server.url(f"/to{number}") for number in range(len(FORBIDDEN_HOSTS))])
    assert all(isinstance(outcome, Rejected) for outcome in outcomes.values())
    assert set(recorder.connected) == {("127.7.0.1", server.port)}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "good.example"])
def test_no_name_leads_to_a_forbidden_address(name: str, recorder: Recorder) -> None:
    [outcome] = read_all([f"http://{name}/"]).values()
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "blocked_address"
    assert recorder.connected == []


def test_an_allowed_network_is_reached_on_any_port_under_its_name(server: PageServer, recorder: Recorder) -> None:
    url = server.url("/", host="good.example")
    [page] = read_all([url]).values()
    assert isinstance(page, FetchedPage)
    assert page.text == PAGE.decode()
    assert server.requests[-1].headers["host"] == f"good.example:{server.port}"
    assert recorder.connected == [("127.7.0.1", server.port)]


def test_a_name_that_changes_its_mind_is_connected_to_as_it_was_checked(server: PageServer, recorder: Recorder) -> None:
    answers = iter([["127.7.0.1"], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    source = Source(id="1", input="", url=server.url("/", host="rebind.example"))
    with Fetcher(ALLOWED, resolve=rebinding) as fetcher:
        [(_, page)] = fetch([source], fetcher=fetcher)
    assert isinstance(page, FetchedPage)
    assert recorder.connected == [("127.7.0.1", server.port)]


def test_without_an_allowed_network_the_same_server_is_out_of_reach(server: PageServer, recorder: Recorder) -> None:
    [outcome] = read_all([server.url("/")], FetchLimits()).values()
    assert isinstance(outcome, Rejected)
    assert recorder.connected == []


def test_a_proxy_is_reached_but_targets_are_still_checked(recorder: Recorder) -> None:
    with PageServer({"http://good.example/": answer(), "http://127.0.0.1/": answer()}, host="127.9.0.1") as proxy:
        address = proxy.url("").replace("//", "//name:secret@")
        limits = FetchLimits(proxy=address, allow_addresses=networks(["127.7.0.0/16"]))
        outcomes = read_all(["http://good.example/", "http://127.0.0.1/", "http://internal.example/"], limits)
    assert isinstance(outcomes["http://good.example/"], FetchedPage)
    assert isinstance(outcomes["http://127.0.0.1/"], Rejected)
    assert isinstance(outcomes["http://internal.example/"], Rejected)
    assert [request.path for request in proxy.requests] == ["http://good.example/"]
    assert proxy.requests[0].headers["proxy-authorization"].startswith("Basic ")
    assert set(recorder.connected) == {("127.9.0.1", proxy.port)}
