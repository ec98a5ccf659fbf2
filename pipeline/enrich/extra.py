"""A user's own enrichers: plain functions ``(article, enrichment) -> value``, named in the settings or by a package.

What one returns stands under its name in ``Enrichment.extra``, as JSON. Its failure costs this value and nothing else;
one that does not come to an end is ended with its process, like everything that takes too long for one document.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from pipeline.documents import Article, Enrichment

Extra = Callable[[Article, Enrichment], Any]

LARGEST = 100_000
"""Bytes of a result, written as JSON: ten times as much as a long article."""
LONGEST_FAILURE = 200
"""Characters kept of a failure's message."""


def with_extras(found: Enrichment, article: Article, extras: Mapping[str, Extra]) -> Enrichment:
    """``found`` and what ``extras`` say about the article; each sees the built-in enrichers' work, none the others'."""
    values: dict[str, Any] = {}
    outcomes: dict[str, str] = {}
    for name, function in extras.items():
        outcome = f"extra.{name}"
        try:
            values[name], outcomes[outcome] = _as_json(function(article, found)), "ok"
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code never costs the article
            outcomes[outcome] = failure(error)
    return found.model_copy(update={"extra": found.extra | values, "enrichers": found.enrichers | outcomes})


def failure(error: BaseException) -> str:
    """What the account of enrichers says about an exception, on one line."""
    line = f"failed: {type(error).__name__}: {error}".replace("\n", " ")[:LONGEST_FAILURE]
    return line.encode("utf-8", "replace").decode().replace("\0", " ")


def _as_json(value: object) -> Any:
    """The value as it comes back from JSON; raises what says why it does not."""
    written = orjson.dumps(value)
    if len(written) > LARGEST:
        raise ValueError(f"the result has {len(written)} bytes as JSON, {LARGEST} at most are kept")
    if b"\\u0000" in written:
        raise ValueError("the result has a NUL character, which databases do not hold")
    return orjson.loads(written)
