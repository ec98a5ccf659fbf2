"""Keeps one machine's share of the fleet alive: the embedded Redis, the Celery worker, and the dispatcher's ticks.

Everything it starts may be killed at any moment: the next ``step`` starts it again, and gives back at once what a dead
worker held. A worker that is alive but deaf (seen after the broker was killed) is found by its pulse and replaced.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from config.masking import escaped, masked
from config.settings import PREFIX, Settings, as_text
from pipeline.errors import ConfigurationError, StoreDamagedError, UnavailableError
from pipeline.stage import PIPELINE
from pipeline.store import presence
from workers.app import SUPERVISED
from workers.deaths import Coroner
from workers.dispatcher import Dispatcher
from workers.processes import here, memory_of_group, spawn
from workers.redis_server import KEY_PREFIX, EmbeddedRedis, translated
from workers.runtime import Runtime, pulse_key, worker_prefix
from workers.traces import demand_traces

log = logging.getLogger("copydesk")

TICK_SECONDS = 0.5
DEAF_SECONDS = 6
"""A worker that takes nothing for so long while its queues hold messages is replaced."""
STARTING_SECONDS = 60
"""The same for one that has not yet taken anything: on a busy machine it may still be loading models."""
QUICK_SECONDS, QUICK_DEATHS = 10, 3
"""A worker that ends by itself so soon after its start, so often in a row, will not start at all."""
STOP_SECONDS = 30
"""After this a worker that was asked to stop is ended."""


class Supervisor:
    """The processes of one machine; ``step()`` is to be called a few times per second."""

    def __init__(self, runtime: Runtime, *, stages: Sequence[str], concurrency: int) -> None:
        self._runtime = runtime
        self._settings = runtime.settings
        self._stages = list(stages)
        self._concurrency = concurrency
        self._redis = (
            None if runtime.settings.redis_url else EmbeddedRedis(self._settings.home, self._settings.redis_memory)
        )
        self._dispatcher = Dispatcher(runtime)
        self._begun, self._beaten = runtime.clock(), 0.0
        self._coroner = Coroner(runtime.recorders, runtime.policy)
        self._worker: subprocess.Popen[bytes] | None = None
        self._ticked = self._started = 0.0
        self._quick_deaths = 0
        self._pulse: tuple[object, float] = (None, time.monotonic())
        self._has_begun = False
        self.trouble: str | None = None
        """Why nothing moves at the moment, in one line; ``None`` when all is well."""
        self._told_of_trouble = False

    def start(self) -> None:
        """Start what is missing; raises UnavailableError when Redis or the store cannot be had at all."""
        demand_traces(self._settings.otlp_endpoint)
        _ = self._runtime.extras  # a name that cannot be imported is told at once, and not by every document
        self._runtime.database.migrate()
        if self._settings.archive:
            self._runtime.archive.ensure()
        if self._redis:
            self._redis.ensure()
        self._dispatcher.tick()
        self._ensure_worker()

    def step(self) -> None:
        """See to Redis and the worker, and let the dispatcher tick; troubles are noted and tried again.

        Raises StoreDamagedError: that does not pass by itself.
        """
        now = time.monotonic()
        if now - self._ticked < TICK_SECONDS:
            return
        self._ticked = now
        try:
            if self._redis:
                self._redis.ensure()
            self._ensure_worker()
            self._dispatcher.tick()
            self._watch_pulse(now)
            self.trouble = self._dispatcher.waits
        except StoreDamagedError:
            raise
        except UnavailableError as exc:
            self.trouble = str(exc)
            log.warning("%s", exc)
        with suppress(UnavailableError):  # without a store nobody is told
            self._beat(now)

    def stop(self, *, gracefully: bool = True) -> None:
        """End what this supervisor started: the worker may finish its batch first, for ``STOP_SECONDS`` at most."""
        if self._worker is not None:
            end_process_group(self._worker, signal.SIGTERM if gracefully else signal.SIGKILL)
            with suppress(UnavailableError):  # the leases run out
                self._bury()
                self._leave()
            self._worker = None
        self._dispatcher.close()
        if self._redis:
            self._redis.stop()

    def _ensure_worker(self) -> None:
        if self._worker is not None and self._worker.poll() is not None:
            log.warning("worker %d ended with %s; starting another", self._worker.pid, self._worker.returncode)
            self._count_death(self._worker.returncode)
            self._worker = None
        if self._worker is None:
            self._worker, self._started = self._start_worker(), time.monotonic()
            self._pulse, self._has_begun = (None, time.monotonic()), False

    def _count_death(self, returncode: int) -> None:
        is_quick = returncode > 0 and time.monotonic() - self._started < QUICK_SECONDS
        self._quick_deaths = self._quick_deaths + 1 if is_quick else 0
        if self._quick_deaths >= QUICK_DEATHS:
            raise ConfigurationError(f"the worker does not start: see {self._log_path}; `copydesk doctor` may help")

    @property
    def _log_path(self) -> Path:
        return self._settings.home / "logs" / "worker.log"

    def _start_worker(self) -> "subprocess.Popen[bytes]":
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", "workers.celery_worker", str(self._concurrency), *self._stages]
        with self._log_path.open("ab") as output:
            return spawn(command, output, environment(self._settings) | {SUPERVISED: "1"})

    def _bury(self) -> list[str]:
        """Take back what dead processes of this machine held; returns who lives and holds documents."""
        return self._coroner.bury(self._runtime.database, now=self._runtime.clock())

    @property
    def _name(self) -> str:
        return f"{here()}:{os.getpid()}"

    def _beat(self, now: float) -> None:
        """Tell the fleet that this worker lives, and at once what stands in its way."""
        is_news = bool(self.trouble) != self._told_of_trouble
        if self._worker is None or (now - self._beaten < presence.BEAT_SECONDS and not is_news):
            return
        self._beaten, pid, run = now, self._worker.pid, self._runtime
        worker = presence.Worker(
            name=self._name, host=socket.gethostname(), signs=worker_prefix(pid), stages=tuple(self._stages),
            processes=self._concurrency, memory=memory_of_group(pid), started_at=self._begun, seen_at=run.clock(),
            trouble=escaped(masked(self.trouble)) if self.trouble else None,
        )  # fmt: skip
        with run.database.write() as tx:
            presence.announce(tx, worker)
        self._told_of_trouble = bool(self.trouble)

    def _leave(self) -> None:
        with self._runtime.database.write() as tx:
            presence.leave(tx, self._name)

    def _watch_pulse(self, now: float) -> None:
        if self._worker is None:
            return
        prefix = worker_prefix(self._worker.pid)
        busy = any(worker.startswith(prefix) for worker in self._bury())
        pulse, waiting = self._read_pulse(self._worker.pid)
        self._has_begun |= busy or pulse is not None  # Redis may forget a pulse before it is seen here
        patience = DEAF_SECONDS if self._has_begun else STARTING_SECONDS
        if not waiting or pulse != self._pulse[0]:
            self._pulse = (pulse, now)
        elif now - self._pulse[1] > patience and not busy:
            log.warning("worker %d takes nothing although work is queued; it is replaced", self._worker.pid)
            self._worker.kill()

    def _read_pulse(self, pid: int) -> tuple[object, bool]:
        with translated():
            pulse = self._runtime.redis.get(pulse_key(pid))
            waiting = any(self._runtime.redis.llen(f"{KEY_PREFIX}{stage}") for stage in self._stages)
        return pulse, waiting


def environment(settings: Settings) -> dict[str, str]:
    """The environment for a child that is to have the very same settings; but for the token, which is none of its."""
    names = [name for name in Settings.model_fields if name != "serve_token"]
    own = {f"{PREFIX}{name.upper()}": as_text(getattr(settings, name)) for name in names}
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return others | {name: value for name, value in own.items() if value}


def all_stages() -> list[str]:
    """The names of all stages, in order."""
    return [stage.name for stage in PIPELINE]


def end_process_group(process: "subprocess.Popen[bytes]", signum: int) -> None:
    """Signal a worker parent and wait; after ``STOP_SECONDS`` it and all its children are killed."""
    process.send_signal(signum)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=STOP_SECONDS)
