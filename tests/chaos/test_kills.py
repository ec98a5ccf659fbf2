"""Processes and servers that die at any moment."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random

import psutil
import pytest

from tests.chaos.fleet import Fleet, RedisServer, end_gracefully, report, wait_until

REST = 60
"""Seconds after the last blow within which all must have an outcome."""


@pytest.mark.parametrize(
    ("count", "seconds"), [pytest.param(2000, 60, marks=pytest.mark.chaos), (300, 10)], ids=["full", "short"]
)
def test_kill_9_of_anything(fleet: Callable[..., Fleet], count: int, seconds: float) -> None:
    """Children, Celery parents and dispatchers, one every half second."""
    desk, chance = fleet(), Random(count)
    desk.add(count)
    for _ in range(2):
        desk.start_worker()
    wait_until(lambda: desk.account()["stored"] > 0, told=desk.told)
    kills = int(seconds * 2)
    for _ in range(kills):
        desk.kill_one(chance)
        desk.keep_alive()
        time.sleep(0.5)  # the rhythm of the blows, not a wait for anything
    during = desk.account()["stored"]
    took = desk.rest(REST)
    desk.check(count)
    report("kill -9", kills=kills, stored_meanwhile=during, rest_after=f"{took:.0f} s", lost=0, doubled=0)


def blows(server: RedisServer) -> dict[str, Callable[[], None]]:
    def killed() -> None:
        server.kill()
        time.sleep(1)
        server.start()

    def full() -> None:
        used = int(server.client.info("memory")["used_memory"])
        server.client.config_set("maxmemory", max(used // 2, 500_000))
        time.sleep(3)
        server.client.config_set("maxmemory", 0)

    return {"killed": killed, "flushed": lambda: server.client.flushall(), "full": full}


@pytest.mark.parametrize(
    ("count", "sequence"),
    [
        pytest.param(1200, ["killed", "flushed", "full"] * 5, marks=pytest.mark.chaos),
        (300, ["flushed", "full", "killed"]),
    ],
    ids=["full", "short"],
)
def test_redis_loses_its_memory(
    fleet: Callable[..., Fleet], redis_server: RedisServer, count: int, sequence: list[str]
) -> None:
    """Killed and restarted empty, flushed, without any memory left."""
    desk, strike = fleet(), blows(redis_server)
    desk.add(count)
    for _ in range(2):
        desk.start_worker()
    for blow in sequence:
        before = desk.account()["stored"]
        patience = 45
        wait_until(
            lambda before=before: desk.account()["stored"] > before or not desk.account()["in_flight"],
            patience,
            desk.told,
        )
        strike[blow]()
    took = desk.rest(REST)
    desk.check(count)
    report("Redis", blows=len(sequence), rest_after=f"{took:.0f} s", lost=0, doubled=0)


@pytest.mark.parametrize(
    ("count", "rounds"), [pytest.param(1000, 5, marks=pytest.mark.chaos), (200, 1)], ids=["full", "short"]
)
def test_postgres_is_killed(fleet: Callable[..., Fleet], postgres_of_our_own, count: int, rounds: int) -> None:
    """Backends, and the postmaster with all of them."""
    server, chance = postgres_of_our_own, Random(count)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    desk = fleet(store_url=url)
    desk.add(count)
    for _ in range(2):
        desk.start_worker()
    for _ in range(rounds):
        before = desk.account()["stored"]
        wait_until(lambda before=before: desk.account()["stored"] > before, 45, desk.told)
        postmaster = psutil.Process(server.get_pid())
        with suppress(psutil.NoSuchProcess, IndexError):
            backends = [each for each in postmaster.children() if "[local]" in "".join(each.cmdline())]
            chance.choice(sorted(backends, key=lambda each: each.pid)).kill()
        time.sleep(3)
        postmaster.send_signal(signal.SIGKILL)
        psutil.wait_procs([postmaster], timeout=10)
        time.sleep(1)
        wait_until(lambda: started(server), 30)
    took = desk.rest(REST)
    desk.check(count)
    report("PostgreSQL", rounds=rounds, rest_after=f"{took:.0f} s", lost=0, doubled=0)


def started(server) -> bool:
    try:
        server.ensure_postgres_running()
    except Exception:  # noqa: BLE001 - backends of the dead postmaster may still be leaving
        return False
    return True


@pytest.mark.parametrize(
    ("count", "times"), [pytest.param(1200, 20, marks=pytest.mark.chaos), (200, 2)], ids=["full", "short"]
)
def test_sigterm_under_load(fleet: Callable[..., Fleet], count: int, times: int) -> None:
    """A worker that is told to stop finishes its batch, hands back the rest and is gone in time."""
    desk = fleet()
    desk.add(count)
    took = []
    for _ in range(times):
        before = desk.account()["stored"]
        worker = desk.start_worker(2)
        wait_until(
            lambda before=before: desk.account()["stored"] > before or not desk.account()["in_flight"], 45, desk.told
        )
        took.append(end_gracefully(worker, 35))
        assert worker.returncode == 0, desk.told()
        desk.workers.clear()
        assert not [row.id for row in desk.rows() if row.state == "working"], "it has handed back what it held"
    desk.start_worker(2)
    desk.rest(120)
    desk.check(count)
    assert max(took) <= 30
    report("SIGTERM", times=times, longest=f"{max(took):.1f} s", lost=0, doubled=0)


@pytest.mark.parametrize(("count", "seconds"), [pytest.param(600, 60, marks=pytest.mark.chaos)], ids=["full"])
def test_a_stopped_worker_comes_back_late(
    fleet: Callable[..., Fleet], postgres_url: str, count: int, seconds: float
) -> None:
    """SIGSTOP, others do its work, SIGCONT: what it brings then is refused by the fence."""
    desk = fleet(store_url=postgres_url)
    desk.add(count)
    desk.start_worker(2)
    wait_until(lambda: any(row.state == "working" and row.stage != "fetch" for row in desk.rows()), 45, desk.told)
    stopped = desk.processes()
    for process in stopped:
        process.suspend()
    held = {row.id: row.epoch for row in desk.rows() if row.state == "working"}
    assert held
    began = time.monotonic()
    desk.start_worker(1)
    wait_until(lambda: desk.account()["in_flight"] == 0 or time.monotonic() - began > seconds, seconds + 30, desk.told)
    wait_until(lambda: time.monotonic() - began > seconds, seconds + 5)
    for process in stopped:
        process.resume()
    desk.rest(REST)
    desk.check(count)
    after = {row.id: row for row in desk.rows()}
    assert all(after[key].epoch > epoch for key, epoch in held.items()), "others were given what it held"
    os.sync()
    report("SIGSTOP", held=len(held), stopped_for=f"{seconds:.0f} s", lost=0, doubled=0)
