"""A fleet of real fetch processes against a server that notes when each request arrives."""

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate, pairwise
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
    ahead: float
    """The most by which a host had its requests before the pace allowed them, over any stretch of time."""
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
            return _observed(json.loads(server.communicate(timeout=30)[0]), delay, cpu)
    finally:
        redis.stop()


def _observed(arrivals: dict[str, list[float]], delay: float, cpu: float) -> Observed:
    gaps = [later - earlier for moments in arrivals.values() for earlier, later in pairwise(moments)]
    rate = sum((len(moments) - 1) / (moments[-1] - moments[0]) for moments in arrivals.values())
    ahead = max(_ahead(moments, delay) for moments in arrivals.values())
    return Observed(sum(map(len, arrivals.values())), rate, min(gaps), ahead, cpu)


def _ahead(moments: list[float], delay: float) -> float:
    late = [moment - number * delay for number, moment in enumerate(moments)]
    return max(latest - now for latest, now in zip(accumulate(late, max), late, strict=True))


def _python(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", f"tests.integration.fetch.{script}", *map(str, arguments)]
    root = HERE.parents[2]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
