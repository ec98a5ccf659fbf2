"""The feed as server-sent events: every change once and in order, whoever writes and whoever goes away."""

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.store.database import Database
from pipeline.store.feed import last_seq
from tests.integration.test_feed import WRITERS, write
from tests.serving import fill, serving
from tests.waiting import wait_for
from workers.web import following


def events(client: httpx.Client, after: int = 0, *, again: int | None = None) -> Iterator[int]:
    """The ids of the events, as long as they are taken."""
    headers = {} if again is None else {"Last-Event-ID": str(again)}
    with client.stream("GET", f"/api/v1/feed/stream?after={after}&fields=headline", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        seq = None
        for line in answer.iter_lines():
            if line.startswith("id: "):
                seq = int(line.removeprefix("id: "))
            elif line.startswith("data: ") and seq is not None:
                assert json.loads(line.removeprefix("data: "))["seq"] == seq
                yield seq


def test_a_follower_misses_nothing_and_doubles_nothing_while_four_processes_write(
    store_url: str, tmp_path: Path
) -> None:
    """It goes away after every hundred changes, and comes again with the last id."""
    database = Database(store_url).migrate()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(store_url, name, 3)) for name in range(WRITERS)]
    with serving(database, tmp_path / "home") as client:
        for writer in writers:
            writer.start()
        seen: list[int] = []
        while any(writer.is_alive() for writer in writers) or len(seen) < _last(database):
            if len(seen) == _last(database):
                time.sleep(0.01)
                continue
            for _, seq in zip(range(100), events(client, again=seen[-1] if seen else None), strict=False):
                seen.append(seq)
                if len(seen) == _last(database):
                    break
        assert [writer.exitcode for writer in writers] == [0] * WRITERS
        assert seen == list(range(1, _last(database) + 1))
    database.close()


def _is_let_in(client: httpx.Client) -> bool:
    with client.stream("GET", "/api/v1/feed/stream") as answer:
        return answer.status_code == 200


def _last(database: Database) -> int:
    with database.read() as tx:
        return last_seq(tx)


def test_what_comes_is_sent_at_once_to_all(database: Database, tmp_path: Path) -> None:
    fill(database, 2)
    with serving(database, tmp_path) as client:
        followers = [events(client, after=1) for _ in range(5)]
        assert [next(each) for each in followers] == [2] * 5
        begin = time.monotonic()
        fill(database, 3, first=2)
        assert [[next(each) for _ in range(3)] for each in followers] == [[3, 4, 5]] * 5
        assert time.monotonic() - begin < 3
        for each in followers:
            each.close()


def test_silence_is_told_from_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    monkeypatch.setattr(following, "HEARTBEAT", 0.2)
    with serving(database, tmp_path) as client, client.stream("GET", "/api/v1/feed/stream") as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith(":")) == ": still here"
    database.close()


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 19, "٣"])
def test_a_wrong_id_is_refused(tmp_path: Path, last: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    with serving(database, tmp_path) as client:
        assert client.get("/api/v1/feed/stream", headers={"Last-Event-ID": last.encode()}).status_code in (422,)
    database.close()


def test_streams_end_with_the_server_and_are_counted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    fill(database, 1)
    with serving(database, tmp_path, serve_streams=2) as client:
        one, two = events(client), events(client)
        assert (next(one), next(two)) == (1, 1)
        answer = client.get("/api/v1/feed/stream")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        one.close()
        wait_for(lambda: _is_let_in(client))
        rest: list[int] = []
        reader = threading.Thread(target=lambda: rest.extend(two))
        reader.start()
        begin = time.monotonic()
    reader.join()
    assert time.monotonic() - begin < 4
    assert rest == []
    database.close()
