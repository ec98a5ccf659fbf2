"""The OpenAPI description against the API: schemathesis asks every operation, with good values and bad ones."""

from pathlib import Path

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from pipeline.store.database import Database
from tests.serving import fill, serving

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip
REFUSED = ["404", "414", "422"]
"""What may be answered to values that are not as described: no such article, an address too long, wrong."""
EXAMPLES = 20
"""For each operation, of each kind of values."""
ENDLESS = "/api/v1/feed/stream"
HONEST = "/readyz"
"""Says 503 where no worker lives, which is what it is for."""


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name)
def test_every_operation_answers_as_it_is_described(database: Database, tmp_path: Path, mode: GenerationMode) -> None:
    fill(database, 12)
    with serving(database, tmp_path) as client:
        described = client.get("/openapi.json").json()
        config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
        schema = schemathesis.openapi.from_dict(described, config=config)
        base = str(client.base_url)
        asked = 0
        for found in schema.get_all_operations():
            operation = found.ok()
            if operation.path in (ENDLESS, HONEST):
                continue

            @hypothesis.settings(
                max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
                suppress_health_check=list(hypothesis.HealthCheck),
            )  # fmt: skip
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(base_url=base, checks=CHECKS)

            try:
                ask()
            except hypothesis.errors.Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, "an operation without parameters has no bad values"
        assert asked > 5 * EXAMPLES


def test_everything_is_described(database: Database, tmp_path: Path) -> None:
    with serving(database, tmp_path) as client:
        described = client.get("/openapi.json").json()
    paths = {path.removeprefix("/api/v1/") for path in described["paths"]}
    assert paths == {
        "articles", "articles/{article_id}", "articles/{article_id}/versions", "articles/{article_id}/diff", "search",
        "entities", "places", "quotes", "stories/{article_id}", "feed", "feed/stream", "account", "/livez", "/readyz",
        "/metrics",
    }  # fmt: skip
    for path, item in described["paths"].items():
        assert item["get"]["description"], path
        assert "application/problem+json" in item["get"]["responses"]["default"]["content"]
    fields = described["components"]["schemas"]["PublishedArticle"]["properties"]
    assert {"headline", "entities", "quotes", "seq", "version", "stored_at"} <= fields.keys()
