"""One process that serves, until it is told to stop: once gracefully, twice at once."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from pipeline.errors import ConfigurationError


class Stream(Protocol):
    """What answers that go on wait for."""

    def stop(self) -> None:
        """Let all go; to be called in the event loop's thread."""


PATIENCE = 3
"""Seconds that requests in work have when it is to stop."""
BACKLOG = 256


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises ConfigurationError where it cannot."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, proto)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except (OSError, UnicodeError) as exc:
        why = getattr(exc, "strerror", None) or exc
        raise ConfigurationError(
            f"cannot listen on {host} port {port}: {why}; choose another serve_host or serve_port"
        ) from exc
    return listening


def address_of(listening: socket.socket) -> str:
    """What browsers open; where it listens on all addresses, this machine's own."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Uvicorn that lets its streams go when it is to stop; it would wait for them for ever."""

    def __init__(self, app: ASGIApp, *streams: Stream) -> None:
        # No header of a client says who it is: proxies are not known here.
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, date_header=True, proxy_headers=False,
            ws="none", lifespan="on", timeout_graceful_shutdown=PATIENCE, timeout_keep_alive=15, loop="asyncio",
            http="h11",
        )  # fmt: skip
        super().__init__(config)
        self._streams = streams
        self.told: int | None = None
        """The signal that ended it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are requests to stop; they are not raised again afterwards."""
        # In a thread there are none: whoever started it says when it is to stop.
        is_main = threading.current_thread() is threading.main_thread()
        wanted = (signal.SIGINT, signal.SIGTERM) if is_main else ()
        before = [(signum, signal.signal(signum, self.handle_exit)) for signum in wanted]
        try:
            yield
        finally:
            for signum, handler in before:
                signal.signal(signum, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Stop; the second time at once."""
        self.force_exit = self.should_exit
        self.should_exit, self.told = True, sig

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Streams end by themselves, then the rest."""
        for stream in self._streams:
            stream.stop()
        await super().shutdown(sockets)
