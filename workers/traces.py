"""OpenTelemetry traces, off unless ``COPYDESK_OTLP_ENDPOINT`` is set: what each stage did with a document is a span.

All spans of a document are one trace, and no message has to carry its id: a trace's id begins with the twenty digits
of the document's. When the document has ended, a span from its acceptance to its end is the parent of all, so that what
lies between two stages, the waiting, is seen as a gap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from config.masking import masked
from pipeline.errors import ConfigurationError
from pipeline.store import lookup
from pipeline.store.ledger import Claim
from pipeline.store.rules import Result

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

TRACE_DIGITS, SPAN_DIGITS = 32, 16
WAIT_MS = 5000
"""At the end of a process, spans that were not sent yet have so long to go."""


@dataclass(frozen=True)
class Done:
    """What one stage did with one document; with ``stage`` None, the whole of a document that has ended."""

    document: str
    stage: str | None
    started: float
    """Seconds since the epoch."""
    seconds: float
    outcome: str
    reason: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """Further attributes, in the names of OpenTelemetry's conventions where it has one."""

    @property
    def is_failure(self) -> bool:
        """Whether it is ours or the net's fault that it did not get on."""
        return self.outcome in ("failed", "dead")


def done_by(tx: Connection, stage: str, work: Sequence[tuple[Claim, Result]]) -> Iterator[Done]:
    """What a stage did with claimed documents that are settled, and the whole of those that ended with it."""
    for claim, result in work:
        url = claim.source.url
        facts: dict[str, str | int] = {"copydesk.attempt": claim.attempt, "url.full": masked(url)}
        if host := urlsplit(url).hostname:
            facts["server.address"] = host
        yield Done(claim.ticket.id, stage, result.started, result.ms / 1000, result.outcome, result.reason, facts)
    for row in lookup.ended(tx, [claim.ticket.id for claim, _ in work]):
        yield Done(row.id, None, row.accepted_at, row.finished_at - row.accepted_at, row.state, row.reason)


def trace_id(document: str) -> int:
    """The document's id and, as samplers look at the last digits, twelve digits that are spread evenly."""
    return int((document + _digest(document))[:TRACE_DIGITS], 16)


def _span_id(*names: object) -> int:
    return int(_digest(*names)[:SPAN_DIGITS], 16)


def _digest(*names: object) -> str:
    return blake2b("\n".join(map(str, names)).encode(), digest_size=16).hexdigest()


def demand_traces(endpoint: str | None) -> None:
    """Raise ConfigurationError where traces are wanted and what sends them is not installed."""
    if endpoint and find_spec("opentelemetry") is None:
        raise ConfigurationError("otlp_endpoint is set, and OpenTelemetry is missing: pip install 'copydesk[traces]'")


class Traces:
    """Sends spans in the background; a collector that cannot be reached costs a line in the log and nothing else."""

    def __init__(self, endpoint: str, worker: str) -> None:
        """``endpoint``: a collector's base address for OTLP over HTTP; ``/v1/traces`` is put behind it."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS and their like are read by these.
        self._resource = Resource.create({"service.name": "copydesk", "service.instance.id": worker})
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
        self._processor: SpanProcessor = BatchSpanProcessor(exporter)

    def tell(self, done: Iterable[Done]) -> None:
        """Queue spans; when there are too many to be sent, the oldest are given up."""
        for each in done:
            self._processor.on_end(self._span(each))

    def close(self) -> None:
        """Send what is left."""
        self._processor.force_flush(WAIT_MS)
        self._processor.shutdown()

    def _span(self, done: Done) -> Any:
        from opentelemetry.sdk.trace import ReadableSpan
        from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

        def context(span: int) -> SpanContext:
            return SpanContext(trace_id(done.document), span, is_remote=False, trace_flags=TraceFlags(1))

        root = context(_span_id(done.document))
        own = context(_span_id(done.document, done.stage, done.started)) if done.stage else root
        known = {"document": done.document, "stage": done.stage, "outcome": done.outcome, "reason": done.reason}
        attributes = dict(done.facts) | {
            f"copydesk.{name}": value for name, value in known.items() if value is not None
        }
        start = int(done.started * 1e9)
        return ReadableSpan(
            done.stage or "document", own, parent=root if done.stage else None, resource=self._resource,
            attributes=attributes, kind=SpanKind.CONSUMER if done.stage else SpanKind.INTERNAL,
            status=Status(StatusCode.ERROR, done.reason) if done.is_failure else Status(), start_time=start,
            end_time=start + int(done.seconds * 1e9),
        )  # fmt: skip
