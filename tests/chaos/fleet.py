"""A fleet to break: a Redis of its own, a store, workers that are restarted when they die, and the books at the end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import psutil
import redis
from sqlalchemy import Connection

from pipeline.errors import UnavailableError
from pipeline.store import account, open_store
from pipeline.store.database import Database, sqlite_url
from pipeline.store.schema import documents, versions
from tests.commands import COPYDESK, balanced
from tests.pages import make_pages
from workers.redis_server import find_server

T = TypeVar("T")

SHORT = 3
"""Paragraphs of a page: what is tested is not how fast they are read."""
LEASES = {"COPYDESK_WORKING_LEASE": "15", "COPYDESK_STALLED": "5", "COPYDESK_RETRY": "1"}
"""Shorter than usual, so that what only a lease repairs is seen within the time of a test."""


class RedisServer:
    """A Redis that may be killed, and comes back empty. ``port``: also on TCP, at ``address``."""

    def __init__(self, folder: Path, *, address: str | None = None, port: int = 0) -> None:
        self._socket = folder / "r.sock"
        listen = ["--bind", address, "--protected-mode", "no"] if address else []
        self._command = [
            str(find_server()), "--port", str(port), "--unixsocket", str(self._socket), "--save", "",
            "--appendonly", "no", "--dir", str(folder), "--maxmemory-policy", "noeviction", *listen,
        ]  # fmt: skip
        self.url = f"redis://{address}:{port}/0" if address else f"unix://{self._socket}"
        self.client = redis.Redis.from_url(f"unix://{self._socket}")
        self.start()

    def start(self) -> None:
        self._socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self.client.ping())
        return False


class Fleet:
    """Workers of one machine over one Redis and one store."""

    def __init__(
        self, folder: Path, redis_url: str, store_url: str | None = None, home: str = "home", **more: str
    ) -> None:
        self.folder = folder
        self.home = folder / home
        self.store_url = store_url or sqlite_url(self.home / "copydesk.db")
        self.prefix: list[str] = []
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        self.environment |= LEASES | {
            "COPYDESK_HOME": str(self.home), "COPYDESK_REDIS_URL": redis_url, "COPYDESK_STORE_URL": self.store_url,
        } | more  # fmt: skip
        self.home.mkdir(parents=True, exist_ok=True)
        self.workers: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [COPYDESK, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip

    def add(self, count: int, seed: int = 0) -> None:
        pages = self.folder / f"pages-{seed}"
        make_pages(pages, count, seed, paragraphs=SHORT)
        done = self.run("add", pages)
        assert done.returncode == 0, done.stderr

    def start_worker(self, processes: int = 1) -> "subprocess.Popen[bytes]":
        with (self.folder / "supervisors.log").open("ab") as log:
            worker = subprocess.Popen(
                [*self.prefix, COPYDESK, "worker", "-c", str(processes)],
                cwd=self.folder, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.workers.append(worker)
        return worker

    def keep_alive(self) -> None:
        """Restart supervisors that have died, as an init system does."""
        for place, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.start_worker()
                self.workers[place] = self.workers.pop()

    def processes(self) -> list[psutil.Process]:
        """Supervisors, Celery parents and their children, in an order that does not depend on chance."""
        found: list[psutil.Process] = []
        for worker in self.workers:
            with suppress(psutil.NoSuchProcess):
                top = psutil.Process(worker.pid)
                found += [top, *sorted(top.children(recursive=True), key=lambda each: each.pid)]
        return found

    def kill_one(self, chance: Random) -> None:
        with suppress(psutil.NoSuchProcess, IndexError):
            chance.choice(self.processes()).kill()

    def stop(self) -> None:
        for process in reversed(self.processes()):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for worker in self.workers:
            worker.wait()
        self.workers.clear()

    def account(self) -> dict[str, Any]:
        """Read straight from the ledger; a store that is being broken is asked again."""
        return vars(self._read(account.account))

    def rest(self, patience: float) -> float:
        """Wait until nothing is in flight; returns after how many seconds."""
        began = time.monotonic()

        def at_rest() -> bool:
            self.keep_alive()
            return self.account()["in_flight"] == 0

        wait_until(at_rest, patience, self.told, pause=0.3)
        return time.monotonic() - began

    def told(self) -> str:
        """What to print when something does not come."""
        logs = [self.folder / "supervisors.log", self.home / "logs" / "worker.log"]
        ends = [path.read_text("utf-8", "replace")[-3000:] for path in logs if path.exists()]
        return "\n".join([json.dumps(self.account(), default=str), *ends])

    def check(self, accepted: int, **others: int) -> None:
        """Nothing lost, nothing doubled: every input stored, but for ``others`` by state."""
        state = self.account()
        wanted = {"accepted": accepted, "in_flight": 0, "duplicate": 0, "rejected": 0, "dead": 0} | others
        wanted["stored"] = accepted - sum(others.values())
        assert balanced(state)
        assert {name: state[name] for name in wanted} == wanted, self.failures()
        stored = [each.published() for each in open_store(self.store_url)]
        assert len(stored) == wanted["stored"]
        assert Counter(each["canonical_url"] for each in stored).most_common(1)[0][1] == 1
        assert [each["seq"] for each in stored] == list(range(1, len(stored) + 1)), "each stored once, no gap"
        assert {each["version"] for each in stored} == {1}

    def failures(self) -> str:
        return self.run("failed", "list").stdout

    def digest(self) -> str:
        """Of all that was read out of the articles, whatever the order they came in."""
        return digest_of(self.store_url)

    def rows(self) -> list[Any]:
        return self._read(lambda tx: list(tx.execute(documents.select().order_by(documents.c.id))))

    def _read(self, question: Callable[[Connection], T]) -> T:
        deadline = time.monotonic() + 30
        while True:
            database = Database(self.store_url, pooled=False)
            try:
                with closing(database), database.read() as tx:
                    return question(tx)
            except UnavailableError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


def digest_of(store_url: str) -> str:
    """Of the articles and of what was found in them; what depends on the order of arrival is left out."""
    database = Database(store_url, pooled=False)
    with database.read() as tx:
        rows = [row.document for row in tx.execute(versions.select())]
    database.close()
    facts = []
    for row in rows:
        article, enrichment = row["article"], row["enrichment"]
        for name in ("id", "date_fetched", "requested_url", "url", "provenance"):
            article.pop(name, None)
        for name in ("near_duplicate_of", "cluster_id"):
            enrichment.pop(name, None)
        facts.append(json.dumps([article, enrichment], sort_keys=True))
    return blake2b("\n".join(sorted(facts)).encode(), digest_size=16).hexdigest()


def wait_until(
    condition: Callable[[], bool], patience: float = 60, told: Callable[[], str] = lambda: "", pause: float = 0.05
) -> None:
    """Poll; fails with what ``told`` says after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s\n{told()}"
        time.sleep(pause)


def report(test: str, **figures: object) -> None:
    """One line of figures for the table in the README."""
    print(
        f"\n{test}: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items()),
        file=sys.stderr,
    )


def end_gracefully(worker: "subprocess.Popen[bytes]", patience: float) -> float:
    """SIGTERM; returns how long it took."""
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    worker.wait(patience)
    return time.monotonic() - began
