"""The core of ``copydesk extract``: one line of JSON in, one line of JSON out, nothing fetched and nothing stored."""

from datetime import UTC, datetime
from typing import Any

import orjson

from pipeline.clean import clean
from pipeline.documents import Article, FetchedPage
from pipeline.errors import Rejected


def extract_line(line: str) -> str:
    """The Article, as one line of JSON, of a request ``{"id", "html", "url"}``; ``url`` may be missing or null.

    Raises ``Rejected("unreadable")`` for a line that is no such request; a page that is no article is an answer, with
    ``outcome`` ``rejected`` and its ``reason``.
    """
    return _extract(_request(line)).model_dump_json()


def _request(line: str) -> dict[str, Any]:
    try:
        request = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Rejected("unreadable", f"not a line of JSON: {error}") from error
    if not isinstance(request, dict):
        raise Rejected("unreadable", 'not a JSON object with "id", "html" and "url"')
    for name, wanted in (("id", str | int), ("html", str), ("url", str | None)):
        if not isinstance(request.get(name), wanted) or isinstance(request.get(name), bool):
            raise Rejected("unreadable", f'"{name}" is missing or of the wrong type')
    return request


def _extract(request: dict[str, Any]) -> Article:
    url = request.get("url") or ""
    page = FetchedPage(
        id=str(request["id"]),
        requested_url=url,
        url=url,
        media_type="text/html",
        text=request["html"],
        date_fetched=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return clean(page)
