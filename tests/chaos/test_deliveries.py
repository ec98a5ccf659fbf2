"""Messages that come twice, late and in any order, and messages of another version of Copydesk."""

import base64
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from config.settings import Settings
from pipeline.stage import PIPELINE
from pipeline.store import account, ledger
from pipeline.store.database import Database, sqlite_url
from pipeline.store.ledger import Entry
from pipeline.store.rules import Ticket
from tests.chaos.fleet import SHORT, Fleet, RedisServer, digest_of, report, wait_until
from tests.pages import make_pages
from workers.fetching import FetchTask
from workers.messages import SCHEMA, written
from workers.redis_server import KEY_PREFIX
from workers.runtime import Runtime
from workers.tasks import StageTask

Message = tuple[str, dict]


class Post:
    """The four stages and the messages between them, in one process: who delivers decides what comes when."""

    def __init__(self, folder: Path, redis_url: str, pages: list[Path]) -> None:
        store = sqlite_url(folder / "copydesk.db")
        folder.mkdir()
        self.database = Database(store).migrate()
        self.runtime = Runtime(Settings(home=folder, redis_url=redis_url, store_url=store), in_fleet=True)
        self.letters: list[Message] = []
        self.fetch = FetchTask(self.runtime, self.send)
        self.tasks = {stage.name: StageTask(stage, self.runtime) for stage in PIPELINE[1:]} | {"fetch": self.fetch}
        with self.database.write() as tx:
            entries = [Entry(page.name, page.as_uri()) for page in pages]
            ledger.accept(tx, entries, submission="s", now=self.runtime.clock())

    def send(self, stage: str, tickets: list[Ticket]) -> None:
        if tickets:
            self.letters.append((stage, written(tickets)))

    def dispatch(self) -> None:
        run = self.runtime
        with self.database.write() as tx:
            taken = ledger.dispatch(tx, 500, now=run.clock(), policy=run.policy)
        for at in range(0, len(taken), 16):
            part = taken[at : at + 16]
            for stage in {each.stage for each in part}:
                self.send(stage, [each.ticket for each in part if each.stage == stage])

    def deliver(self, letter: Message) -> None:
        stage, message = letter
        passed = self.tasks[stage].receive(message)
        names = [each.name for each in PIPELINE]
        if passed:
            self.send(names[names.index(stage) + 1], passed)

    def state(self) -> account.Account:
        with self.database.read() as tx:
            return account.account(tx)

    def work(self, pick: Callable[[list[Message]], list[Message]]) -> None:
        """Until all is done, deliver what ``pick`` takes out of the post."""

        def some() -> bool:
            self.dispatch()
            for letter in pick(self.letters):
                self.deliver(letter)
            return self.state().in_flight == 0

        wait_until(some, 240, lambda: str(self.state()), pause=0.01)

    def close(self) -> None:
        self.fetch.stop()
        self.database.close()


def in_order(letters: list[Message]) -> list[Message]:
    taken, letters[:] = list(letters), []
    return taken


class Gremlin:
    """Delivers each letter twice, in any order, the second time perhaps long after the first."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._kept: list[Message] = []
        self.delivered = 0

    def __call__(self, letters: list[Message]) -> list[Message]:
        fresh = in_order(letters)
        self._kept += fresh * 2
        self._chance.shuffle(self._kept)
        # Something is held back each time, unless there is nothing else to do.
        number = len(self._kept) if not fresh else max(1, 2 * len(self._kept) // 3)
        out, self._kept = self._kept[:number], self._kept[number:]
        self.delivered += len(out)
        return out


@pytest.mark.parametrize("count", [pytest.param(500, marks=pytest.mark.chaos), 100], ids=["full", "short"])
def test_every_message_twice_and_shuffled(short_folder: Path, redis_server: RedisServer, count: int) -> None:
    pages = make_pages(short_folder / "pages", count, 3, paragraphs=SHORT)
    serial = Post(short_folder / "serial", redis_server.url, pages)
    serial.work(in_order)
    serial.close()
    redis_server.client.flushall()
    gremlin, shuffled = Gremlin(count), Post(short_folder / "shuffled", redis_server.url, pages)
    shuffled.work(gremlin)
    shuffled.close()
    assert (shuffled.state().stored, shuffled.state().accepted) == (count, count)
    digests = [digest_of(sqlite_url(short_folder / name / "copydesk.db")) for name in ("serial", "shuffled")]
    assert digests[0] == digests[1]
    report("delivered twice and shuffled", documents=count, deliveries=gremlin.delivered, same_digest="yes")


def rewritten(raw: bytes, change: Callable[[dict], object]) -> bytes:
    """A message of kombu's with another argument."""
    envelope = json.loads(raw)
    args, kwargs, options = json.loads(base64.b64decode(envelope["body"]))
    envelope["body"] = base64.b64encode(json.dumps([[change(args[0])], kwargs, options]).encode()).decode()
    return json.dumps(envelope).encode()


@pytest.mark.chaos
def test_messages_of_an_older_and_of_a_newer_version(fleet: Callable[..., Fleet], redis_server: RedisServer) -> None:
    """The older run at once; the newer are parked, and run when somebody sends them again."""
    desk, count = fleet(), 300
    desk.add(count)
    key, client = f"{KEY_PREFIX}fetch", redis_server.client
    raw = [client.rpop(key) for _ in range(client.llen(key))]
    assert len(raw) > 4
    newer = len(raw) // 2
    changes = [partial(newly, SCHEMA + 1)] * newer + [oldly] * (len(raw) - newer)
    for each, change in zip(raw, changes, strict=True):
        client.lpush(key, rewritten(each, change))
    desk.start_worker(2)
    wait_until(lambda: sum(row.state == "stored" for row in desk.rows()) >= count * 0.4, 60, desk.told)
    parked = [row for row in desk.rows() if row.state == "waiting" and row.stage == "fetch"]
    assert parked, "what is newer waits in the ledger"
    assert {row.attempts for row in parked} == {0}
    desk.rest(120)
    desk.check(count)
    report("older and newer messages", older_run=len(raw) - newer, newer_parked=newer, lost=0)


def newly(schema: int, message: dict) -> object:
    return message | {"schema": schema, "shape": ["nobody", "knows"]}


def oldly(message: dict) -> object:
    return message["tickets"]
