"""robots.txt as RFC 9309 has it: asked for once per origin and day for the whole fleet, read by protego, obeyed.

A robots.txt that is not there, or is no robots.txt, forbids nothing. One that cannot be had now (the host is away, or
answers 429 or 5xx) forbids everything for now: the document is tried again later.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from protego import Protego

from pipeline.errors import DocumentError, Postponed, Rejected, Transient, UnavailableError
from pipeline.fetch.compression import decompress

MOST_BYTES = 500 * 1024
"""What has to be read of a robots.txt at least (RFC 9309, 2.5), and is."""
MOST_REDIRECTS = 5
"""RFC 9309, 2.3.1.2."""
SHORTEST, LONGEST = 300.0, 86_400.0
"""Seconds that an answer holds, whatever its max-age says; ``LONGEST`` without one (RFC 9309, 2.4)."""
AWAY = 5.0
"""Seconds that an unreachable robots.txt is not asked for again: shorter than the wait before a document's retry."""
PARSED_CHARS = 2_000_000
"""Text whose parsed rules one process keeps; they take up to twenty times that in bytes."""
PARSED_ORIGINS = 5_000
LONGEST_LINE = 2_048

_AGENT = re.compile(r"[ \t]*user[ \t-]?agent[ \t]*[: \t][ \t]*([^#]*)", re.IGNORECASE)
_SITE_WIDE = re.compile(r"(?:sitemap|site-map|host)\b", re.IGNORECASE)
_PRODUCT = re.compile(r"[A-Za-z_-]+")
_COMPATIBLE = re.compile(r"compatible; ?([A-Za-z_-]+)")
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})\b", re.IGNORECASE)


class Origin(NamedTuple):
    """Whose rules for whom."""

    address: str
    """Scheme, host and port, as a URL begins."""
    product: str
    """The product token that we go by, in lower case."""


@dataclass(frozen=True)
class Notice:
    """What a robots.txt says, or why it cannot be had now."""

    text: str = ""
    """The groups that concern us."""
    failure: str | None = None
    """A reason of ``DEATHS``."""
    detail: str = ""
    retry_after: float | None = None


class RobotsCache(Protocol):
    """Where notices are kept."""

    async def get(self, origin: Origin) -> tuple[Notice, float] | None:
        """The notice and for how many seconds it still holds; ``UnavailableError`` if nobody can tell."""

    async def put(self, origin: Origin, notice: Notice, seconds: float) -> None:
        """Keep a notice for so long."""

    async def close(self) -> None:
        """Let go of connections."""


class LocalRobotsCache:
    """The notices of a single process."""

    MOST = 2_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Origin, tuple[Notice, float]] = OrderedDict()

    async def get(self, origin: Origin) -> tuple[Notice, float] | None:
        """See ``RobotsCache``."""
        notice, until = self._kept.get(origin, (Notice(), 0.0))
        return (notice, until - self._clock()) if until > self._clock() else None

    async def put(self, origin: Origin, notice: Notice, seconds: float) -> None:
        """See ``RobotsCache``; the oldest make room."""
        self._kept[origin] = notice, self._clock() + seconds
        self._kept.move_to_end(origin)
        while len(self._kept) > self.MOST:
            self._kept.popitem(last=False)

    async def close(self) -> None:
        """Nothing to let go of."""


class Text(NamedTuple):
    """An answer to a request for robots.txt."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Rules:
    notice: Notice
    parsed: Protego
    until: float


class Robots:
    """Says whether a URL may be asked for. ``ask`` reads an address, as the fetcher does."""

    def __init__(self, cache: RobotsCache, ask: Callable[[str], Awaitable[Text]]) -> None:
        self._cache = cache
        self._ask = ask
        self._known: OrderedDict[Origin, _Rules] = OrderedDict()
        self._chars = 0
        self._coming: dict[Origin, asyncio.Task[_Rules]] = {}

    async def delay(self, url: str, user_agent: str) -> float:
        """Seconds that the site wants between two requests, 0 if it does not say; ``url`` is in normal form.

        Raises ``Rejected("robots")`` for what is forbidden, ``Transient`` if nobody can tell now.
        """
        origin = Origin("/".join(url.split("/", 3)[:3]), product_token(user_agent))
        rules = self._known.get(origin)
        if rules is None or rules.until <= time.monotonic():
            rules = await self._arrival(origin)
        if failure := rules.notice.failure:
            raise Transient(failure, f"robots.txt: {rules.notice.detail}", rules.notice.retry_after)
        if not rules.parsed.can_fetch(url, origin.product):
            raise Rejected("robots", f"{origin.address}/robots.txt forbids it to {origin.product}")
        return crawl_delay(rules.parsed, origin.product)

    async def _arrival(self, origin: Origin) -> _Rules:
        """The rules, asked for once however many wait for them."""
        task = self._coming.get(origin)
        if task is None:
            task = self._coming[origin] = asyncio.create_task(self._load(origin))
            task.add_done_callback(lambda _: self._coming.pop(origin, None))
        return await asyncio.shield(task)

    async def _load(self, origin: Origin) -> _Rules:
        found = None
        with suppress(UnavailableError):
            found = await self._cache.get(origin)
        if found is None:
            found = await self._notice(origin)
            with suppress(UnavailableError):
                await self._cache.put(origin, *found)
        notice, seconds = found
        # Half a megabyte takes a quarter of a second, which would hold up everyone in this loop.
        parsed = await asyncio.to_thread(Protego.parse, notice.text) if notice.text else _NOTHING_FORBIDDEN
        return self._remembered(origin, _Rules(notice, parsed, time.monotonic() + seconds))

    async def _notice(self, origin: Origin) -> tuple[Notice, float]:
        try:
            body, headers = await self._ask(f"{origin.address}/robots.txt")
        except Postponed:
            raise
        except Transient as exc:
            return Notice(failure=exc.reason, detail=exc.detail, retry_after=exc.retry_after), AWAY
        except Rejected:
            return Notice(), SHORTEST
        return Notice(await asyncio.to_thread(concerning, text_of(body, headers), origin.product)), holds(headers)

    def _remembered(self, origin: Origin, rules: _Rules) -> _Rules:
        self._forget(origin)
        self._known[origin] = rules
        self._chars += len(rules.notice.text)
        while self._chars > PARSED_CHARS or len(self._known) > PARSED_ORIGINS:
            self._forget(next(iter(self._known)))
        return rules

    def _forget(self, origin: Origin) -> None:
        if rules := self._known.pop(origin, None):
            self._chars -= len(rules.notice.text)

    async def close(self) -> None:
        """Let go of the cache."""
        await self._cache.close()


_NOTHING_FORBIDDEN = Protego.parse("")


def product_token(user_agent: str) -> str:
    """The name in a User-Agent that robots.txt goes by, in lower case (RFC 9309, 2.2.1)."""
    match = _COMPATIBLE.search(user_agent)
    name = match.group(1) if match else next(iter(_PRODUCT.findall(user_agent)), "*")
    return name.lower()


def text_of(body: bytes, headers: Mapping[str, str]) -> str:
    """A robots.txt as text; empty where it is none, such as the site's page for what it does not have."""
    try:
        data = decompress(body, headers.get("content-encoding", ""), 4 * MOST_BYTES)[:MOST_BYTES]
    except DocumentError:
        return ""
    text = data.decode("utf-8-sig", "replace")
    return "" if text.lstrip()[:1] == "<" or "\0" in text else text


def concerning(text: str, product: str) -> str:
    """The groups of a robots.txt that may hold for ``product``, and nothing else.

    Keeps the cache small, and hostile files cheap: thousands of names over thousands of rules multiply in a parser.
    """
    kept: list[str] = []
    names: set[str] = set()
    in_names = False
    for line in text.splitlines():
        if match := _AGENT.match(line[:LONGEST_LINE]):
            if not in_names:
                names, in_names = set(), True
            name = _name(match.group(1))
            if name not in names and (name == "*" or (name and product.startswith(name))):
                names.add(name)
                kept.append(f"User-agent: {name}")
        elif (rule := line.partition("#")[0].strip()) and len(rule) <= LONGEST_LINE and not _SITE_WIDE.match(rule):
            in_names = False
            if names:
                kept.append(rule)
    return "\n".join(kept)


def _name(value: str) -> str:
    """A group's name without the stars that some put after it."""
    value = value.strip().lower()
    return value.replace("*", "") or value[:1]


def crawl_delay(parsed: Protego, product: str) -> float:
    """Seconds between two requests that the rules want, by Crawl-delay or Request-rate; 0 where they do not say."""
    rate = parsed.request_rate(product)
    return max(parsed.crawl_delay(product) or 0.0, rate.seconds / rate.requests if rate else 0.0)


def holds(headers: Mapping[str, str]) -> float:
    """Seconds that an answer may be used for, by its Cache-Control."""
    match = _MAX_AGE.search(headers.get("cache-control", "")[:LONGEST_LINE])
    return min(max(float(match.group(1)), SHORTEST), LONGEST) if match else LONGEST
