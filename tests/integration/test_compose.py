"""compose.yaml: as its schema wants it, cut as it says, and every command line in it run as a process.

No container engine is needed: Redis, PostgreSQL and Copydesk are run as they stand there, on ports of this machine.
"""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import pytest
import redis
import yaml
from compose_spec import PyCompose

from config.settings import PREFIX, Settings
from tests.commands import Copydesk
from tests.integration.fetch.page_server import PageServer, answer
from tests.pages import make_page
from tests.waiting import wait_for
from workers.cli import COMMANDS, copydesk
from workers.redis_server import find_server

ROOT = Path(__file__).parents[2]
SPEC: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = SPEC["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"] == "copydesk"}
SECRETS = {"REDIS_PASSWORD": "r3disword", "POSTGRES_PASSWORD": "unused", "SERVE_TOKEN": "token-of-sixteen-letters"}
PAGES = 6


def test_it_is_what_the_specification_wants() -> None:
    found = PyCompose.from_yaml(yaml.safe_dump(SPEC))
    found.validate()
    with pytest.raises(Exception, match="commandd"):
        PyCompose.from_yaml(yaml.safe_dump(SPEC | {"services": {"a": {"image": "b", "commandd": "c"}}}))


def test_who_may_speak_with_whom() -> None:
    nets = {name: set(each["networks"]) for name, each in SERVICES.items()}
    of = {net: {name for name in nets if net in nets[name]} for net in SPEC["networks"]}
    assert of["internet"] == {"fetch"}, "only what parses nothing reaches the internet"
    assert of["queue"] == {"redis", "dispatcher", "fetch", "cpu", "serve"}
    assert of["store"] == {"postgres", "migrate", "dispatcher", "fetch", "cpu", "serve"}
    assert {net for net, each in SPEC["networks"].items() if each.get("internal")} == {"queue", "store", "watching"}
    assert {name for name, each in SERVICES.items() if "ports" in each} == {"serve", "grafana"}
    for each in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in each.get("ports", ()))


@pytest.mark.parametrize("name", OURS)
def test_each_of_ours_can_do_little(name: str) -> None:
    service = OURS[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert "privileged" not in service
    assert set(service["environment"]) <= {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}


def test_the_image_runs_as_nobody_and_holds_nothing_else() -> None:
    lines = (ROOT / "config" / "Dockerfile").read_text("ascii").splitlines()
    words = [line.split() for line in lines if line and not line.startswith(("#", " "))]
    assert [word[1] for word in words if word[0] == "USER"] == ["10001:10001"]
    assert [word[1:] for word in words if word[0] == "FROM"] == [
        ["python:3.12-slim", "AS", "build"],
        ["python:3.12-slim"],
    ]
    copied = {part for word in words if word[0] == "COPY" and not word[1].startswith("--") for part in word[1:-1]}
    assert all((ROOT / part).exists() for part in copied)
    let_in = (ROOT / "config" / "Dockerfile.dockerignore").read_text("ascii").split()
    assert let_in[0] == "*"
    assert {part.split("/")[0] for part in copied} == {each[1:] for each in let_in if each.startswith("!")}
    assert "--require-hashes" in " ".join(lines)


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_one_of_ours_with_options_that_it_has(name: str) -> None:
    program, command, *words = OURS[name]["command"]
    assert program == "copydesk"
    assert command in COMMANDS
    found = copydesk.get_command(click.Context(copydesk), command)
    assert found is not None
    found.make_context(command, list(words))


def settled(value: str, given: dict[str, str]) -> str:
    """As compose has it: ``${NAME:?why}`` is the environment's, ``$$`` a dollar."""
    value = re.sub(r"(?<!\$)\$\{(\w+)(?::[?-][^}]*)?\}", lambda found: given[found[1]], value)
    return value.replace("$$", "$")


@contextmanager
def running(command: list[str], environment: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    folder.mkdir(exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            finally:
                process.kill()
                process.wait()


def free_port() -> int:
    """One below those that the system gives to whoever asks for any: nobody else gets it in the meantime."""
    for port in random.SystemRandom().sample(range(10_000, 32_000), 100):
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def redis_of_compose(folder: Path, port: int) -> list[str]:
    """The very script of the service, with this machine's paths and a port in it."""
    shell, option, script = SERVICES["redis"]["command"]
    script = settled(script, SECRETS).replace("/tmp", str(folder))  # first: this checkout may lie there as well
    script = script.replace("/etc/redis.acl", str(ROOT / "config" / "redis.acl"))
    return [shell, option, f"{script} --port {port} --bind 127.0.0.1"]


def answers(port: int) -> bool:
    try:
        client = redis.Redis(port=port, username="copydesk", password=SECRETS["REDIS_PASSWORD"])
        return bool(client.ping())
    except redis.RedisError:
        return False


def test_every_command_line_runs(tmp_path: Path, postgres_url: str) -> None:
    redis_port, serve_port = free_port(), free_port()
    path = f"{Path(sys.executable).parent}:{find_server().parent}:{os.environ['PATH']}"
    base = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | {"PATH": path}

    def environment(service: dict[str, Any], home: Path) -> dict[str, str]:
        """Of the container, with this machine's addresses."""
        found = {name: settled(value, SECRETS) for name, value in service["environment"].items()}
        found["COPYDESK_REDIS_URL"] = found["COPYDESK_REDIS_URL"].replace("@redis/", f"@127.0.0.1:{redis_port}/")
        assert found["COPYDESK_STORE_URL"].endswith("@postgres/copydesk")
        local = {
            "COPYDESK_STORE_URL": postgres_url,
            "COPYDESK_HOME": str(home),
            "COPYDESK_ALLOW_ADDRESSES": "127.0.0.0/8",
        }
        if "COPYDESK_SERVE_PORT" in found:
            local |= {"COPYDESK_SERVE_PORT": str(serve_port), "COPYDESK_SERVE_HOST": "127.0.0.1"}
        return base | found | local

    def asked(path: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{serve_port}{path}")
        request.add_header("Authorization", f"Bearer {SECRETS['SERVE_TOKEN']}")
        with urllib.request.urlopen(request, timeout=10) as found:
            text: str = found.read().decode()
            return text

    pages = {f"/{number}": answer(make_page(number).encode()) for number in range(PAGES)}
    robots = answer(b"User-agent: *\nAllow: /\n")
    with ExitStack() as stack:
        folder = tmp_path / "redis"
        folder.mkdir()
        server = running(redis_of_compose(folder, redis_port), base | SECRETS, folder)
        stack.enter_context(server)
        wait_for(lambda: answers(redis_port))
        web = stack.enter_context(PageServer({**pages, "/robots.txt": robots}))
        migrate = OURS["migrate"]
        done = subprocess.run(
            migrate["command"], env=environment(migrate, tmp_path), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        processes = {
            name: stack.enter_context(running(OURS[name]["command"], environment(OURS[name], home), home))
            for name in ("dispatcher", "fetch", "cpu", "serve")
            for home in (tmp_path / name,)
        }
        env = {
            name: value
            for name, value in environment(OURS["serve"], tmp_path / "desk").items()
            if name.startswith(PREFIX)
        }
        desk = Copydesk(tmp_path, env)
        added = desk("add", *(web.url(path) for path in pages))
        assert added.returncode == 0, added.stderr
        try:
            wait_for(lambda: desk.account().in_flight == 0, 90)
        except AssertionError as exc:
            logs = [(tmp_path / name / "log").read_text("utf-8", "replace")[-2000:] for name in processes]
            raise AssertionError("\n".join(logs)) from exc
        state = json.loads(asked("/api/v1/account"))
        assert (state["accepted"], state["stored"]) == (PAGES, PAGES)
        stages = {tuple(each["stages"]) for each in state["workers"]}
        assert stages == {("fetch",), ("clean", "enrich", "store")}
        assert f'copydesk_documents{{state="stored"}} {PAGES}.0' in asked("/metrics")
        assert json.loads(asked("/readyz"))["status"] == "ready"
        for name in ("dispatcher", "serve"):
            test = [word.replace(":8000", f":{serve_port}") for word in OURS[name]["healthcheck"]["test"]]
            assert test[0] == "CMD"
            checked = subprocess.run(
                test[1:], env=environment(OURS[name], tmp_path / name), capture_output=True, check=False
            )
            assert checked.returncode == 0, checked.stderr
        for name, process in processes.items():
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0, name
