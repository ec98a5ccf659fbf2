"""How much may be asked: so many requests a second from one address, and so many at once from all."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from workers.web.guard import OPEN
from workers.web.problems import SECONDS, problem

STREAMS = frozenset({"/api/v1/feed/stream", "/live"})
"""They go on, and are counted by themselves."""
MOST_CLIENTS = 10_000
"""Addresses that are remembered; the one that was not heard of for longest goes first."""


class Buckets:
    """A token bucket for each client."""

    def __init__(self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``rate``: requests a second, 0 for no limit; ``burst``: requests at once, after a rest."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take one token; 0, or the seconds until there is one."""
        if not self._rate:
            return 0
        now = self._clock()
        left, at = self._left.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._rate)
        self._left[client] = (left - 1 if left >= 1 else left), now
        if len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
        return 0 if left >= 1 else (1 - left) / self._rate


class Limits:
    """Turns away what is too much; probes are always answered."""

    def __init__(self, app: ASGIApp, buckets: Buckets, *, at_once: int, streams: int) -> None:
        """``at_once``: requests in work, ``streams``: followers of the feed or the overview; each counted by itself."""
        self._app, self._buckets = app, buckets
        self._most = {False: at_once, True: streams}
        self._now = {False: 0, True: 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say when to come again."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        is_stream = scope["path"] in STREAMS
        if wait := self._buckets.wait(_client(scope)):
            seconds = str(math.ceil(wait))
            answer = problem(429, f"too many requests from this address: wait {seconds} s", {"Retry-After": seconds})
        elif self._now[is_stream] >= self._most[is_stream]:
            answer = problem(503, "too many requests at this moment: try again", {"Retry-After": SECONDS})
        else:
            await self._counted(is_stream, scope, receive, send)
            return
        await answer(scope, receive, send)

    async def _counted(self, is_stream: bool, scope: Scope, receive: Receive, send: Send) -> None:
        self._now[is_stream] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._now[is_stream] -= 1


def _client(scope: Scope) -> str:
    """The address of the connection, which no header can change; of IPv6 the network, whose owner has all of it."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
