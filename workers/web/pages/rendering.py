"""Templates filled in, and how figures and moments are written on all pages."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from pipeline.errors import UsageError
from workers.standing import stretch

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }
)
LONGEST = 1000
"""Characters of one value in an address."""


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
    """A whole page; ``values`` are what its template asks for."""
    path = request.url.path
    text = templates().get_template(f"{name}.html").render(path=path, can_leave=bool(request.cookies), **values)
    return HTMLResponse(text, status, HEADERS)


def asked(request: Request, *names: str) -> dict[str, str | None]:
    """Parameters of the address; what a form left empty is ``None``. Raises UsageError for what no form sends."""
    given = {name: request.query_params.get(name, "").strip() or None for name in names}
    for name, value in given.items():
        if value and (len(value) > LONGEST or not value.isprintable()):
            raise UsageError(f"{name}: up to {LONGEST} characters that can be printed are wanted")
    return given


@cache
def templates() -> Environment:
    """The templates; all that is put into them is escaped, and what is not given is an error."""
    env = Environment(
        loader=PackageLoader("workers.web.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.filters |= {
        "count": count, "moment": moment, "stretch": stretch, "weblink": weblink, "with_query": with_query,
        "segment": lambda value: quote(str(value), safe=""),
    }  # fmt: skip
    return env


def count(number: float) -> str:
    """A number with its thousands parted: by a narrow space that does not break."""
    return f"{number:,}".replace(",", "\u202f")


def moment(value: float | str | None) -> str:
    """A moment: in UTC to the second, or where it is a text to the minute, in its own zone; a bare date as it is."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return re.sub(r"T(\d\d:\d\d)[\d:.]*", r" \1 ", value).replace(" Z", " UTC").replace("+00:00", "UTC").strip()
    return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def weblink(url: str | None) -> str | None:
    """The address, if a browser may be sent there."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def with_query(path: str, values: Mapping[str, Any], **more: Any) -> str:
    """An address with these parameters; what is ``None`` is left out."""
    given = {name: value for name, value in {**values, **more}.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path
