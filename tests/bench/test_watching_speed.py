"""What watching costs while the fleet works, and how soon it tells of a worker that died (``ROWS``: old documents)."""

import os
import random
import re
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from pipeline.store.account import account
from pipeline.store.database import Database
from pipeline.store.schema import documents
from tests.browsing import Watched, chromium
from tests.commands import Copydesk
from tests.integration.test_background import started
from tests.integration.test_tallies import row
from tests.pages import make_pages

ROWS = int(os.environ.get("ROWS", "1000000"))
IN_WORK = 5000
LOOKS = 12
SCRAPE_SECONDS = 5
"""As config/prometheus.yml and config/alerts.yml have it: metrics are asked for and rules looked at so often."""


@pytest.fixture
def desk(copydesk: Copydesk) -> Iterator[Copydesk]:
    copydesk.environment |= {"COPYDESK_SERVE_PORT": "0", "COPYDESK_SERVE_RATE": "0"}
    yield copydesk
    copydesk("down")


def old_documents(database: Database, number: int) -> None:
    """A ledger with a past: most stored, some not."""
    dice, begun = random.Random(3), time.time() - 30 * 86_400
    ends = [("stored", None), ("duplicate", None), ("rejected", "not_found"), ("dead", "timeout")]
    for first in range(0, number, 50_000):
        rows = []
        for each in range(first, min(first + 50_000, number)):
            (state, reason), at = dice.choices(ends, (90, 5, 4, 1))[0], begun + each
            host = f"a{each % 999}.example"
            told = {"state": state, "stage": "store", "reason": reason, "host": host, "url": f"https://{host}/{each}"}
            rows.append(row(each) | told | {"accepted_at": at, "finished_at": at + 30})
        with database.write() as tx:
            tx.execute(insert(documents), rows)


class Ledger(threading.Thread):
    """What the ledger counts as stored, looked at forty times a second."""

    def __init__(self, database: Database) -> None:
        super().__init__(daemon=True)
        self.database, self.counts, self.ended = database, [(time.monotonic(), 0)], False

    def run(self) -> None:
        while not self.ended:
            with self.database.read() as tx:
                self.counts.append((time.monotonic(), account(tx).stored))
            time.sleep(0.025)

    def behind(self, shown: int, at: float) -> float:
        """Seconds since the ledger had just the number that is shown at that moment."""
        return at - max((moment for moment, number in self.counts if number <= shown and moment <= at), default=at)


def took(work: Callable[[], Any]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def until(what: str, condition: Callable[[], bool], begun: float) -> str:
    while not condition():
        assert time.monotonic() - begun < 120, what
        time.sleep(0.2)
    return f"{what} {time.monotonic() - begun:.1f} s"


@pytest.mark.bench
def test_watching_and_a_worker_that_dies(desk: Copydesk) -> None:
    desk.account()
    with closing(Database(desk.store_url)) as database, chromium() as browser:
        old_documents(database, ROWS)
        make_pages(desk.folder / "pages", IN_WORK)
        assert desk("add", "pages").returncode == 0
        up = desk("up")
        assert up.returncode == 0, up.stderr
        address = re.findall(r"served at (http://[\d.:]+)", up.stdout)[0]
        ledger = Ledger(database)
        ledger.start()

        seen = Watched(browser, address)
        page = seen.open("/")
        paints, statuses, lags = [], [], []
        for _ in range(LOOKS):
            statuses.append(took(lambda: desk("status")))
            other = Watched(browser, address)
            painted = other.open("/")
            painted.wait_for_timeout(1500)  # the browser tells of it a little later
            paints.append(painted.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            other.close()
            for _ in range(5):
                page.wait_for_timeout(700)
                shown = int(re.sub(r"\D", "", page.inner_text("#account .good dd")))
                lags.append(ledger.behind(shown, time.monotonic()))
        left = desk.account().in_flight
        print(f"\n{ROWS:,} old documents, {IN_WORK:,} added, {left:,} left; median and slowest of {LOOKS}:")
        print(f"  copydesk status        {statistics.median(statuses):.2f}  {max(statuses):.2f} s")
        print(f"  dashboard, first paint {statistics.median(paints) / 1000:.2f}  {max(paints) / 1000:.2f} s")
        print(f"  dashboard, behind by   {statistics.median(lags):.2f}  {max(lags):.2f} s")

        worker = started(up.stdout)["worker"]
        client = httpx.Client(base_url=address)

        def alert() -> bool:
            """The rule of config/alerts.yml, looked at when Prometheus would, at the worst moment."""
            time.sleep(SCRAPE_SECONDS)
            return 'copydesk_workers{state="lost"} 0.0' not in client.get("/metrics").text

        def states() -> list[str]:
            return [each["state"] for each in desk.status()["workers"]]

        os.kill(worker, signal.SIGKILL)
        begun, told = time.monotonic(), []
        page_says = "#workers:has-text('lost')"
        looks: dict[str, Callable[[], bool]] = {
            "dashboard": lambda: page.locator(page_says).count() > 0,
            "/readyz": lambda: client.get("/readyz").status_code == 503,
            "status": lambda: states() == ["lost"],
            "alert rule": alert,
        }
        told = [until(name, look, begun) for name, look in looks.items()]
        print(f"  a killed worker is told of after: {', '.join(told)}")
        begun = time.monotonic()
        assert desk("up").returncode == 0
        looks = {
            "/readyz": lambda: client.get("/readyz").status_code == 200,
            "status": lambda: "alive" in states(),
            "dashboard": lambda: page.locator("#workers:has-text('alive')").count() > 0,
        }
        print(f"  and one that is back after: {', '.join(until(name, look, begun) for name, look in looks.items())}")
        ledger.ended = True
        ledger.join()
        seen.close()
