"""Who may ask: the Host that a browser was meant to name, the token, and for changes a page of our own."""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlencode

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.errors import ConfigurationError
from workers.web.badge import Badges
from workers.web.frame import header
from workers.web.problems import problem

LONGEST_ADDRESS = 4096
"""Bytes of path and query."""
OPEN = frozenset({"/livez", "/readyz"})
"""For probes, which have no token; without one they learn yes or no and nothing else."""
SIGN_IN = "/sign-in"
STATIC = "/static/"
FOR_PROGRAMS = ("/api/v1/", "/metrics", "/openapi.json")
READING = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)\.?(?::\d{1,5})?", re.IGNORECASE)
_BEARER = re.compile(r"bearer +(?P<token>[!-~]+) *", re.IGNORECASE)
WANTED = "a token is wanted: Authorization: Bearer …"
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
        self._badges = Badges(access.token or "")

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
        elif not scope[KNOWN] and not _is_public(scope["path"]):
            answer = _to_sign_in(scope) if _is_browser(scope) else problem(401, WANTED, {"WWW-Authenticate": "Bearer"})
        elif scope["method"] not in READING and not _is_own(scope):
            answer = problem(403, "this was sent from a page of another site")
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
        if self._access.token is None:
            return True
        found = _BEARER.fullmatch(header(scope, "authorization"))
        given = sha256((found["token"] if found else "").encode()).digest()
        return hmac.compare_digest(given, self._wanted) or self._badges.is_valid(header(scope, "cookie"))


def _is_public(path: str) -> bool:
    return path in OPEN or path == SIGN_IN or path.startswith(STATIC)


def _is_browser(scope: Scope) -> bool:
    """Whether somebody asks for a page to look at."""
    is_page = scope["method"] == "GET" and not scope["path"].startswith(FOR_PROGRAMS)
    return is_page and "text/html" in header(scope, "accept")


def _to_sign_in(scope: Scope) -> RedirectResponse:
    query = scope["query_string"].decode("ascii", "replace")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': wanted})}", 303)


def _is_own(scope: Scope) -> bool:
    """Whether a request that changes something comes from a page of ours, or from no page.

    Browsers say so themselves: by Sec-Fetch-Site, older ones by Origin, which another site's page cannot change.
    """
    site, origin = header(scope, "sec-fetch-site"), header(scope, "origin")
    if site:
        return site in ("same-origin", "none")
    return not origin or origin.partition("://")[2].lower() == header(scope, "host").lower()
