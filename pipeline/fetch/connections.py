"""Connections kept for the next request to the same origin.

httpcore's own pool looks through all its connections, under a lock, for each request; with hundreds of hosts that is a
fifth of what a page costs. Here a request only looks at its origin's. One event loop uses it, and between looking and
taking nothing is awaited, so there is no lock.
"""

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator

import httpcore

from pipeline.fetch.network import Backend

Origin = tuple[bytes, bytes, int]
"""Scheme, host, port."""
PORTS = {b"http": 80, b"https": 443}


class Connections:
    """Opens a connection for each request that finds none idle; answers as httpcore's pool does."""

    def __init__(self, backend: Backend, tls: ssl.SSLContext, *, keep: int, idle_seconds: float) -> None:
        """``keep``: idle connections in all; those that are idle for longest make room."""
        tls.set_alpn_protocols(["http/1.1"])
        self._backend = backend
        self._tls = tls
        self._keep = keep
        self._idle_seconds = idle_seconds
        self._idle: dict[Origin, list[httpcore.AsyncHTTP11Connection]] = {}
        self._order: OrderedDict[httpcore.AsyncHTTP11Connection, Origin] = OrderedDict()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send the request and read the head of the answer; closing the answer gives the connection back."""
        url = request.url
        origin = url.scheme, url.host, url.port or PORTS[url.scheme]
        connection = await self._idle_one(origin) or await self._open(origin, url.origin)
        answer = await connection.handle_async_request(request)
        stream = _Stream(answer, connection, origin, self)
        return httpcore.Response(answer.status, headers=answer.headers, content=stream, extensions=answer.extensions)

    async def give_back(self, origin: Origin, connection: httpcore.AsyncHTTP11Connection) -> None:
        """Keep a connection whose answer was read to its end; any other is closed already."""
        if not connection.is_idle():
            return
        self._idle.setdefault(origin, []).append(connection)
        self._order[connection] = origin
        while self._order and (len(self._order) > self._keep or next(iter(self._order)).has_expired()):
            oldest, its_origin = self._order.popitem(last=False)
            self._forget(its_origin, oldest)
            await oldest.aclose()

    async def aclose(self) -> None:
        """Close what is idle."""
        for connection in self._order:
            await connection.aclose()
        self._order.clear()
        self._idle.clear()

    async def _idle_one(self, origin: Origin) -> httpcore.AsyncHTTP11Connection | None:
        while kept := self._idle.get(origin):
            connection = kept[-1]
            self._forget(origin, connection)
            del self._order[connection]
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    def _forget(self, origin: Origin, connection: httpcore.AsyncHTTP11Connection) -> None:
        kept = self._idle[origin]
        kept.remove(connection)
        if not kept:
            del self._idle[origin]

    async def _open(self, origin: Origin, named: httpcore.Origin) -> httpcore.AsyncHTTP11Connection:
        scheme, host, port = origin
        name = host.decode()
        stream = await self._backend.connect_tcp(name, port)
        if scheme == b"https":
            stream = await stream.start_tls(self._tls, server_hostname=name)
        return httpcore.AsyncHTTP11Connection(named, stream, keepalive_expiry=self._idle_seconds)


class _Stream:
    """The body of an answer."""

    def __init__(
        self,
        answer: httpcore.Response,
        connection: httpcore.AsyncHTTP11Connection,
        origin: Origin,
        connections: Connections,
    ) -> None:
        self._answer = answer
        self._connection = connection
        self._origin = origin
        self._connections = connections
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            await self._answer.aclose()
            await self._connections.give_back(self._origin, self._connection)
