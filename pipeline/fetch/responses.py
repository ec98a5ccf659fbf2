"""What an HTTP answer means: a redirect, a refusal, or a page. Pure functions; nothing here touches the network."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from pipeline.errors import DocumentError, Rejected, Transient
from pipeline.urls import join

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})

REFUSALS = {
    204: "no_content", 205: "no_content", 401: "forbidden", 402: "paywall", 403: "forbidden", 404: "not_found",
    407: "forbidden", 410: "gone", 451: "forbidden",
}  # fmt: skip
"""Status codes that end a document. Other 4xx are ``error_page``, other answers without a page ``bad_response``."""

LONGEST_WAIT = 86400.0
"""Seconds; a Retry-After beyond a day is cut, so that no server can park a document for years."""

SECRET_WORDS = ("auth", "cookie", "csrf", "secret", "session", "token")
"""Headers with one of these in their names may carry credentials and are never kept."""

MOST_HEADERS = 64
"""Headers kept of an answer; usual ones have 10 to 30."""

LONGEST_HEADER = 2048
"""Characters kept of a header's value."""


def redirect_target(url: str, status: int, headers: Mapping[str, str]) -> str | None:
    """Where the answer to ``url`` leads; ``None`` if it is final. Raises ``Rejected`` for a redirect to nowhere."""
    if status not in REDIRECTS:
        return None
    if not (location := headers.get("location")):
        raise Rejected("bad_response", f"a redirect ({status}) without a target")
    return join(url, location)


def check_status(status: int, headers: Mapping[str, str]) -> None:
    """Raise the ``DocumentError`` that a final status code stands for; return if a page comes with it."""
    if 200 <= status < 300 and status not in REFUSALS and status != 206:
        return
    raise _refusal(status, headers)


def _refusal(status: int, headers: Mapping[str, str]) -> DocumentError:
    detail = f"HTTP status {status}"
    if reason := REFUSALS.get(status):
        return Rejected(reason, detail)
    if status == 429:
        return Transient("too_many_requests", detail, retry_after(headers.get("retry-after")))
    if status == 408:
        return Transient("timeout", detail)
    if status >= 500:
        return Transient("server_error", detail, retry_after(headers.get("retry-after")))
    return Rejected("error_page" if status >= 400 else "bad_response", detail)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds to wait by a Retry-After header in either form (RFC 9110, 10.2.3); ``None`` where it says nothing."""
    text = (value or "").strip()[:64]
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_WAIT)


def content_type(value: str) -> tuple[str, str | None]:
    """Media type in lower case, and the charset if one is named, of a Content-Type header."""
    media_type, *parameters = value[:LONGEST_HEADER].split(";")
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), charset.strip().strip("\"'") or None
    return media_type.strip().lower(), None


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without those that may be secret, names in lower case, bounded in number and length."""
    lower = ((name.lower(), value[:LONGEST_HEADER]) for name, value in headers.items())
    return dict(islice(((n, value) for n, value in lower if not any(word in n for word in SECRET_WORDS)), MOST_HEADERS))
