"""When a watch is read again: the rules as a table, and feeds of many kinds played through."""

import random
from bisect import bisect_right
from collections.abc import Callable
from math import inf

import pytest

from pipeline.errors import DocumentError, Rejected, Transient
from pipeline.store.schedule import (
    MISSING,
    NEVER,
    Bounds,
    Habit,
    Plan,
    Seen,
    after_failure,
    after_reading,
    instants,
)  # fmt: skip

HOUR, DAY = 3600.0, 86_400.0
BOUNDS = Bounds(300, DAY)
NOW = 1_800_000_000.0


def evenly(count: int, gap: float, newest: float = 0.0) -> tuple[float, ...]:
    """Times of so many entries, one each ``gap`` seconds, the newest so many seconds old."""
    return tuple(NOW - newest - gap * place for place in range(count))


@pytest.mark.parametrize(
    ("habit", "seen", "interval"),
    [
        pytest.param(Habit(HOUR), Seen(HOUR), 1.5 * HOUR, id="unchanged: longer"),
        pytest.param(Habit(HOUR), Seen(HOUR, 0, 20), 1.5 * HOUR, id="nothing new: longer"),
        pytest.param(Habit(20 * HOUR), Seen(20 * HOUR), DAY, id="not beyond the longest"),
        pytest.param(Habit(HOUR), Seen(HOUR, 4, 20), HOUR / 2, id="undated: two of what came since"),
        pytest.param(Habit(HOUR), Seen(HOUR, 1, 20), 1.5 * HOUR, id="undated, few: longer, but not by more"),
        pytest.param(Habit(HOUR), Seen(HOUR, 20, 20), 360, id="all new: some may have been lost"),
        pytest.param(Habit(HOUR), Seen(HOUR, 60, 200), 300, id="not below the shortest"),
        pytest.param(Habit(HOUR), Seen(None, 20, 20), HOUR, id="first reading, undated: nothing is known"),
        pytest.param(Habit(HOUR), Seen(None, 20, 20, evenly(20, 600)), 1200, id="first reading, dated: two entries"),
        pytest.param(Habit(HOUR), Seen(HOUR, 1, 2, evenly(2, 900)), 600, id="a feed of two: before one comes"),
        pytest.param(Habit(HOUR), Seen(HOUR, 1, 1), 1200, id="a feed of one: thrice as often as it changes"),
        pytest.param(Habit(HOUR), Seen(HOUR, 3, 20, evenly(20, 0.0)), 2400, id="dates of one moment tell nothing"),
        pytest.param(
            Habit(HOUR), Seen(HOUR, 3, 21, (*evenly(20, 600), NOW - 900 * DAY)), 1200, id="an old one at the end"
        ),
        pytest.param(
            Habit(HOUR), Seen(HOUR, 1, 20, evenly(20, 600), asked=2 * HOUR), 2 * HOUR, id="the publisher asks"
        ),
        pytest.param(Habit(HOUR), Seen(HOUR, 1, 20, (), asked=9 * DAY), DAY, id="the publisher asks for too much"),
        pytest.param(Habit(9 * HOUR, 10 * HOUR), Seen(0.0), 10 * HOUR, id="unchanged: not beyond the turnover"),
        pytest.param(Habit(HOUR, 600), Seen(0.0), HOUR, id="unchanged: never shorter"),
        pytest.param(Habit(9 * HOUR), Seen(0.0, 0, 20, evenly(20, HOUR)), 6 * HOUR, id="nothing new: within turnover"),
        pytest.param(Habit(HOUR, every=777), Seen(HOUR, 4, 20, asked=DAY), 777, id="the user's word"),
        pytest.param(Habit(HOUR, every=5), Seen(HOUR), 5, id="the user's word beyond the bounds"),
    ],
)
def test_the_interval_follows_what_was_seen(habit: Habit, seen: Seen, interval: float) -> None:
    plan = after_reading(habit, seen, BOUNDS, now=NOW)
    assert (plan.interval, plan.wait) == (pytest.approx(interval, rel=0.01), plan.interval)
    assert plan.failures == 0


def test_a_sitemap_that_its_index_dates_is_not_read_by_itself() -> None:
    assert after_reading(Habit(HOUR, is_called=True), Seen(HOUR, 2, 9), BOUNDS, now=NOW).wait == NEVER


@pytest.mark.parametrize(("quiet", "least", "most"), [(HOUR, 1, 1.01), (DAY, 1.1, 1.2), (28 * DAY, 50, 60)])
def test_old_gaps_count_less_the_longer_a_feed_is_quiet(quiet: float, least: float, most: float) -> None:
    dated = after_reading(Habit(HOUR), Seen(quiet, 0, 20, evenly(20, HOUR, quiet)), BOUNDS, now=NOW)
    unchanged = after_reading(Habit(HOUR, 6 * HOUR), Seen(quiet), BOUNDS, now=NOW)
    for plan in (dated, unchanged):
        assert plan.turnover is not None
        assert least <= plan.turnover / (6 * HOUR) <= most


@pytest.mark.parametrize(
    ("habit", "error", "wait"),
    [
        pytest.param(Habit(HOUR), Transient("timeout"), 300, id="on the way: soon again"),
        pytest.param(Habit(HOUR, failures=3), Transient("dns"), 2400, id="doubled each time"),
        pytest.param(Habit(HOUR, failures=40), Transient("dns"), DAY, id="not beyond the longest"),
        pytest.param(Habit(2 * DAY, every=2 * DAY, failures=40), Transient("dns"), 2 * DAY, id="or what the user says"),
        pytest.param(Habit(HOUR), Transient("too_many_requests", retry_after=5000), 5000, id="Retry-After"),
        pytest.param(Habit(HOUR, failures=40), Transient("server_error", retry_after=5), DAY, id="short Retry-After"),
        pytest.param(Habit(HOUR), Rejected("unreadable"), HOUR, id="the feed itself: not so soon"),
        pytest.param(Habit(HOUR, failures=1), Rejected("robots"), 2 * HOUR, id="the feed itself, again"),
        pytest.param(Habit(HOUR), Rejected("gone"), NEVER, id="gone is gone"),
        pytest.param(Habit(HOUR, failures=MISSING - 2), Rejected("not_found"), 8 * HOUR, id="not found, may come back"),
        pytest.param(Habit(HOUR, failures=MISSING - 1), Rejected("not_found"), NEVER, id="not found for too long"),
    ],
)
def test_failures_double_the_wait_and_leave_the_interval(habit: Habit, error: DocumentError, wait: float) -> None:
    plan = after_failure(habit, error, BOUNDS, chance=0)
    assert plan == Plan(wait, habit.interval, habit.turnover, habit.failures + 1)
    later = after_failure(habit, error, BOUNDS, chance=1).wait
    asked = error.retry_after if isinstance(error, Transient) else None
    assert later == (wait if wait in (inf, asked) else pytest.approx(1.25 * wait))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05+00:00", 1767323045.0), ("2026-01-02T03:04:05Z", 1767323045.0),
        ("2026-01-02T04:04:05+01:00", 1767323045.0), ("2026-01-02T03:04:05", 1767323045.0),
        (" 2026-01-02 ", 1767312000.0), ("yesterday", None), ("", None), (None, None), ("2026-13-45", None),
        ("0001-01-01T00:00:00+23:00", -62135679600.0),
    ],
)  # fmt: skip
def test_what_is_read_as_a_moment(text: str | None, moment: float | None) -> None:
    assert instants([text]) == (() if moment is None else (moment,))


def office_hours(moment: float) -> float:
    """How fast a newsroom writes at this time: nothing at night and on weekends."""
    day, hour = divmod(moment / HOUR, 24)
    return 3.0 if 8 <= hour < 16 and day % 7 < 5 else 0.0


def play(size: int, gap: float, *, dated: bool, rate: Callable[[float], float] = lambda _: 1.0) -> tuple[int, int, int]:
    """Read a feed of ``size`` entries for a while, a new one every ``gap`` seconds on average and at random.

    Returns how many readings there were, how many entries they found, and how many came and went between two.
    """
    chance = random.Random(f"{gap} {size}")
    step, end = gap / 10, max(60 * gap, 14 * DAY)
    ticks = range(-int(10 * size), int(end / step))
    entries = [tick * step for tick in ticks if chance.random() < 0.1 * rate(tick * step)]
    habit, last, known = Habit(HOUR), None, 0
    now, readings, found, lost = 0.0, 0, 0, 0
    while now < end:
        published = bisect_right(entries, now)
        new = min(published - known, size)
        if last is not None:
            found, lost = found + new, lost + published - known - new
        shown = tuple(NOW + each for each in entries[max(published - size, 0) : published])
        seen = Seen(None if last is None else now - last, new, len(shown), shown if dated else ())
        plan = after_reading(habit, seen, BOUNDS, now=NOW + now)
        habit, last, known = Habit(plan.interval, plan.turnover), now, published
        readings, now = readings + 1, now + plan.wait
    return readings, found, lost


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize(("size", "gap"), [(100, 60), (30, 600), (10, HOUR), (20, HOUR), (10, 6 * HOUR), (15, DAY)])
def test_a_steady_feed_is_read_as_often_as_it_needs(size: int, gap: float, dated: bool) -> None:
    readings, found, lost = play(size, gap, dated=dated)
    assert lost == 0
    least = min(1.0, 0.6 * BOUNDS.longest / gap)
    most = max(3.0, 1.2 * BOUNDS.shortest / gap)
    assert least < found / readings < most


@pytest.mark.parametrize("dated", [True, False])
def test_nights_and_weekends_do_not_make_it_miss_the_morning(dated: bool) -> None:
    readings, found, lost = play(20, HOUR, dated=dated, rate=office_hours)
    assert lost == 0
    assert found / readings > 0.5


def test_a_feed_that_has_ended_is_hardly_read_any_more() -> None:
    readings, _, _ = play(20, HOUR, dated=True, rate=lambda moment: float(moment < 0))
    assert readings < 40
