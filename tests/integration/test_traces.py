"""Traces of documents, as a collector gets them."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from pipeline.stage import PIPELINE
from tests.commands import Copydesk
from tests.pages import make_pages

NAMES = [stage.name for stage in PIPELINE]


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.services: set[str] = set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = ExportTraceServiceRequest.FromString(body)
                for each in request.resource_spans:
                    collector.services |= {
                        a.value.string_value for a in each.resource.attributes if a.key == "service.name"
                    }
                    collector.spans += [span for scope in each.scope_spans for span in scope.spans]
                self.send_response(200 if self.path == "/v1/traces" else 404)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def facts(span: Span) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_each_document_is_one_trace_of_its_stages(copydesk: Copydesk, collector: Collector) -> None:
    make_pages(copydesk.folder / "pages", 3)
    (copydesk.folder / "pages" / "empty.html").write_text("<html><body><p>Nothing.</p></body></html>")
    copydesk.environment["COPYDESK_OTLP_ENDPOINT"] = collector.address
    done = copydesk("run", "pages", "--json")
    account = json.loads(done.stdout)
    assert (account["stored"], account["rejected"]) == (3, 1), done.stderr
    assert collector.services == {"copydesk"}

    traces: dict[bytes, list[Span]] = defaultdict(list)
    for span in collector.spans:
        traces[span.trace_id].append(span)
    assert len(traces) == 4
    ended = set()
    for trace, spans in traces.items():
        (root,) = [span for span in spans if not span.parent_span_id]
        stages = sorted((span for span in spans if span.parent_span_id), key=lambda span: span.start_time_unix_nano)
        known = facts(root)
        ended.add((known["copydesk.outcome"], known.get("copydesk.reason")))
        told = json.loads(copydesk("trace", known["copydesk.document"], "--json").stdout)
        assert trace.hex().startswith(told["id"]) and told["state"] == known["copydesk.outcome"]
        assert [span.name for span in stages] == [event["stage"] for event in told["events"]]
        assert {span.parent_span_id for span in stages} == {root.span_id}
        assert all(facts(span)["copydesk.attempt"] == 1 for span in stages)
        assert all(facts(span)["url.full"] == told["url"] for span in stages)
        assert root.start_time_unix_nano <= stages[0].start_time_unix_nano
        assert stages[-1].end_time_unix_nano <= root.end_time_unix_nano + 50_000_000
        assert root.status.code == Status.STATUS_CODE_UNSET
    assert ended == {("stored", None), ("rejected", "no_content")}


def test_a_collector_that_is_not_there_costs_nothing_but_a_line(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 1)
    copydesk.environment["COPYDESK_OTLP_ENDPOINT"] = "http://127.0.0.1:9"
    assert copydesk("run", "pages").returncode == 0


@pytest.mark.parametrize("wrong", ["collector:4318", "ftp://a", "http://"])
def test_an_address_that_is_none_is_said(copydesk: Copydesk, wrong: str) -> None:
    copydesk.environment["COPYDESK_OTLP_ENDPOINT"] = wrong
    done = copydesk("status")
    assert done.returncode == 3 and "COPYDESK_OTLP_ENDPOINT" in done.stderr
