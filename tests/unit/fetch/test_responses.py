from datetime import UTC, datetime

import httpcore
import pytest

from pipeline.errors import DEATHS, REJECTIONS, DocumentError, Rejected, Transient
from pipeline.fetch.responses import check_status, content_type, kept_headers, redirect_target, retry_after
from pipeline.fetch.transport import translated

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", range(100, 1000))
def test_every_status_has_a_meaning(status: int) -> None:
    try:
        check_status(status, {})
    except Rejected as error:
        assert error.reason in REJECTIONS
    except Transient as error:
        assert error.reason in DEATHS
        assert status in (408, 429) or status >= 500
    else:
        assert 200 <= status < 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 01 Mar 2026 12:01:30", 90.0),
        ("Wed, 01 Mar 2126 12:00:00 GMT", 86400.0),
        ("9" * 5000, 86400.0),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Sun, 99 Foo 99999 99:99:99 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_redirects() -> None:
    url = "https://example.org/a/b"
    for status in (301, 302, 303, 307, 308):
        assert redirect_target(url, status, {"location": "../c#d"}) == "https://example.org/c"
    assert redirect_target(url, 200, {"location": "/c"}) is None
    assert redirect_target(url, 304, {"location": "/c"}) is None
    with pytest.raises(Rejected, match="bad_response"):
        redirect_target(url, 301, {})


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("text/html; charset=utf-8", "text/html", "utf-8"),
        ('Text/HTML ; boundary=x; Charset="ISO-8859-1"', "text/html", "ISO-8859-1"),
        ("text/html; charset=", "text/html", None),
        ("text/plain", "text/plain", None),
        ("", "", None),
        ("; charset=utf-8", "", "utf-8"),
    ],
)
def test_content_types(header: str, media_type: str, charset: str | None) -> None:
    assert content_type(header) == (media_type, charset)


def test_headers_are_kept_but_for_secrets_and_none_is_endless() -> None:
    secrets = ("Set-Cookie", "Authorization", "Proxy-Authenticate", "X-CSRF-Token", "X-Session-Id", "X-Auth-Token")
    headers = {"ETag": "x" * 10_000, **dict.fromkeys(secrets, "a=b"), "Content-Type": "text/html"}
    assert kept_headers(headers) == {"etag": "x" * 2048, "content-type": "text/html"}
    assert len(kept_headers({f"x-{n}": "" for n in range(1000)})) == 64


def httpcore_errors() -> list[type[Exception]]:
    kinds = [kind for kind in vars(httpcore).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return sorted(kinds, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", httpcore_errors())
def test_no_error_of_httpcore_is_missed(kind: type[Exception]) -> None:
    with pytest.raises(DocumentError) as caught, translated():
        raise kind("something")
    assert caught.value.reason in REJECTIONS | DEATHS
    assert isinstance(caught.value.__cause__, kind)


def test_our_own_errors_pass_through() -> None:
    with pytest.raises(Rejected, match="blocked_address"), translated():
        raise Rejected("blocked_address")
