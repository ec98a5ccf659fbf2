"""A fleet of real fetch processes against a server that notes when each request arrives."""

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from workers.redis_server import EmbeddedRedis

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Observed:
    """What the server saw; times in seconds."""

    requests: int
    rate: float
    """Requests per second from the first to the last, of all hosts together."""
    shortest_gap: float
    """Between two requests to one host."""
    cpu: float
    """Of all fetch processes together."""


def observe(
    home: Path, *, processes: int, network: str, hosts: int, port: int, delay: float, seconds: float
) -> Observed:
    """Let a fleet read for so long."""
    redis = EmbeddedRedis(home)
    redis.ensure()
    try:
        with ExitStack() as stack:
            server = stack.enter_context(_python("arrivals_server", network, hosts, port, 0.02))
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            readers = [
                stack.enter_context(_python("polite_reader", redis.url, network, hosts, port, delay, seconds))
                for _ in range(processes)
            ]
            cpu = sum(float(reader.communicate(timeout=seconds + 60)[0]) for reader in readers)
            return _observed(json.loads(server.communicate(timeout=30)[0]), cpu)
    finally:
        redis.stop()


def _observed(arrivals: dict[str, list[float]], cpu: float) -> Observed:
    gaps = [later - earlier for moments in arrivals.values() for earlier, later in pairwise(moments)]
    rate = sum((len(moments) - 1) / (moments[-1] - moments[0]) for moments in arrivals.values())
    return Observed(sum(map(len, arrivals.values())), rate, min(gaps), cpu)


def _python(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", f"tests.integration.fetch.{script}", *map(str, arguments)]
    root = HERE.parents[2]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
