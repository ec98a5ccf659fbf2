"""What ``copydesk up`` leaves running: a worker, which also dispatches, and the server; known by a file in the home.

A process is known by its id and the moment it began, so that nobody else who has got its id since is taken for it.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from config.settings import Settings
from pipeline.errors import UnavailableError
from workers.processes import began, here, is_alive

STOP_SECONDS = 45
"""After this, what was asked to stop is ended: a worker gives its processes 30 seconds."""
POLL_SECONDS = 0.1
LAST_WORDS = 2000
"""Bytes of a log that are shown of a process that did not start."""


@dataclass(frozen=True)
class Part:
    """One process in the background."""

    name: str
    """``worker`` or ``serve``: the command that it runs."""
    pid: int
    begun: int
    """As ``processes.began`` tells."""

    def is_running(self) -> bool:
        """Whether it is still there."""
        return is_alive(self.pid) and began(self.pid) == self.begun


class Background:
    """The processes of one home on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = settings.home / "run" / "up.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else starts or stops them meanwhile. Raises UnavailableError."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.with_suffix(".lock").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as exc:
            raise UnavailableError(f"{self._file.parent} cannot be written: {exc.strerror}") from exc

    def running(self) -> dict[str, Part]:
        """Those that run, by name."""
        try:
            told = orjson.loads(self._file.read_bytes())
            parts = [Part(**part) for part in told["parts"]] if told["here"] == here() else []
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return {part.name: part for part in parts if part.is_running()}

    def start(self, name: str, environment: dict[str, str]) -> Part:
        """Start one of them, which goes on when this process ends; its output goes into its log."""
        log = self.log_of(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "workers.cli", name], env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        part = Part(name, process.pid, began(process.pid))
        self._write({**self.running(), name: part})
        return part

    def stop(self, *, but: Collection[str] = ()) -> list[Part]:
        """Ask them to stop and wait; what does not is killed. Returns those that ran, the last started first."""
        running = self.running()
        parts = [part for name, part in reversed(running.items()) if name not in but]
        for part in parts:
            _tell(part, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(part.is_running() for part in parts) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        for part in parts:
            _tell(part, signal.SIGKILL)
        self._write({name: part for name, part in running.items() if name in but})
        return parts

    def log_of(self, name: str) -> Path:
        """Where its output goes."""
        return self._settings.home / "logs" / f"{name}-background.log"

    def last_words(self, name: str) -> str:
        """The end of its log: why it did not start."""
        return self.log_of(name).read_bytes()[-LAST_WORDS:].decode("utf-8", "replace").strip()

    def _write(self, parts: dict[str, Part]) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(orjson.dumps({"here": here(), "parts": [asdict(part) for part in parts.values()]}))
        fresh.replace(self._file)


def _tell(part: Part, signum: int) -> None:
    """Only a process that is still the one that was started."""
    if part.is_running():
        os.kill(part.pid, signum)
