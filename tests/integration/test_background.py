"""``up`` and ``down``: a machine's processes in the background."""

import os
import signal
import socket
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.commands import Copydesk
from tests.pages import make_pages
from tests.waiting import wait_for
from workers.processes import is_alive


@pytest.fixture
def desk(copydesk: Copydesk) -> Iterator[Copydesk]:
    copydesk.environment["COPYDESK_SERVE_PORT"] = "0"
    yield copydesk
    copydesk("down")


def started(text: str) -> dict[str, int]:
    """Process ids by name, as ``up`` and ``down`` print them."""
    lines = [line.split() for line in text.splitlines() if ": process " in line]
    return {words[0]: int(words[-1]) for words in lines}


def test_up_works_until_down(desk: Copydesk) -> None:
    make_pages(desk.folder / "pages", 3)
    up = desk("up", "-c", "1")
    assert (up.returncode, up.stderr) == (0, "")
    parts = started(up.stdout)
    address = desk.status()["dashboard"]
    assert f"served at {address}" in up.stdout
    assert httpx.get(f"{address}/readyz").json() == {"status": "ready", "lost": []}
    assert desk("add", "pages", "--wait").returncode == 0
    assert desk.status()["stored"] == 3
    again = desk("up")
    assert (again.returncode, started(again.stdout)) == (0, parts)
    os.kill(parts["serve"], signal.SIGKILL)
    wait_for(lambda: desk.status()["dashboard"] is None)
    third = started(desk("up").stdout)
    assert third["worker"] == parts["worker"]
    assert third["serve"] != parts["serve"]
    down = desk("down")
    assert (down.returncode, started(down.stdout)) == (0, third)
    assert not any(is_alive(pid) for pid in third.values())
    assert desk.status()["workers"] == []
    assert desk("down").stdout == "nothing is up here\n"


def test_what_cannot_start_is_said_and_nothing_is_left(desk: Copydesk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        up = desk("up", "-c", "1", "--port", port)
    assert (up.returncode, up.stdout) == (4, "")
    assert f"serve ended: cannot listen on 127.0.0.1 port {port}: Address already in use" in up.stderr
    assert desk("down").stdout == "nothing is up here\n"
    assert [p for p in psutil.process_iter(["cmdline"]) if str(desk.home) in " ".join(p.info["cmdline"] or ())] == []
