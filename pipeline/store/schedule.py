"""When a watched feed or sitemap is read again: a pure function of its habits and of what the last reading brought.

The aim is to find a few new entries at each reading, and never to come so late that entries have come and gone between
two of them. ``turnover`` says how late that is: in that time a third of what the listing holds is replaced.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, inf

from pipeline.errors import DocumentError, Rejected, Transient

NEVER = inf
"""The wait of what is not read again by itself."""
AIM = 2
"""New entries that a reading should find."""
PART = 3
"""A feed is read before one part in so many of its entries is replaced: news comes in gusts, and what has left the feed
before it was read is lost."""
LONGER = 1.5
"""A reading that finds nothing new makes the interval so many times longer; no reading lengthens it by more."""
QUIET = 7 * 86_400.0
"""Seconds. Old gaps say less and less of a feed that is quiet: the turnover grows e-fold in this time, so that a night
or a weekend changes little, and a feed that has ended is hardly read after a month."""
MOST_QUIET = 50
JITTER = 0.25
"""A wait after a failure is lengthened by up to this share: what failed together is not to come back together."""
MISSING = 5
"""A feed that was not found so often in a row is not looked for any more."""
MOST_DOUBLINGS = 30


@dataclass(frozen=True)
class Bounds:
    """Seconds between two readings."""

    shortest: float
    longest: float

    def within(self, seconds: float) -> float:
        """The nearest time that is allowed."""
        return max(self.shortest, min(seconds, self.longest))


@dataclass(frozen=True)
class Habit:
    """How a watch was read until now. Times are seconds."""

    interval: float
    turnover: float | None = None
    """In which a third of its entries is replaced; ``None`` where that is not known."""
    every: float | None = None
    """Between two readings, as the user laid down."""
    is_called: bool = False
    """An index says when it changes; by itself it is not read again."""
    failures: int = 0
    """Bad readings in a row."""


@dataclass(frozen=True)
class Seen:
    """What a good reading has shown; the defaults are those of an answer that nothing changed (304)."""

    elapsed: float | None = None
    """Seconds since the last reading; ``None`` for the first."""
    new: int = 0
    """Entries that were not known."""
    size: int = 0
    """All entries."""
    published: tuple[float, ...] = ()
    """When, for those that say so, in seconds since the epoch."""
    asked: float | None = None
    """Seconds between two readings that the publisher asks for."""


@dataclass(frozen=True)
class Plan:
    """What follows: seconds to the next reading, and the habits to begin it with."""

    wait: float
    interval: float
    turnover: float | None
    failures: int = 0


def after_reading(habit: Habit, seen: Seen, bounds: Bounds, *, now: float) -> Plan:
    """Shorter where there is more to find, longer where there was nothing; the user's word counts before all others."""
    gap, turnover = _rate(habit, seen, now)
    if not seen.new:
        wanted = habit.interval * LONGER
    elif gap is None:
        wanted = habit.interval
    else:
        wanted = min(gap * min(AIM, seen.size / PART), habit.interval * LONGER)
    interval = bounds.within(max(min(wanted, turnover or inf), seen.asked or 0))
    if seen == Seen(elapsed=seen.elapsed):  # unchanged: what the publisher asked for before still holds
        interval = max(interval, bounds.within(habit.interval))
    interval = habit.every or interval
    return Plan(NEVER if habit.is_called else interval, interval, turnover)


def after_failure(habit: Habit, error: DocumentError, bounds: Bounds, *, chance: float) -> Plan:
    """Twice as long after each failure; never again what is gone for good. ``chance``, 0 to 1, spreads the waits."""
    failures = habit.failures + 1
    if error.reason == "gone" or (error.reason == "not_found" and failures >= MISSING):
        return Plan(NEVER, habit.interval, habit.turnover, failures)
    # What is wrong with the feed itself lasts longer than a failure on the way.
    first = habit.interval if isinstance(error, Rejected) else min(habit.interval, bounds.shortest)
    wait = min(first * 2 ** min(habit.failures, MOST_DOUBLINGS), max(habit.interval, bounds.longest))
    least = error.retry_after or 0 if isinstance(error, Transient) else 0
    return Plan(max(wait * (1 + JITTER * chance), least), habit.interval, habit.turnover, failures)


def instants(texts: Iterable[str | None]) -> tuple[float, ...]:
    """Seconds since the epoch of ISO 8601 times, days taken for their midnight in UTC; the others are left out."""
    return tuple(found for text in texts if text and (found := _instant(text)) is not None)


def _rate(habit: Habit, seen: Seen, now: float) -> tuple[float | None, float | None]:
    """Seconds between two entries, and the turnover, by their dates, else by what came since the last reading."""
    times = sorted((min(moment, now) for moment in seen.published), reverse=True)
    part = max(len(times) // PART, 1)
    # A whole batch of one moment tells nothing; a part of the whole span then does.
    span = (times[0] - times[part]) or (times[0] - times[-1]) / PART if len(times) > 1 else 0
    if span:
        span *= _quieter(now - times[0])
        return span / part, _at_most_longer(span, habit)
    if seen.new and seen.elapsed:
        gap = seen.elapsed / seen.new
        return gap, _at_most_longer(gap * seen.size / PART, habit)
    return None, habit.turnover and habit.turnover * _quieter(seen.elapsed or 0)


def _at_most_longer(turnover: float, habit: Habit) -> float:
    """A pause may be chance: a longer turnover is believed step by step, a shorter one at once."""
    return min(turnover, habit.turnover * LONGER) if habit.turnover else turnover


def _quieter(seconds: float) -> float:
    return exp(min(seconds / QUIET, MOST_QUIET))


def _instant(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None
