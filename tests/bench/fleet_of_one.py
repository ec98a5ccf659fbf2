"""A fleet on this machine whose processes are told apart: what Redis, dispatcher and worker processes cost."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

import psutil
import redis

from pipeline.store.account import account
from pipeline.store.database import Database
from tests.bench.counted import total
from tests.commands import Copydesk
from workers.redis_server import EmbeddedRedis, connect

COUNTED = Path(__file__).with_name("counted.py")
ROOT = COUNTED.parents[2]
ENOUGH, LOOK_SECONDS = 900, 0.1
"""Seconds after which a bench is given up; between two looks at the account."""


@dataclass
class Usage:
    """What was used until a moment."""

    wall: float
    cpu: dict[str, float]
    """Seconds by role."""
    kept_waiting: dict[str, float]
    """Seconds by role that a process, on average, was ready to run and had no core: others had them."""
    redis_commands: Counter[str]
    redis_bytes: tuple[int, int]
    """Sent to Redis, and received from it."""
    counts: Counter[str]


@dataclass
class Fleet:
    """Processes by role, and the command that talks to them."""

    copydesk: Copydesk
    counts: Path
    client: "redis.Redis"
    database: Database
    script: Path
    """Run by every process of it, with the folder of the counts and what it is to be."""
    processes: dict[str, list[psutil.Process]] = field(default_factory=dict)

    def start(self, role: str, *words: str) -> None:
        environment = self.copydesk.env() | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, str(self.script), str(self.counts), *words]
        log = (self.copydesk.folder / f"{role}.log").open("ab")
        process = psutil.Popen(
            command, cwd=self.copydesk.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        log.close()
        self.processes.setdefault(role, []).append(process)

    def members(self, role: str) -> list[psutil.Process]:
        """The processes of a role, children included."""
        found: list[psutil.Process] = []
        for process in self.processes[role]:
            with suppress(psutil.NoSuchProcess):
                found += [process, *process.children(recursive=True)]
        return found

    def ended(self) -> int:
        """How many documents have come to their end."""
        with self.database.read() as tx:
            found = account(tx)
        return found.accepted - found.in_flight

    def add(self, folder: Path) -> None:
        """Queue a folder of files."""
        done = self.copydesk("add", folder)
        assert done.returncode == 0, done.stderr

    def wait_for(self, number: int) -> None:
        """Return when so many documents have come to their end."""
        deadline = perf_counter() + ENOUGH
        while self.ended() < number:
            assert perf_counter() < deadline, "waited too long"
            sleep(LOOK_SECONDS)

    def work_off(self, first: Path, warm: int, files: Path, number: int) -> tuple[Usage, Usage]:
        """Take in two folders of so many files; what was used when the first was done, and when both were."""
        warm += self.ended()  # the store may have been another fleet's before
        self.add(first)
        self.wait_for(warm)
        before = self.usage()
        self.add(files)
        self.wait_for(warm + number)
        return before, self.usage()

    def usage(self) -> Usage:
        stats, commands = self.client.info("stats"), self.client.info("commandstats")
        return Usage(
            perf_counter(),
            {role: sum(map(_cpu, self.members(role))) for role in self.processes},
            {role: _kept_waiting(self.members(role)) for role in self.processes},
            Counter({name.removeprefix("cmdstat_"): int(each["calls"]) for name, each in commands.items()}),
            (int(stats["total_net_input_bytes"]), int(stats["total_net_output_bytes"])),
            total(self.counts),
        )


def _cpu(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        spent = process.cpu_times()
        return float(spent.user + spent.system)
    return 0.0


def _kept_waiting(processes: Sequence[psutil.Process]) -> float:
    """Of those that work: the children, where there are any. proc(5): schedstat is of one thread, here the main one."""
    busy = processes[1:] or processes
    delays = [int(Path(f"/proc/{process.pid}/schedstat").read_text("ascii").split()[1]) for process in busy]
    return sum(delays) / len(delays) / 1e9


@contextmanager
def fleet(
    folder: Path, workers: Sequence[tuple[str, int, Sequence[str]]], *, script: Path = COUNTED, **environment: str
) -> Iterator[Fleet]:
    """A fleet in an empty folder; ``workers``: role, number of processes, stages; ``environment`` of its processes."""
    copydesk, counts = Copydesk(folder, environment), folder / "counts"
    counts.mkdir(parents=True)
    server = EmbeddedRedis(copydesk.home)
    server.ensure()
    copydesk.environment["COPYDESK_REDIS_URL"] = server.url
    with closing(Database(copydesk.store_url).migrate()) as database, connect(server.url) as client:
        found = Fleet(copydesk, counts, client, database, script, {"redis": [psutil.Process(server.pid)]})
        try:
            found.start("dispatcher", "dispatcher")
            for role, number, stages in workers:
                found.start(role, "worker", str(number), *stages)
            yield found
        finally:
            for processes in found.processes.values():
                _end([process for process in processes if isinstance(process, psutil.Popen)])  # not who serves them
            server.stop()


def _end(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            with suppress(psutil.TimeoutExpired):
                process.wait(30)
                continue
            os.killpg(process.pid, 9)
