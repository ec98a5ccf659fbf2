"""How a host's spacing follows what it shows: slower when it is overloaded or slow, back again when it is well.

Decisions as values: nothing here waits, counts time or knows where the state is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.fetch.responses import retry_after
from pipeline.sites import LONGEST_DELAY, Pace

LEAST_SLOWDOWN = 1.0
"""Seconds; the first slow-down goes at least to twice of it, however fast the host was asked."""
PATIENT_TROUBLES = 3
"""Failures in a row that slow a host down; a single broken page says nothing about its host."""
RISE, FALL = 0.5, 0.1
"""How far the spacing goes at once towards what the host's latency asks for: quickly slower, slowly faster again."""
NEAR = 0.05
"""Spacing this close above the pace, as a share of it, is the pace."""
LONGEST_REST = 3600.0
"""Seconds; a Retry-After beyond it does not stop the whole host for longer."""


@dataclass(frozen=True)
class Observation:
    """What one request has shown about its host."""

    kind: Literal["nothing", "answer", "overload", "trouble"] = "nothing"
    """``overload``: 429 or 503; ``trouble``: another 5xx or no answer; ``nothing``: never asked, or our own doing."""
    latency: float | None = None
    """Seconds from the request to the head of the answer."""
    rest: float = 0
    """Seconds that the host wants to be left alone for."""


NOTHING = Observation()
NO_ANSWER = Observation("trouble")


@dataclass(frozen=True)
class Rhythm:
    """A host's own spacing; the longer of it and the pace counts."""

    spacing: float = 0.0
    """Seconds; 0 for a host that is well."""
    troubles: int = 0
    """Failures in a row."""


STEADY = Rhythm()


def observed(status: int, headers: Mapping[str, str], latency: float) -> Observation:
    """What an answer shows."""
    if status in (429, 503):
        return Observation("overload", latency, min(retry_after(headers.get("retry-after")) or 0, LONGEST_REST))
    return Observation("trouble" if status >= 500 else "answer", latency)


def adapted(rhythm: Rhythm, seen: Observation, pace: Pace) -> Rhythm:
    """The rhythm after one more request at ``pace``.

    Overload, and every third failure in a row, doubles the spacing. An answer moves it towards latency / concurrency,
    as Scrapy's AutoThrottle does, never below the pace.
    """
    match seen.kind:
        case "nothing":
            return rhythm
        case "overload":
            return Rhythm(_doubled(rhythm, pace), 0)
        case "trouble":
            failures = rhythm.troubles + 1
            is_burst = failures % PATIENT_TROUBLES == 0
            return Rhythm(_doubled(rhythm, pace) if is_burst else rhythm.spacing, failures)
        case "answer":
            return Rhythm(_drawn(rhythm, seen.latency or 0, pace), 0)


def _doubled(rhythm: Rhythm, pace: Pace) -> float:
    return min(2 * max(rhythm.spacing, pace.seconds, LEAST_SLOWDOWN), max(LONGEST_DELAY, pace.seconds))


def _drawn(rhythm: Rhythm, latency: float, pace: Pace) -> float:
    now = max(rhythm.spacing, pace.seconds)
    wanted = max(pace.seconds, latency / (pace.concurrency or 1))
    spacing = now + (wanted - now) * (RISE if wanted > now else FALL)
    return min(spacing, LONGEST_DELAY) if spacing > pace.seconds * (1 + NEAR) + 0.01 else 0.0
