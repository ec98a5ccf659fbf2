"""Errors as RFC 9457 has them, or as a page: what is wrong in one line, never where in our code."""

from http import HTTPStatus

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from config.masking import escaped, masked
from pipeline.errors import UnavailableError, UsageError

MEDIA_TYPE = "application/problem+json"
SECONDS = "1"
"""After which what was too much for now may be tried again."""
LONGEST = 500
OURS = "an error of ours; the log tells more"
NOWHERE = "nothing is served under this address"


class Problem(BaseModel):
    """What is wrong with a request, or with us (RFC 9457)."""

    title: str = Field(description="the status in words")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what is wrong, and what to do")


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """The answer; ``detail`` is masked and escaped here."""
    title = HTTPStatus(status).phrase
    body = orjson.dumps({"title": title, "status": status, "detail": escaped(masked(detail))[:LONGEST]})
    return Response(body, status, headers, MEDIA_TYPE)


def tell_problems(app: FastAPI) -> None:
    """Have every error that is raised in a route answered this way."""
    app.add_exception_handler(UsageError, _wrong)
    app.add_exception_handler(UnavailableError, _unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _bug)


def _told(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """To programs as JSON, to who looks at pages as one."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem(status, detail, headers)
    from workers.web.pages.rendering import page  # pages ask for what is here

    title = "Not understood" if status == 422 else HTTPStatus(status).phrase
    found = page(request, "problem", status=status, title=title, detail=escaped(masked(detail))[:LONGEST])
    found.headers.update(headers or {})
    return found


def _wrong(request: Request, exc: Exception) -> Response:
    return _told(request, 422, str(exc))


def _unavailable(request: Request, exc: Exception) -> Response:
    return _told(request, 503, str(exc), {"Retry-After": SECONDS})


def _invalid(request: Request, exc: Exception) -> Response:
    """The first of what is wrong; the value itself is not repeated."""
    errors = exc.errors() if isinstance(exc, RequestValidationError) else []
    first = errors[0] if errors else {"loc": ("request",), "msg": "cannot be read"}
    return _told(request, 422, f"{first['loc'][-1]}: {first['msg']}")


def _bug(request: Request, _exc: Exception) -> Response:
    """It is raised again after this, for the log."""
    return _told(request, 500, OURS)


def _plain(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, HTTPException):
        return problem(500, OURS)
    headers = {"Allow": "GET"} if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED else None
    detail = NOWHERE if exc.detail == HTTPStatus.NOT_FOUND.phrase else str(exc.detail)
    return _told(request, exc.status_code, detail, headers or dict(exc.headers or {}))
