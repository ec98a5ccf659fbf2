"""The network under the HTTP client: every connection is guarded, every byte that arrives is counted.

This is the one place where foreign errors of sockets, name servers and TLS become ours. httpcore hands them through.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from typing import Any

import httpcore

from pipeline.errors import Rejected, Transient
from pipeline.fetch.addresses import Network, check_address

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Name and port to numeric addresses, best first; raises ``OSError`` where there is none."""

MAX_ANSWERS = 32
"""More addresses than any site needs; an answer with more is cut."""
MAX_TRIES = 4
"""Addresses of one host that a connection is tried to."""
MAX_HEAD = 256 * 1024
"""Bytes of status lines and headers of one answer with the 1xx before it, and of what of the body came along."""
HIGH_WATER = 256 * 1024
"""Bytes that wait unread in one connection before the socket is no longer read."""


class Allowance:
    """The bytes that one document may still take from the wire, over all its redirects, headers included."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._head_left: int | None = None

    def expect_head(self) -> None:
        """Until the headers are in, only ``MAX_HEAD`` bytes may come, however many 1xx answers they are."""
        self._head_left = MAX_HEAD

    def expect_body(self) -> None:
        """From now on only the whole counts."""
        self._head_left = None

    def spend(self, size: int) -> None:
        """Count bytes that arrived; raises ``Rejected`` when they are too many."""
        self._left -= size
        if self._left < 0:
            raise Rejected("too_large", "more bytes came over the wire than one page may have")
        if self._head_left is not None:
            self._head_left -= size
            if self._head_left < 0:
                raise Rejected("bad_response", f"{MAX_HEAD} bytes came without an end of the headers")


ALLOWANCE: ContextVar[Allowance] = ContextVar("ALLOWANCE")
"""The allowance of the document that the running task reads; HTTP/1 reads a connection only in that task."""

SENT: ContextVar[Callable[[], None] | None] = ContextVar("SENT", default=None)
"""Called when the request of the running task is handed to the socket: what came before, a connection and its
handshakes, is no request."""


async def resolve_by_system(host: str, port: int) -> list[str]:
    """All addresses of ``host`` as the machine's own resolver knows them, in the order of RFC 6724."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Guard:
    """Finds the addresses of a host and checks every one of them."""

    def __init__(self, resolve: Resolve, allowed: tuple[Network, ...]) -> None:
        self._resolve = resolve
        self._allowed = allowed

    async def addresses(self, host: str, port: int) -> list[str]:
        """Addresses that may be connected to as they are; one forbidden answer forbids the host."""
        found = await self.unchecked(host, port)
        for address in found:
            check_address(address, port, self._allowed)
        return found

    async def unchecked(self, host: str, port: int) -> list[str]:
        """All addresses, for a host that the user named: the proxy."""
        try:
            if found := (await self._resolve(host, port))[:MAX_ANSWERS]:
                return found
        except (OSError, UnicodeError) as exc:
            raise Transient("dns", f"the name {host} has no address") from exc
        raise Transient("dns", f"the name {host} has no address")


class Backend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, to the addresses that ``addresses`` gives and to no other.

    ``seconds`` bounds name lookup and TCP connection together, and the TLS handshake once more.
    """

    def __init__(self, addresses: Resolve, seconds: float) -> None:
        self._addresses = addresses
        self._seconds = seconds

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._first(await self._addresses(host, port), port)
        except TimeoutError as exc:
            raise Transient("timeout", f"no connection to {host} within {self._seconds:g} s") from exc

    async def _first(self, addresses: list[str], port: int) -> "Connection":
        loop = asyncio.get_running_loop()
        tries = addresses[:MAX_TRIES]
        failure: Exception | None = None
        for address in tries:
            try:
                async with asyncio.timeout(self._seconds / len(tries)):
                    _, connection = await loop.create_connection(lambda: Connection(self._seconds), address, port)
                return connection
            except OSError as exc:
                failure = exc
        if isinstance(failure, TimeoutError):
            raise failure
        raise Transient("connect", f"no connection: {failure}") from failure


class Connection(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """One connection as httpcore wants it; deadlines are the reader's, who is cancelled when time is up."""

    def __init__(self, handshake_seconds: float) -> None:
        self._handshake_seconds = handshake_seconds
        self._transport: asyncio.Transport
        self._arrived = bytearray()
        self._ended = False
        self._failure: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._arrived += data
        if len(self._arrived) > HIGH_WATER:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Called by asyncio."""
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._ended, self._failure = True, exc
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Some bytes as soon as there are any; none at the end."""
        if not self._arrived and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if not self._arrived and self._failure:
            raise Transient("net", f"the connection broke: {self._failure}") from self._failure
        data = bytes(self._arrived[:max_bytes])
        del self._arrived[:max_bytes]
        if not self._ended and len(self._arrived) <= HIGH_WATER:
            self._transport.resume_reading()
        ALLOWANCE.get().spend(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send; requests are small, so that nothing waits for the other side."""
        if self._transport.is_closing():
            raise httpcore.WriteError("the connection is closed")
        self._transport.write(buffer)
        if buffer and not buffer.startswith(b"CONNECT ") and (sent := SENT.get()):
            sent()

    async def aclose(self) -> None:
        """Close at once, without waiting for the other side."""
        self._transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Shake hands; the certificate is checked against the name, not against the address."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._handshake_seconds):
                transport = await loop.start_tls(self._transport, self, ssl_context, server_hostname=server_hostname)
        except (OSError, TimeoutError, ssl.CertificateError) as exc:
            self._transport.abort()
            raise Transient("tls", f"no secure connection to {server_hostname}: {exc or 'too slow'}") from exc
        assert transport is not None  # noqa: S101
        self._transport = transport
        return self

    def get_extra_info(self, info: str) -> Any:
        """``is_readable`` tells the pool that an idle connection is dead, or says things nobody asked for."""
        if info == "is_readable":
            return self._ended or bool(self._arrived) or self._transport.is_closing()
        return self._transport.get_extra_info("ssl_object") if info == "ssl_object" else None
