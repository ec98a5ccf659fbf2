"""Backpressure: how much may be begun, measured by what Redis and the disk still have room for.

Redis holds the pages between two stages. It is filled up to ``SHARE`` of its memory; above that only documents that
have been fetched go on, which empties it. Should it be nearly full all the same - a few thousand giant pages, somebody
else's keys - pages are given up, whose documents are then fetched again: a full Redis takes no message any more, so
nothing would ever empty it.
"""

from dataclasses import dataclass

from config.settings import Settings, shown
from pipeline.errors import UnavailableError
from pipeline.stage import PIPELINE
from workers.disk import disk_is_full
from workers.redis_server import answers, redis_url, translated
from workers.runtime import Runtime

SHARE = 0.6
"""Of Redis' memory, that is filled."""
NEARLY_FULL = 0.9
TYPICAL_BYTES = 50_000
"""Of a page between two stages, compressed: news pages have 10 to 60 KB."""
MB = 1_000_000
LATER = tuple(stage.name for stage in PIPELINE[1:])


@dataclass(frozen=True)
class Room:
    """How much may be dispatched now, and why it is not more."""

    documents: int
    stages: tuple[str, ...] | None = None
    """Only what goes on at one of these; ``None``: all."""
    why: str | None = None
    """One line for people, where something has to wait."""
    relieve: bool = False
    """Redis is nearly full: payloads have to go."""


def room(runtime: Runtime, wanted: int) -> Room:
    """What may be dispatched of ``wanted`` documents; raises UnavailableError without Redis."""
    if why := disk_is_full(runtime.settings):
        return Room(0, why=why)
    used, limit = redis_memory(runtime)
    left = int((SHARE * limit - used) / TYPICAL_BYTES)
    if left > 0:
        return Room(min(wanted, left))
    why = (
        f"Redis holds {used / MB:,.0f} of {limit / MB:,.0f} MB: nothing new is fetched until it is below {SHARE:.0%}; "
        "start more workers, or give it more memory (COPYDESK_REDIS_MEMORY, maxmemory)"
    )
    return Room(wanted, LATER, why, relieve=used > NEARLY_FULL * limit)


def why_waiting(settings: Settings) -> str | None:
    """Why documents that are in flight do not move, in one line; ``None`` where nothing stands in their way."""
    url = redis_url(settings)
    if not answers(url):
        here = "" if settings.redis_url else "; `copydesk worker` or `copydesk run` starts one"
        return f"no Redis answers at {shown(url)}{here}"
    try:
        return room(Runtime(settings), 1).why
    except UnavailableError as exc:
        return str(exc)


def redis_memory(runtime: Runtime) -> tuple[int, int]:
    """Bytes that Redis uses, and may use."""
    with translated():
        memory = runtime.redis.info("memory")
    return int(memory["used_memory"]), int(memory.get("maxmemory") or runtime.settings.redis_memory)
