"""What ``top`` and ``status`` show of a fleet that has everything, on a narrow terminal too."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from pipeline.store.account import Account, Progress
from pipeline.store.presence import Seen, Worker
from workers.cli.status import what_lasts
from workers.cli.top import REASONS, WORKERS, frame
from workers.standing import Line, Oldest, Standing, stretch

STAGES = ("fetch", "clean", "enrich", "store")
WORKER = Worker("a:1", "a", "a:1:", STAGES, 2, 300_000_000, 0, 0)
ACCOUNT = Account(
    accepted=1_000_000, stored=900_000, duplicate=0, rejected=9, dead=0, in_flight=99_991,
    reasons={"[bold]paywall[/bold]": 9}, stages={name: Progress(1, 2, 3, 1_234_567) for name in STAGES},
)  # fmt: skip
NOW = Standing(
    account=ACCOUNT,
    workers=[Seen(WORKER, "alive", {"fetch": 7}), Seen(replace(WORKER, name="b:\x1b[2J"), "lost", {})],
    rates={"stored": 50.0}, throughput={"fetch": 61.25},
    oldest=Oldest("1", "https://a.example/" + "x" * 200, "waiting", "fetch", 90_061),
    hosts=[Line("slow.example", 10, 7200)], waits="Redis is full", dashboard="http://127.0.0.1:8000",
)  # fmt: skip


def shown(now: Standing, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False).print(frame(now))
    return out.getvalue()


def test_all_of_it_is_there() -> None:
    text = shown(NOW)
    for told in (
        "accepted 1000000", "1,234,567", "61.2", "[bold]paywall[/bold]", "alive", "lost", "7 fetch", "300 MB",
        "waiting: Redis is full", "host slow.example: a request every 10 s, work for 2 h",
        "oldest in flight: https://a.example/x", "50.0/s, about 2 h left", "served at http://127.0.0.1:8000",
    ):  # fmt: skip
        assert told in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [40, 60, 200])
def test_no_line_is_broken(width: int) -> None:
    lines = shown(NOW, width).splitlines()
    assert max(map(len, lines)) <= width
    assert len([line for line in lines if "slow.exam" in line]) == 1


def test_the_rest_is_counted() -> None:
    many = replace(ACCOUNT, reasons={f"reason{n}": 1 for n in range(REASONS + 3)})
    crowd = [Seen(replace(WORKER, name=f"a:{n}"), "alive", {}) for n in range(WORKERS + 2)]
    text = shown(replace(NOW, account=many, workers=crowd))
    assert "and 3 other reasons" in text
    assert "and 2 more" in text
    assert "reason" not in shown(replace(NOW, account=replace(ACCOUNT, reasons={})))


def test_time_left_is_never_less_than_the_slowest_host_needs() -> None:
    assert NOW.eta == 7200
    assert replace(NOW, hosts=[]).eta == pytest.approx(99_991 / 50, abs=0.1)
    assert replace(NOW, rates={}).eta is None
    idle = replace(NOW, account=replace(ACCOUNT, in_flight=0), oldest=None, hosts=[], waits=None)
    assert (idle.eta, what_lasts(idle)) == (None, [])


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (0.4, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (90_061, "1 d 1 h")],
)
def test_stretches(seconds: float, told: str) -> None:
    assert stretch(seconds) == told
