"""What lies around the processes: the disk, the memory of Redis, the net between machines."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import which
from socket import AF_INET, AF_UNIX, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

import pytest

from tests.chaos.fleet import Fleet, RedisServer, report, wait_until

REST = 60
BACKEND, FRONTEND = "10.213.1.1", "10.213.1.2"
"""Addresses inside two network namespaces of our own: nothing leaves this machine."""


def commanded(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not commanded("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)):
        pytest.skip("no right to mount a file system")
    yield folder
    commanded("umount", "--lazy", str(folder))


@pytest.mark.parametrize("count", [pytest.param(600, marks=pytest.mark.chaos), 150], ids=["full", "short"])
def test_a_full_disk_then_space(fleet: Callable[..., Fleet], small_disk: Path, count: int) -> None:
    """First the reserve stops what is new, then not a byte is left; with space it goes on by itself."""
    desk = fleet(store_url=f"sqlite:///{small_disk}/home/copydesk.db", COPYDESK_DISK_RESERVE="3000000")
    desk.home = small_disk / "home"
    desk.home.mkdir()
    desk.environment["COPYDESK_HOME"] = str(desk.home)
    desk.add(count)
    desk.start_worker(2)
    wait_until(lambda: desk.account()["stored"] > 0, 60, desk.told)
    ballast = small_disk / "ballast"
    filled(ballast)
    said = []

    def waits() -> bool:
        said.append(desk.run("status"))
        return "free" in said[-1].stdout or "free" in said[-1].stderr

    wait_until(waits, 30, lambda: said[-1].stdout + said[-1].stderr)
    ballast.unlink()
    took = desk.rest(REST)
    desk.check(count)
    desk.stop()
    report("full disk", rest_after=f"{took:.0f} s", lost=0, doubled=0)


def test_a_read_only_disk_is_said(fleet: Callable[..., Fleet], small_disk: Path) -> None:
    home = str(small_disk)
    desk = fleet("home", f"sqlite:///{home}/copydesk.db", COPYDESK_HOME=home, COPYDESK_DISK_RESERVE="0")
    desk.add(20)
    assert commanded("mount", "-o", "remount,ro", home)
    for words in (["add", "pages-0"], ["worker"], ["run", "pages-0"]):
        done = desk.run(*words)
        assert done.returncode == 4, (words, done.stderr)
        assert "writable" in done.stderr, (words, done.stderr)
    assert commanded("mount", "-o", "remount,rw", home)
    desk.start_worker(2)
    desk.rest(REST)
    desk.check(20)


@pytest.mark.parametrize("count", [200])
def test_a_store_that_is_removed_stops_the_work(fleet: Callable[..., Fleet], count: int) -> None:
    """It is said, the exit code is that of a store that cannot be reached, and nothing is made in its place."""
    desk = fleet()
    desk.add(count)
    worker = desk.start_worker(1)
    wait_until(lambda: desk.account()["stored"] > 0, 60, desk.told)
    store = desk.home / "copydesk.db"
    store.rename(desk.folder / "moved.db")
    assert worker.wait(60) == 4
    assert "removed or replaced" in (desk.folder / "supervisors.log").read_text()
    desk.workers.clear()
    assert not store.exists()
    # The log of what was not yet copied into the file goes with it.
    for name in ("-wal", "-shm"):
        if (beside := desk.home / f"copydesk.db{name}").exists():
            beside.rename(desk.folder / f"moved.db{name}")
    (desk.folder / "moved.db").rename(store)
    for name in ("-wal", "-shm"):
        if (beside := desk.folder / f"moved.db{name}").exists():
            beside.rename(desk.home / f"copydesk.db{name}")
    desk.start_worker(2)
    desk.rest(90)
    desk.check(count)


def filled(path: Path) -> None:
    """Write until nothing more goes in."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)


class Forwarder:
    """A TCP port that leads to a Unix socket, for a PostgreSQL that listens on nothing else."""

    def __init__(self, address: str, target: str) -> None:
        self._target = target
        self._listener = socket(AF_INET, SOCK_STREAM)
        self._listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        self._listener.bind((address, 0))
        self._listener.listen(64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket(AF_UNIX, SOCK_STREAM)
                server.connect(self._target)
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    @staticmethod
    def _pump(source: socket, sink: socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.close()


@pytest.fixture
def cable() -> Iterator[Callable[[bool], None]]:
    """A namespace for the workers, joined to this one by a cable that can be cut: ``cable(False)``."""
    if not which("ip") or not commanded("ip", "netns", "add", "copydesk-chaos"):
        pytest.skip("no network namespaces here")
    inside = ("ip", "netns", "exec", "copydesk-chaos")
    steps = [
        ("ip", "link", "add", "cd-back", "type", "veth", "peer", "name", "cd-front", "netns", "copydesk-chaos"),
        ("ip", "addr", "add", f"{BACKEND}/30", "dev", "cd-back"),
        ("ip", "link", "set", "cd-back", "up"),
        (*inside, "ip", "addr", "add", f"{FRONTEND}/30", "dev", "cd-front"),
        (*inside, "ip", "link", "set", "cd-front", "up"),
        (*inside, "ip", "link", "set", "lo", "up"),
    ]
    try:
        if not all(commanded(*step) for step in steps):
            pytest.skip("no network namespaces here")
        yield lambda whole: commanded("ip", "link", "set", "cd-back", "up" if whole else "down")
    finally:
        commanded("ip", "link", "del", "cd-back")
        commanded("ip", "netns", "del", "copydesk-chaos")


@pytest.mark.chaos
def test_the_net_is_cut_and_healed(
    cable: Callable[[bool], None], postgres_of_our_own, short_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Between the workers and Redis and PostgreSQL: 5, 20 and 40 seconds; two workers, one of them beyond the cut."""
    count, cuts = 600, (5, 20, 40)
    server = RedisServer(tmp_path_factory.mktemp("r"), address=BACKEND, port=16379)
    with closing(
        Forwarder(BACKEND, f"{postgres_of_our_own.get_postmaster_info().socket_dir}/.s.PGSQL.5432")
    ) as forwarder:
        near = postgres_of_our_own.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        far = f"postgresql+psycopg://postgres@{BACKEND}:{forwarder.port}/postgres"
        desk = Fleet(short_folder, server.url, near)
        desk.add(count)
        desk.environment["COPYDESK_STORE_URL"] = far
        desk.prefix = ["ip", "netns", "exec", "copydesk-chaos"]
        desk.start_worker(2)
        try:
            for seconds in cuts:
                before = desk.account()["stored"]
                wait_until(lambda before=before: desk.account()["stored"] > before, 60, desk.told)
                cable(False)
                threading.Event().wait(seconds)
                cable(True)
            took = desk.rest(REST + 30)
            desk.check(count)
        finally:
            desk.stop()
            server.kill()
    report("net cut", cuts="5, 20 and 40 s", rest_after=f"{took:.0f} s", lost=0, doubled=0)
