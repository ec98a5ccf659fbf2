"""POST to an address that the user named, such as a webhook: guarded like fetching, and never further than there.

Redirects are not followed, nothing of the answer but its head is read, and the whole is bounded in time and bytes: what
answers may be anybody's server.
"""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from pipeline.errors import Rejected, Transient
from pipeline.fetch.addresses import Network, check_literal, is_listed
from pipeline.fetch.network import ALLOWANCE, MAX_HEAD, Allowance, Guard, Resolve, resolve_by_system
from pipeline.fetch.responses import retry_after
from pipeline.fetch.transport import GuardedTransport
from pipeline.urls import DEFAULT_PORTS, normalise

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    retry_after: float | None
    """Seconds that it asks to be left alone for."""


class _OwnGuard(Guard):
    """Only addresses of the user's own list: what is not encrypted does not leave the house."""

    def __init__(self, resolve: Resolve, allowed: tuple[Network, ...]) -> None:
        super().__init__(resolve, allowed)
        self._own = allowed

    async def addresses(self, host: str, port: int) -> list[str]:
        found = await super().addresses(host, port)
        if not all(is_listed(address, self._own) for address in found):
            raise Rejected("blocked_address", "http is for networks listed in allow_addresses; use https")
        return found


class Poster:
    """Sends one request after another; threads may share it."""

    def __init__(
        self,
        *,
        allowed: tuple[Network, ...] = (),
        seconds: float = 15,
        resolve: Resolve = resolve_by_system,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``allowed``: networks that may be reached though they are not public, on any port, and without TLS.

        ``seconds``: for all of a request, from the name lookup to the end of the answer's head.
        """
        self._allowed = allowed
        self._seconds = seconds
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._guards = {"https": Guard(resolve, allowed), "http": _OwnGuard(resolve, allowed)}

    def check(self, url: str) -> str:
        """The URL in normal form; raises ``Rejected`` where nothing may be sent to, as far as is known now."""
        url = normalise(url)
        check_literal(url, self._allowed)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        with suppress(Transient):  # a name that is not known yet, or not here
            asyncio.run(self._timed(self._guards[parts.scheme].addresses(host, port)))
        return url

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send ``body`` to a URL in normal form. Raises ``DocumentError`` where no answer came."""
        return asyncio.run(self._timed(self._post(url, headers, body)))

    async def _timed(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await work
        except TimeoutError as exc:
            raise Transient("timeout", f"no answer within {self._seconds:g} s") from exc

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        check_literal(url, self._allowed)
        allowance = Allowance(2 * MAX_HEAD)
        allowance.expect_head()
        ALLOWANCE.set(allowance)
        guard = self._guards[url.partition(":")[0]]
        transport = GuardedTransport(guard, tls=self._tls, connect_seconds=self._seconds, keep_idle=0)
        host = {"host": url.split("/", 3)[2], "content-length": str(len(body))}
        try:
            response = await transport.post(url, {**host, **headers}, body)
            await response.aclose()
        finally:
            await transport.aclose()
        return Answer(response.status_code, retry_after(response.headers.get("retry-after")))
