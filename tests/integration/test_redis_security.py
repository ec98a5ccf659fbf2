"""A Redis that others use too: Copydesk needs few rights there, and trusts nothing that lies in it.

``config/redis.acl`` has the user that Copydesk is to be given, for Redis and Valkey 6.2 and later. It has no password,
so nobody can sign in as it until one is added: load the line with ``aclfile`` and a ``>password`` or ``#sha256`` in it,
or say ``ACL SETUSER copydesk >password`` afterwards. Its keys all begin with ``copydesk:``; it cannot list, flush or
configure. Two rights reach further than one would like: ``SCAN`` shows the names of others' keys (a Redis that is
nearly full is emptied by it), ``EVALSHA`` with ``SCRIPT LOAD`` runs Lua, which can do no more than the user may.
``CLIENT SETINFO`` is left out, since Redis 7.0 does not know it: the client asks, is refused, and goes on.
Celery's remote control, gossip and events publish to channels, which it does not have; Copydesk uses none of them.
"""

import json
import os
import pickle
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from kombu import Connection, Producer

from tests.commands import Copydesk
from tests.integration.fetch.page_server import PageServer, answer
from tests.pages import make_page, make_pages
from tests.waiting import wait_for
from workers.redis_server import KEY_PREFIX, find_server

ROOT = Path(__file__).parents[2]
WORDS = (ROOT / "config" / "redis.acl").read_text().split()
PASSWORD, ADMIN = "hunter2/@:#", "of-the-operator"
QUOTED = "hunter2%2F%40%3A%23"
QUEUES = ("fetch", "clean", "enrich", "store")


@dataclass(frozen=True)
class Server:
    """A Redis over TCP whose operator has made Copydesk's user, and one without any rights."""

    port: int

    @property
    def admin(self) -> "redis.Redis":
        return redis.Redis(port=self.port, password=ADMIN)

    def url(self, user: str = "copydesk", password: str = QUOTED) -> str:
        return f"redis://{user}:{password}@127.0.0.1:{self.port}/0"

    def refused(self) -> set[str]:
        """What was asked for without the right to, setting aside what the client says of itself."""
        return {entry["object"] for entry in self.admin.acl_log() if entry["object"] != "client"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(free.getsockname()[1])
    (folder / "users.acl").write_text(
        f"user default on >{ADMIN} ~* &* +@all\n{' '.join(WORDS)} >{PASSWORD}\nuser nobody on >{PASSWORD}\n"
    )
    options = {"port": server.port, "bind": "127.0.0.1", "save": "", "dir": folder, "aclfile": folder / "users.acl"}
    command = [str(find_server()), *(str(word) for name, value in options.items() for word in (f"--{name}", value))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        wait_for(lambda: _answers(server.admin))
        yield server
        process.terminate()


@pytest.fixture
def server(running: Server) -> Server:
    running.admin.flushall()
    running.admin.acl_log_reset()
    return running


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def test_the_line_gives_no_right_that_is_not_used_and_no_password() -> None:
    assert WORDS[:5] == ["user", "copydesk", "on", "resetchannels", f"~{KEY_PREFIX}*"]
    assert WORDS[5] == "-@all"
    assert all(word.startswith("+") and "@" not in word for word in WORDS[6:])
    dangerous = {"config", "flushall", "flushdb", "keys", "eval", "acl", "debug", "module", "script", "client", "save"}
    assert not dangerous & {word.removeprefix("+") for word in WORDS[6:]}


def test_the_whole_job_with_the_rights_in_the_file(copydesk: Copydesk, server: Server) -> None:
    copydesk.environment |= {
        "COPYDESK_REDIS_URL": server.url(), "COPYDESK_ALLOW_ADDRESSES": "127.7.0.0/16", "COPYDESK_HOST_DELAY": "0.1",
    }  # fmt: skip
    pages = {f"/{number}": answer(make_page(number, 0).encode()) for number in range(2)}
    robots = {"/robots.txt": answer(b"User-agent: *\nAllow: /\n", content_type="text/plain")}
    with PageServer(pages | robots) as site:
        done = copydesk("run", *(site.url(path) for path in pages), "-c", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stored"] == 2
    fed = copydesk("tail", "--to-stream", "news")
    assert fed.stderr == "2 articles into copydesk:stream:news\n"
    assert copydesk("tail", "--to-stream", "news").stderr.startswith("0 articles")
    assert server.refused() == set()
    assert {key.startswith(KEY_PREFIX.encode()) for key in server.admin.scan_iter()} == {True}
    doctor = json.loads(copydesk("doctor", "--json").stdout)
    assert next(check["ok"] for check in doctor if check["check"] == "redis")
    everything = [done.stdout, done.stderr, *(log.read_text() for log in (copydesk.home / "logs").iterdir())]
    assert not any("hunter2" in text for text in everything)


@pytest.mark.parametrize(
    ("user", "password", "says"),
    [("nobody", QUOTED, "no permissions"), ("copydesk", "hunter2", "invalid username-password")],
)
@pytest.mark.parametrize("command", ["run", "add"])
def test_who_may_not_is_told_in_one_line(
    copydesk: Copydesk, server: Server, user: str, password: str, says: str, command: str
) -> None:
    make_pages(copydesk.folder / "pages", 1)
    done = copydesk("--redis-url", server.url(user, password), command, "pages")
    assert done.returncode == 4, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("copydesk: Redis: ")
    assert says in line
    assert "COPYDESK_REDIS_URL" in line
    assert "hunter2" not in line


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("kind", ["pickle", "yaml", "json said, pickle sent"])
def test_code_in_a_message_is_refused_and_work_goes_on(
    copydesk: Copydesk, server: Server, tmp_path: Path, kind: str
) -> None:
    made = tmp_path / "made"
    pickled = pickle.dumps(((Bomb(made),), {}, {}))
    refusal = "Received invalid task message: Refusing to deserialize untrusted content"
    body, content_type, encoding, says = {
        "pickle": (pickled, "application/x-python-serialize", "binary", refusal),
        "yaml": (f"[[!!python/object/apply:os.mkdir ['{made}']], {{}}, {{}}]", "application/x-yaml", "utf-8", refusal),
        "json said, pickle sent": (pickled, "application/json", "binary", "Can't decode message body"),
    }[kind]
    prefixed = {"global_keyprefix": KEY_PREFIX}
    with Connection(server.url(), transport_options=prefixed) as connection, Producer(connection) as producer:
        for queue in QUEUES:
            producer.publish(
                body, routing_key=queue, exchange="", content_type=content_type, content_encoding=encoding,
                headers={"task": f"copydesk.{queue}", "id": f"bomb-{queue}", "lang": "py"},
            )  # fmt: skip
    assert server.admin.llen(f"{KEY_PREFIX}fetch") == 1
    make_pages(copydesk.folder / "pages", 2)
    done = copydesk("--redis-url", server.url(), "run", "pages", "-c", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stored"] == 2
    assert not made.exists()
    assert (copydesk.home / "logs" / "worker.log").read_text().count(says) == len(QUEUES)
    assert [server.admin.llen(f"{KEY_PREFIX}{queue}") for queue in QUEUES] == [0] * len(QUEUES)
    pickle.loads(pickled)
    assert made.exists(), "the message would have done it"
