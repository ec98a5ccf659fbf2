"""Who may ask: the Host that a browser was meant to name, and the token."""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.errors import ConfigurationError
from workers.web.frame import header
from workers.web.problems import problem

LONGEST_ADDRESS = 4096
"""Bytes of path and query."""
OPEN = frozenset({"/livez", "/readyz"})
"""For probes, which have no token; without one they learn yes or no and nothing else."""
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)\.?(?::\d{1,5})?", re.IGNORECASE)
_BEARER = re.compile(r"bearer +(?P<token>[!-~]+) *", re.IGNORECASE)
KNOWN = "copydesk.known"
"""In the scope of a request: whether it may learn everything."""


@dataclass(frozen=True)
class Access:
    """Who is let in."""

    token: str | None
    hosts: frozenset[str] | None
    """Names that a request may name as its Host; ``None``: any."""


def access_to(host: str, token: str | None) -> Access:
    """The rule for an address that is listened on. Raises ConfigurationError for one that needs a token.

    A page of some other site can have its own name resolved to 127.0.0.1 and would then be of our origin (DNS
    rebinding), so on loopback the name is looked at. Elsewhere the token keeps such a page out, which cannot know it.
    """
    if is_loopback(host):
        return Access(token, frozenset({"localhost", "127.0.0.1", "[::1]", host.lower(), f"[{host.lower()}]"}))
    if token is None:
        raise ConfigurationError(
            f"serve_host {host} is not this machine's own: others could read the store; set COPYDESK_SERVE_TOKEN "
            "(16 characters or more), or listen on 127.0.0.1"
        )
    return Access(token, None)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Guard:
    """Lets in what ``Access`` allows."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access
        self._wanted = sha256((access.token or "").encode()).digest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[KNOWN] = self._is_known(scope)
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            answer = problem(414, f"the address has more than {LONGEST_ADDRESS} bytes")
        elif not self._is_host(header(scope, "host")):
            answer = problem(421, "this Host is not served here: use the address that `copydesk serve` printed")
        elif not scope[KNOWN] and scope["path"] not in OPEN:
            answer = problem(401, "a token is wanted: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"})
        else:
            await self._app(scope, receive, send)
            return
        await answer(scope, receive, send)

    def _is_host(self, host: str) -> bool:
        if self._access.hosts is None:
            return True
        found = _HOST.fullmatch(host)
        return found is not None and found["name"].lower().rstrip(".") in self._access.hosts

    def _is_known(self, scope: Scope) -> bool:
        """Compared as digests, in a time that tells neither length nor beginning of the token."""
        found = _BEARER.fullmatch(header(scope, "authorization"))
        given = sha256((found["token"] if found else "").encode()).digest()
        return self._access.token is None or hmac.compare_digest(given, self._wanted)
