"""/metrics says what the ledger knows; rules and dashboard ask for what it says."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from pipeline.store import ledger, pace, presence, sites, throughput
from pipeline.store.clock import time_in
from pipeline.store.database import Database
from pipeline.store.layouts import Reading
from pipeline.store.ledger import Entry
from pipeline.store.pace import PERIOD
from pipeline.store.presence import LOST_SECONDS, Worker
from pipeline.store.rules import Policy, Result, Ticket
from pipeline.store.schema import workers
from pipeline.store.throughput import BOUNDS, KEPT_SECONDS, LONGER
from tests.serving import serving

CONFIG = Path(__file__).parents[2] / "config"
ALERTS = {
    rule["alert"]: rule
    for group in yaml.safe_load((CONFIG / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
LIMITS = ("0.005", "0.01", "0.05", "0.1", "30.0", "+Inf")
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def figures(text: str) -> Figures:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(found: Figures, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def work(database: Database, number: int, *, now: float, **result: object) -> None:
    """So many documents that all end one way in the first stage."""
    policy = Policy()
    with database.write() as tx:
        entries = [Entry(f"/{each}", f"file:///{now}/{each}") for each in range(number)]
        ledger.accept(tx, entries, submission="s", now=now)
        taken = ledger.dispatch(tx, number, now=now, policy=policy)
        claims = ledger.claim(tx, "fetch", [d.ticket for d in taken], worker="w", now=now, policy=policy)
        results = [Result(claim.ticket, **result) for claim in claims]  # type: ignore[arg-type]
        ledger.settle(tx, "fetch", results, worker="w", now=now, policy=policy)


def test_what_the_ledger_counts(database: Database, tmp_path: Path) -> None:
    with serving(database, tmp_path) as client:
        now = time_of(database)
        work(database, 3, now=now, outcome="rejected", reason="not_found", ms=7)
        work(database, 2, now=now, outcome="passed", ms=100)
        work(database, 1, now=now, outcome="failed", reason="timeout", ms=99_000)
        answer = client.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found, account = figures(answer.text), client.get("/api/v1/account").json()
    assert of(found, "copydesk_accepted_total") == account["accepted"] == 6
    states = {
        state: of(found, "copydesk_documents", state=state)
        for state in ("stored", "duplicate", "rejected", "dead", "in_flight")
    }
    assert states == {state: account[state] for state in states}
    assert sum(filter(None, states.values())) == 6
    assert of(found, "copydesk_failures", reason="not_found") == 3
    assert of(found, "copydesk_attempts_total", stage="fetch", outcome="failed") == 1
    assert of(found, "copydesk_in_flight", stage="clean", state="queued") == 2
    assert of(found, "copydesk_in_flight", stage="fetch", state="waiting") == 1
    buckets = {limit: of(found, "copydesk_stage_seconds_bucket", stage="fetch", le=limit) for limit in LIMITS}
    assert buckets == {"0.005": 0, "0.01": 3, "0.05": 3, "0.1": 5, "30.0": 5, "+Inf": 5}, "what failed is left out"
    assert of(found, "copydesk_stage_seconds_sum", stage="fetch") == pytest.approx(0.221)
    assert account["throughput"]["fetch"] > 0
    assert account["oldest"]["stage"] == "clean"


def time_of(database: Database) -> float:
    with database.read() as tx:
        return time_in(tx)


def test_periods_and_timings(database: Database) -> None:
    begin = 1_000_000
    ticket = Ticket("a", 1)
    with database.write() as tx:
        for at, ms, worker in ((0, 5, "a"), (PERIOD - 1, 6, "b"), (PERIOD, 30_001, "a"), (3 * PERIOD, 0, "c")):
            throughput.note(tx, "clean", [Result(ticket, "passed", ms=ms)] * 2, worker=worker, now=begin + at)
        throughput.note(tx, "clean", [Result(ticket, "failed", ms=1)], worker="a", now=begin)
        throughput.note(tx, "clean", [], worker="a", now=begin)
        assert pace.course(tx, since=begin) == {"clean": {begin: 4, begin + PERIOD: 2, begin + 3 * PERIOD: 2}}, (
            "what is tried again is not done"
        )
        assert pace.rates(tx, now=begin + 60) == {"clean": round(8 / 60, 2)}
        assert pace.rates(tx, now=begin + 500) == {}
        took = {each.outcome: each for each in throughput.histogram(tx)}
        assert took["failed"].counts[0] == 1
        counts = took["passed"].counts
        assert {bound: number for bound, number in zip((*BOUNDS, LONGER), counts, strict=True) if number} == {
            5: 4, 10: 2, LONGER: 2,
        }  # fmt: skip
        assert took["passed"].seconds == pytest.approx((2 * 5 + 2 * 6 + 2 * 30_001) / 1000)
        throughput.forget_old(tx, now=begin + KEPT_SECONDS + 2 * PERIOD)
        assert pace.course(tx, since=0) == {"clean": {begin + 3 * PERIOD: 2}}
        assert sum(map(sum, (each.counts for each in throughput.histogram(tx)))) == 9, "these are for ever"


def fires(rule: str, found: Figures) -> bool:
    """For rules that compare one figure with a number."""
    name, label, value, sign, limit = re.fullmatch(
        r'(\w+)\{(\w+)="(\w+)"\} (>|==) (\d+)', ALERTS[rule]["expr"]
    ).groups()  # type: ignore[union-attr]
    figure = of(found, name, **{label: value})
    assert figure is not None
    return figure > int(limit) if sign == ">" else figure == int(limit)


def test_the_rule_tells_of_a_lost_worker_until_it_is_back(database: Database, tmp_path: Path) -> None:
    with serving(database, tmp_path) as client:
        now = time_of(database)
        worker = Worker("a:1", "a", "a:10:", ("fetch",), 2, 300_000_000, now, now)

        def told() -> tuple[bool, bool]:
            found = figures(client.get("/metrics").text)
            return fires("CopydeskWorkerLost", found), fires("CopydeskNoWorker", found)

        assert told() == (False, True)
        with database.write() as tx:
            presence.announce(tx, worker)
        assert told() == (False, False)
        with database.write() as tx:
            tx.execute(update(workers).values(seen_at=now - LOST_SECONDS))
        assert told() == (True, True)
        with database.write() as tx:
            presence.announce(tx, worker)
        assert told() == (False, False)


def test_rules_and_dashboard_ask_for_what_there_is(database: Database, tmp_path: Path) -> None:
    with serving(database, tmp_path) as client:
        now = time_of(database)
        work(database, 1, now=now, outcome="rejected", reason="not_found", ms=7)
        with database.write() as tx:
            presence.announce(tx, Worker("a:1", "a", "a:10:", ("fetch",), 2, 300_000_000, now, now))
            pages = [Reading(at, 31 if at < 30 else 1) for at in range(40)]
            sites.record(tx, [("a.example", page) for page in pages])
        there = {name for name, _ in figures(client.get("/metrics").text)}
    dashboard = json.loads((CONFIG / "grafana" / "copydesk.json").read_text("utf-8"))
    asked = [rule["expr"] for rule in ALERTS.values()]
    asked += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    names = set(re.findall(r"\bcopydesk_\w+", " ".join(asked)))
    assert names
    assert names <= there
    scrape = yaml.safe_load((CONFIG / "prometheus.yml").read_text("utf-8"))
    assert [job["job_name"] for job in scrape["scrape_configs"]] == ["copydesk"]
    assert scrape["rule_files"] == ["alerts.yml"]
    slowest = LOST_SECONDS + sum(
        int(scrape["global"][name].removesuffix("s")) for name in ("scrape_interval", "evaluation_interval")
    )
    assert slowest <= 30, "a lost worker is told of within half a minute"
