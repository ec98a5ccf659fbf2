"""A web server on loopback whose every byte is scripted, for pages and for hostility."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

Handler = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]

PAGE = b"<!doctype html><html><head><title>A page</title></head><body><p>Some words of a page.</p></body></html>"


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class PageServer:
    """Serves ``routes`` (path without query to handler) on ``host`` from a thread of its own."""

    routes: dict[str, Handler]
    host: str = "127.7.0.1"
    tls: ssl.SSLContext | None = None
    port: int = 0
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, self.host, self.port, ssl=self.tls, backlog=1024)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, path: str = "/", host: str | None = None) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{host or self.host}:{self.port}{path}"

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *fields = head.decode("latin-1").rstrip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (item.partition(":") for item in fields)}
                request = Request(line.split(" ")[1], headers)
                self.requests.append(request)
                await self.routes[request.path.partition("?")[0]](request, writer)
                await writer.drain()
                if writer.is_closing():
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def answer(
    body: bytes = PAGE, status: int = 200, content_type: str | None = "text/html; charset=utf-8", **headers: str
) -> Handler:
    """A plain, correct answer; header names are given with underscores."""
    fields = {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value is not None]
    head = "\r\n".join([f"HTTP/1.1 {status} Whatever", *lines, "", ""]).encode()
    return raw(head + body)


def redirect(location: str, status: int = 302) -> Handler:
    return answer(b"", status, Location=location)


def raw(data: bytes, then_close: bool = False) -> Handler:
    """Exactly these bytes."""

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        if then_close:
            await writer.drain()
            writer.close()

    return handler


def endless(start: bytes, piece: bytes, pause: float = 0.0) -> Handler:
    """These bytes, then one piece after another until the other side hangs up."""

    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return handler


async def reset(request: Request, writer: asyncio.StreamWriter) -> None:
    """Hang up in the middle of an answer with a TCP reset."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
    await writer.drain()
    writer.transport.abort()


async def silence(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()
