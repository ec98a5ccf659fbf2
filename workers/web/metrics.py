"""``/metrics``: the fleet's figures as Prometheus reads them (text format 0.0.4).

All of them are read out of the ledger when they are asked for, and none is counted in this process: so it does not
matter how many processes work or serve, and no restart sets a counter back. They add up as the account does.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from starlette.responses import PlainTextResponse, Response

from pipeline.store import sites, throughput
from pipeline.store.feed import last_seq
from pipeline.store.pace import PROGRESS
from pipeline.store.presence import Worker
from pipeline.store.throughput import BOUNDS, Timing
from workers import standing
from workers.standing import Standing
from workers.web.desk import AtDesk, Desk

router = APIRouter(tags=["health"])
LIMITS = [*(str(bound / 1000) for bound in BOUNDS), "+Inf"]
"""Upper ends of the classes, in seconds."""


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(desk: AtDesk) -> Response:
    """The figures of the whole fleet, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(desk))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class Figures:
    """A collector of ``prometheus_client``: one look at the ledger."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        """All metrics. Raises UnavailableError, on which Prometheus notes that the target is down."""
        with self._desk.read() as tx:
            now = standing.read(tx, self._desk.settings)
            timings = throughput.histogram(tx)
            yield from _documents(now)
            yield from _stages(timings)
            yield from _workers(now)
            faults = {(site,): 1.0 for site in sites.broken(tx)}
            yield _labelled(
                GaugeMetricFamily, "copydesk_site_broken", "1: the site's layout has changed.", ("site",), faults
            )
            yield _gauge("copydesk_feed_seq", "Changes in the store so far.", last_seq(tx))


def _documents(now: Standing) -> Iterator[Metric]:
    state = now.account
    yield _counter("copydesk_accepted", "Inputs that were accepted.", state.accepted)
    ended = {name: getattr(state, name) for name in ("stored", "duplicate", "rejected", "dead")}
    states = {(name,): number for name, number in {**ended, "in_flight": state.in_flight}.items()}
    yield _labelled(
        GaugeMetricFamily,
        "copydesk_documents",
        "Documents by state; they add up to those accepted.",
        ("state",),
        states,
    )
    reasons = {(reason,): number for reason, number in state.reasons.items()}
    yield _labelled(GaugeMetricFamily, "copydesk_failures", "Rejected and dead documents.", ("reason",), reasons)
    depths = {
        (stage, name): getattr(at, name)
        for stage, at in state.stages.items()
        for name in ("waiting", "queued", "working")
    }
    yield _labelled(GaugeMetricFamily, "copydesk_in_flight", "Documents in flight.", ("stage", "state"), depths)
    oldest = now.oldest.seconds if now.oldest else 0.0
    yield _gauge("copydesk_oldest_seconds", "Since the oldest document in flight was accepted.", oldest)
    yield _gauge("copydesk_waits", "1 while something holds all documents up.", float(now.waits is not None))


def _stages(timings: list[Timing]) -> Iterator[Metric]:
    counted = {(each.stage, each.outcome): sum(each.counts) for each in timings}
    yield _labelled(
        CounterMetricFamily, "copydesk_attempts", "Attempts of each stage by outcome.", ("stage", "outcome"), counted
    )
    took = HistogramMetricFamily(
        "copydesk_stage_seconds", "Time that a stage takes for one document.", labels=["stage"]
    )
    for stage in dict.fromkeys(each.stage for each in timings):
        done = [each for each in timings if each.stage == stage and each.outcome in PROGRESS]
        counts, total, buckets = [sum(column) for column in zip(*(each.counts for each in done), strict=True)], 0, []
        for limit, number in zip(LIMITS, counts, strict=False):
            total += number
            buckets.append((limit, total))
        if buckets:
            took.add_metric([stage], buckets, sum(each.seconds for each in done))
    yield took


def _workers(now: Standing) -> Iterator[Metric]:
    states = {(state,): sum(each.state == state for each in now.workers) for state in ("alive", "lost")}
    yield _labelled(
        GaugeMetricFamily, "copydesk_workers", "Workers; lost: silent for 20 seconds, for an hour.", ("state",), states
    )
    # Lost ones have neither processes nor memory.
    living = [each.worker for each in now.workers if each.state == "alive"]
    figures: tuple[tuple[str, str, Callable[[Worker], float]], ...] = (
        ("copydesk_worker_memory_bytes", "Memory of a worker's processes.", lambda worker: worker.memory),
        ("copydesk_worker_processes", "Processes of a worker.", lambda worker: worker.processes),
    )
    for name, about, figure in figures:
        found = {(each.host, each.name): figure(each) for each in living}
        yield _labelled(GaugeMetricFamily, name, about, ("host", "worker"), found)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value=value)


def _labelled(
    kind: type[GaugeMetricFamily] | type[CounterMetricFamily],
    name: str,
    about: str,
    labels: tuple[str, ...],
    values: Mapping[Any, float],
) -> Metric:
    """``values``: by the labels' values, a tuple."""
    family = kind(name, about, labels=labels)
    for names, value in values.items():
        family.add_metric(names, value)
    return family
