"""``copydesk watch`` from outside, and a worker that finds what a feed brings later."""

import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.commands import Copydesk, balanced
from tests.integration.fetch.page_server import PageServer, Request, answer
from tests.pages import make_page

PATIENCE = 60
SETTINGS = {
    "COPYDESK_ALLOW_ADDRESSES": "127.7.0.0/16", "COPYDESK_ROBOTS": "false", "COPYDESK_WATCH_SHORTEST": "0.5",
    "COPYDESK_WATCH_LONGEST": "1", "COPYDESK_QUEUED_LEASE": "5",
}  # fmt: skip


class Paper:
    """A site with a feed; ``publish`` adds an article."""

    def __init__(self, server: PageServer) -> None:
        self.server = server
        self.readings = threading.Semaphore(0)
        self._numbers: list[int] = []
        server.routes["/feed"] = self._feed

    def publish(self, number: int) -> None:
        page = make_page(number).replace('rel="canonical"', 'rel="none"')
        self.server.routes[f"/{number}"] = answer(page.encode())
        self._numbers.append(number)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.server.requests if request.path == path]

    async def _feed(self, request: Request, writer: object) -> None:
        tag = f'"{len(self._numbers)}"'
        items = "".join(f"<item><link>/{n}</link></item>" for n in self._numbers)
        body = f"<rss version='2.0'><channel><title>The Paper</title>{items}</channel></rss>".encode()
        is_known = request.headers.get("if-none-match") == tag
        await (answer(b"", 304) if is_known else answer(body, ETag=tag))(request, writer)


@pytest.fixture
def paper() -> Iterator[Paper]:
    with PageServer({}) as server:
        yield Paper(server)


@pytest.fixture
def desk(copydesk: Copydesk) -> Copydesk:
    copydesk.environment |= SETTINGS
    return copydesk


def watched(desk: Copydesk) -> list[dict]:
    done = desk("watch", "list", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until it holds: the state is another process's, so there is nothing to be woken by."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def test_feeds_are_added_listed_and_removed(desk: Copydesk, paper: Paper) -> None:
    first, second = paper.server.url("/feed"), "https://paper.example/sitemap.xml?b=2&a=1#top"
    assert desk("watch", "add", first, second).returncode == 0
    assert desk("watch", "add", first, "--every", "900").returncode == 0
    rows = watched(desk)
    assert [row["url"] for row in rows] == [first, "https://paper.example/sitemap.xml?a=1&b=2"]
    assert [row["every"] for row in rows] == [900, None]
    assert {"title", "next", "last", "found", "error", "interval", "sitemaps"} < set(rows[0])
    assert (rows[0]["last"], rows[0]["found"], rows[0]["error"]) == (None, 0, None)
    assert "not read yet" in desk("watch", "list").stdout
    assert desk("watch", "remove", first).returncode == 0
    assert [row["url"] for row in watched(desk)] == ["https://paper.example/sitemap.xml?a=1&b=2"]
    assert paper.server.requests == [], "adding reads nothing"


@pytest.mark.parametrize(
    "words",
    [
        ("add",), ("add", "paper.example/feed"), ("add", "ftp://paper.example/feed"), ("add", "feed.xml"),
        ("add", "file:///feed.xml"), ("add", "https://user:secret@paper.example/feed"), ("add", "http://"),
        ("add", "https://paper.example/good", "nonsense"), ("add", "https://paper.example/feed", "--every", "0"),
        ("add", "https://paper.example/feed", "--every", "often"),
        ("remove",), ("remove", "https://paper.example/unknown"), ("read",),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line_and_changes_nothing(desk: Copydesk, words: tuple[str, ...]) -> None:
    done = desk("watch", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    assert done.stdout == ""
    assert watched(desk) == []


def test_a_worker_stores_what_a_feed_brings_later(desk: Copydesk, paper: Paper) -> None:
    for number in (1, 2):
        paper.publish(number)
    url = paper.server.url("/feed")
    assert desk("watch", "add", url).returncode == 0
    worker = desk.start("worker", "-c", "1")
    try:
        wait_for(lambda: desk.account().stored == 2)
        unchanged = len(paper.asked("/feed"))
        wait_for(lambda: len(paper.asked("/feed")) > unchanged + 1)
        paper.publish(3)
        wait_for(lambda: desk.account().stored == 3)
    finally:
        worker.terminate()
        worker.communicate(timeout=60)
    status = desk.status()
    assert balanced(status)
    assert (status["accepted"], status["stored"], worker.returncode) == (3, 3, 0)
    assert [len(paper.asked(f"/{number}")) for number in (1, 2, 3)] == [1, 1, 1]
    assert {article["requested_url"] for article in desk.articles()} == {paper.server.url(f"/{n}") for n in (1, 2, 3)}
    (row,) = watched(desk)
    assert (row["title"], row["found"], row["error"]) == ("The Paper", 3, None)
    assert row["last"] <= row["next"]
    conditional = [request.headers.get("if-none-match") for request in paper.asked("/feed")]
    assert conditional[:2] == [None, '"2"']
    assert conditional[-1] in ('"2"', '"3"')


def test_a_worker_that_dies_while_it_reads_a_feed_loses_nothing(desk: Copydesk, paper: Paper) -> None:
    paper.publish(1)
    calm = paper.server.routes["/feed"]
    reached = threading.Event()

    async def silent(request: Request, writer: object) -> None:
        reached.set()

    paper.server.routes["/feed"] = silent
    assert desk("watch", "add", paper.server.url("/feed")).returncode == 0
    worker = desk.start("worker", "-c", "1")
    assert reached.wait(PATIENCE)
    worker.kill()
    worker.communicate(timeout=60)
    paper.server.routes["/feed"] = calm
    again = desk.start("worker", "-c", "1")
    try:
        wait_for(lambda: desk.account().stored == 1)
    finally:
        again.terminate()
        again.communicate(timeout=60)
    assert (desk.status()["accepted"], [row["found"] for row in watched(desk)]) == (1, [1])
