"""What stands around every answer: its headers, one line in the log, and no word of an error that nobody foresaw."""

import logging
import time
from collections.abc import Mapping, MutableMapping
from types import MappingProxyType
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.web.problems import OURS, problem

log = logging.getLogger("copydesk.web")

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
)
"""A route may set its own in place of one of them."""
LONGEST_TOLD = 500
"""Characters of an address in the log."""


class Frame:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            log.exception("bug in the answer to %s %s", scope["method"], _address(scope))
            if answer.status is None:
                await problem(500, OURS)(scope, receive, answer.send)
        finally:
            ms = round(1000 * (time.perf_counter() - answer.begin))
            client = (scope.get("client") or ("-",))[0]
            log.info("%s %s %s %d ms %s", scope["method"], _address(scope), answer.status or "-", ms, client)


class _Answer:
    """Adds the headers, and remembers what was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begin = time.perf_counter()
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        """Send it on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            _complete(message)
        await self._send(message)


def _complete(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    message["headers"] = headers.raw


def _address(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("ascii", "backslashreplace")
    path = f"{scope['path']}?{query}" if query else str(scope["path"])
    return path if len(path) <= LONGEST_TOLD else f"{path[:LONGEST_TOLD]}…"


def header(scope: Scope, name: str) -> str:
    """A header of the request; empty where there is none."""
    return Headers(scope=scope).get(name, "")
