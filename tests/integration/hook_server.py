"""A receiver of webhooks on loopback that does as it is told: takes, refuses, dawdles, lies."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HOST = "127.7.0.1"
Behaviour = Callable[["Handler"], None]


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def seqs(self) -> list[int]:
        return [article["seq"] for article in json.loads(self.body)["data"]["articles"]]

    def is_signed_with(self, secret: str) -> bool:
        """Checked as a receiver does, from the specification and not with our own words."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{wanted}" in self.headers["webhook-signature"].split()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "HookServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(self.path, headers, body))
        behaviour = self.server.behaviours.get(self.path, says(204))
        behaviour(self)

    def log_message(self, *args: Any) -> None:
        pass


class HookServer(ThreadingHTTPServer):
    """``behaviours`` by path; a path that is not there takes everything."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Handler)
        self.received: list[Received] = []
        self.behaviours: dict[str, Behaviour] = {}

    def url(self, path: str = "/") -> str:
        return f"http://{HOST}:{self.server_port}{path}"

    def at(self, path: str) -> list[Received]:
        return [each for each in self.received if each.path == path]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self.server_close()


def says(status: int, **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"content_length": "0", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after another; the last one for good."""
    left = list(behaviours)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def writes(data: bytes) -> Behaviour:
    """These bytes, and then the connection is closed."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return behave


def hangs_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@dataclass
class Dawdles:
    """Says nothing until it is let go."""

    released: threading.Event = field(default_factory=threading.Event)

    def __call__(self, handler: Handler) -> None:
        self.released.wait(30)
        handler.close_connection = True
