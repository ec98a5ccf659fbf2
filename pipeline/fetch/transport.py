"""An httpx transport over httpcore whose network is the guarded one; errors come out as ours."""

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import httpcore
import httpx

from pipeline.errors import ConfigurationError, Rejected, Transient
from pipeline.fetch.connections import PORTS, Connections
from pipeline.fetch.network import Backend, Guard

IDLE_SECONDS = 5.0
"""How long an idle connection is kept: shorter than usual servers do, so that few are found closed."""
CUT_SHORT = ("Server disconnected", "peer closed connection")
"""How httpcore and h11 begin the message of a protocol error that is only a lost connection."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """One pool of HTTP/1.1 connections, each to a checked address.

    With a proxy the proxy makes the connections; the target's addresses are still looked up and checked here first.
    """

    def __init__(
        self, guard: Guard, *, tls: ssl.SSLContext, connect_seconds: float, keep_idle: int, proxy: str | None = None
    ) -> None:
        self._guard = guard
        self._proxied = proxy is not None
        backend = Backend(guard.unchecked if proxy else guard.addresses, connect_seconds)
        self._pool: Connections | httpcore.AsyncConnectionPool
        if proxy is None:
            self._pool = Connections(backend, tls, keep=keep_idle, idle_seconds=IDLE_SECONDS)
        else:
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=tls,
                proxy=_proxy(proxy),
                max_connections=None,
                max_keepalive_connections=keep_idle,
                keepalive_expiry=IDLE_SECONDS,
                network_backend=backend,
            )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and read the headers; the body is read from ``response.stream``, as it is on the wire."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        return await self._send(httpcore.Request(request.method, target, headers=request.headers.raw))

    async def get(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """The same for a URL in the normal form of ``pipeline.urls``, which need not be parsed by httpx once more.

        ``headers`` have to name the host.
        """
        return await self._send(_request(b"GET", url, headers))

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        """Send ``body`` there; ``headers`` have to name the host and the length."""
        return await self._send(_request(b"POST", url, headers, body))

    async def _send(self, request: httpcore.Request) -> httpx.Response:
        url = request.url
        if self._proxied:
            await self._guard.addresses(url.host.decode(), url.port or PORTS[url.scheme])
        with translated():
            answer = await self._pool.handle_async_request(request)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


def _request(method: bytes, url: str, headers: Mapping[str, str], body: bytes | None = None) -> httpcore.Request:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    host, _, port = authority.partition(":") if authority[:1] != "[" else authority[1:].partition("]")
    target = httpcore.URL(
        scheme=scheme.encode(), host=host.encode(), port=int(port.lstrip(":")) if port else None,
        target=f"{slash or '/'}{path}".encode(),
    )  # fmt: skip
    raw = [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers.items()]
    return httpcore.Request(method, target, headers=raw, content=body)


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with translated():
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn every error of httpcore into a ``DocumentError``; those of the network below are ours already."""
    try:
        yield
    except httpcore.RemoteProtocolError as exc:
        if str(exc).startswith(CUT_SHORT):
            raise Transient("net", "the connection ended before the page did") from exc
        raise Rejected("bad_response", f"the server does not speak HTTP: {exc}") from exc
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as exc:
        raise Rejected("bad_url", f"the address cannot be asked for: {exc}") from exc
    except httpcore.ProxyError as exc:
        raise Transient("net", f"the proxy refused: {exc}") from exc
    except httpcore.ProtocolError as exc:
        raise Rejected("bad_response", f"the server does not speak HTTP: {exc}") from exc
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ConnectionNotAvailable) as exc:
        raise Transient("net", f"the connection broke: {exc}") from exc


def _proxy(address: str) -> httpcore.Proxy:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as exc:
        raise ConfigurationError("the proxy is no address; write http://[user:password@]host:port") from exc
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError("the proxy has to be http://[user:password@]host:port")
    auth = (url.username, url.password) if url.userinfo else None
    return httpcore.Proxy(str(url.copy_with(userinfo=b"")), auth=auth)
