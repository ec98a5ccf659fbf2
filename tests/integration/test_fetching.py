"""The fetch task: documents stay in the air when it is over, and go on as they come down."""

import asyncio
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.documents import FetchedPage
from pipeline.errors import UnavailableError
from pipeline.stage import PIPELINE
from pipeline.store import ledger, lookup
from pipeline.store.database import Database, sqlite_url
from pipeline.store.ledger import Entry
from pipeline.store.rules import Ticket
from pipeline.urls import host_of
from tests.integration.fetch.page_server import PAGE, Handler, PageServer, Request, answer
from workers.fetching import FetchTask
from workers.redis_server import EmbeddedRedis
from workers.runtime import Runtime
from workers.tasks import StageTask

PATIENCE = 20


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.ensure()
    yield server.url
    server.stop()


class Desk:
    """A ledger, a fetch task, and what it sends on."""

    def __init__(self, folder: Path, redis_url: str, **changed: object) -> None:
        settings = Settings(
            home=folder, redis_url=redis_url, store_url=sqlite_url(folder / "copydesk.db"),
            allow_addresses="127.7.0.0/16", robots=False, fetch_timeout=5, **changed,
        )  # fmt: skip
        Database(settings.store).migrate().close()
        self.runtime = Runtime(settings, in_fleet=True)
        self.sent: list[Ticket] = []
        self.refuses = False
        self.task = FetchTask(self.runtime, self._send)

    def _send(self, stage: str, tickets: list[Ticket]) -> None:
        assert stage == "clean"
        if self.refuses:
            raise UnavailableError("Redis is away")
        self.sent += tickets

    def dispatch(self, *urls: str) -> list[Ticket]:
        run = self.runtime
        entries = [Entry(url, url, host_of(url)) for url in urls]
        with run.database.write() as tx:
            ledger.accept(tx, entries, submission="s", now=run.clock())
            return [d.ticket for d in ledger.dispatch(tx, 1000, now=run.clock(), policy=run.policy)]

    def states(self) -> dict[str, str]:
        with self.runtime.database.read() as tx:
            return {row.url: f"{row.stage} {row.state}" for row in lookup.outcomes(tx, submission="s")}

    def close(self) -> None:
        self.task.stop()
        self.runtime.database.close()


@pytest.fixture
def desk(tmp_path: Path, redis_url: str) -> Iterator[Desk]:
    made = Desk(tmp_path, redis_url)
    yield made
    made.close()


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until it holds: another thread's state, read from the ledger."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def held(until: threading.Event) -> Handler:
    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.get_running_loop().run_in_executor(None, until.wait, PATIENCE)
        await answer()(request, writer)

    return handler


def test_a_slow_document_holds_up_neither_the_others_nor_the_task(desk: Desk) -> None:
    free = threading.Event()
    with PageServer({"/slow": held(free)} | {f"/{n}": answer() for n in range(9)}) as server:
        tickets = desk.dispatch(server.url("/slow"), *(server.url(f"/{n}") for n in range(9)))
        assert desk.task.run(tickets) == []
        wait_for(lambda: len(desk.sent) == 9)
        assert desk.states()[server.url("/slow")] == "fetch working"
        free.set()
        wait_for(lambda: len(desk.sent) == 10)
    assert sorted(desk.sent) == sorted(tickets)
    assert set(desk.states().values()) == {"clean queued"}


def test_a_suspect_is_alone_in_the_air(desk: Desk) -> None:
    free = threading.Event()
    with PageServer({"/slow": held(free), "/suspect": answer()}) as server:
        slow, suspect = desk.dispatch(server.url("/slow"), server.url("/suspect"))
        desk.task.run([slow])
        with desk.runtime.database.write() as tx:
            ledger.release(tx, [suspect], now=desk.runtime.clock(), policy=desk.runtime.policy)
            tx.exec_driver_sql("UPDATE documents SET alone = 1 WHERE url LIKE '%suspect'")
            (again,) = ledger.dispatch(tx, 10, now=desk.runtime.clock(), policy=desk.runtime.policy)
        task = threading.Thread(target=desk.task.run, args=([again.ticket],))
        task.start()
        wait_for(lambda: desk.states()[server.url("/suspect")] == "fetch working")
        assert [request.path for request in server.requests if request.path != "/slow"] == []
        free.set()
        task.join(PATIENCE)
        assert not task.is_alive()
        assert desk.states()[server.url("/suspect")] == "clean queued"


def test_a_stopped_process_hands_back_what_is_in_the_air(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.fetching.LANDING_SECONDS", 0.1)
    free = threading.Event()
    with PageServer({"/slow": held(free)}) as server:
        desk.task.run(desk.dispatch(server.url("/slow")))
        wait_for(lambda: bool(server.requests))
        desk.task.stop()
        free.set()
        assert desk.states() == {server.url("/slow"): "fetch waiting"}
        with desk.runtime.database.read() as tx:
            assert lookup.outcomes(tx, submission="s")[0].attempts == 0


def test_what_cannot_be_sent_on_waits_in_the_ledger(desk: Desk) -> None:
    desk.refuses = True
    with PageServer({"/story": answer()}) as server:
        desk.task.run(desk.dispatch(server.url("/story")))
        wait_for(lambda: desk.states() == {server.url("/story"): "clean waiting"})


def test_a_postponed_document_waits_uncharged(tmp_path: Path, redis_url: str) -> None:
    desk = Desk(tmp_path, redis_url, host_delay=60, host_concurrency=1)
    with PageServer({"/a": answer(), "/b": answer()}) as server:
        desk.task.run(desk.dispatch(server.url("/a"), server.url("/b")))
        wait_for(lambda: sorted(desk.states().values()) == ["clean queued", "fetch waiting"])
        with desk.runtime.database.read() as tx:
            rows = lookup.outcomes(tx, submission="s")
        (later,) = [row for row in rows if row.state == "waiting"]
        assert later.attempts == 0
        assert later.due - desk.runtime.clock() > 40
        assert len(server.requests) == 1
    desk.close()


def test_an_unchanged_page_is_a_duplicate_without_being_read_again(desk: Desk) -> None:
    async def conditional(request: Request, writer: asyncio.StreamWriter) -> None:
        is_known = request.headers.get("if-none-match") == '"v1"'
        await (answer(b"", 304) if is_known else answer(PAGE, ETag='"v1"'))(request, writer)

    run = desk.runtime
    with PageServer({"/story": conditional}) as server:
        url = server.url("/story")
        (first,) = desk.dispatch(url)
        desk.task.run([first])
        wait_for(lambda: desk.sent == [first])
        with run.database.write() as tx:
            tx.exec_driver_sql("UPDATE documents SET state = 'stored', article_id = id")
        desk.task.run(desk.dispatch(url))
        wait_for(lambda: len(server.requests) == 2)
        wait_for(lambda: desk.states()[url] == "fetch duplicate")
        with run.database.read() as tx:
            assert lookup.outcomes(tx, submission="s")[1].article_id == first.id


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_page_that_was_lost_on_its_way_comes_from_the_archive_or_else_from_the_net(desk: Desk, is_kept: bool) -> None:
    with PageServer({"/story": answer()}) as server:
        desk.task.run(desk.dispatch(server.url("/story")))
        wait_for(lambda: len(desk.sent) == 1)
        run = desk.runtime
        run.redis.flushall()
        assert StageTask(PIPELINE[1], run).run(desk.sent) == []
        assert desk.states() == {server.url("/story"): "fetch waiting"}
        if not is_kept:
            shutil.rmtree(run.settings.home / "archive")
        with run.database.write() as tx:
            (again,) = ledger.dispatch(tx, 10, now=run.clock() + 1, policy=run.policy)
        desk.sent += desk.task.run([again.ticket])
        wait_for(lambda: len(desk.sent) == 2)
        assert len([request for request in server.requests if request.path == "/story"]) == (1 if is_kept else 2)
        assert (
            run.payloads.get("fetch", [again.ticket.id], FetchedPage).documents[again.ticket.id].text == PAGE.decode()
        )
