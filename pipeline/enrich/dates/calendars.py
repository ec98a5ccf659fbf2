"""Arithmetic of the calendar: units as ISO values, the nearest of a day that comes every year, moving feasts."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil import easter as feasts

AHEAD, FAR_AHEAD = 3, 10
"""A day to come is meant where it is so many times nearer than the one past: without a word for it, and against one."""


def of_unit(day: date, unit: str, steps: int) -> str | None:
    """The day, week, month … ``steps`` units away from the one of ``day``; hours and minutes stay on the day."""
    if unit in ("hour", "minute", "second"):
        return day.isoformat()
    if unit in ("day", "week"):
        moved = day + timedelta(steps * (7 if unit == "week" else 1))
        return moved.isoformat() if unit == "day" else f"{moved.isocalendar().year}-W{moved.isocalendar().week:02}"
    if unit == "month":
        return shifted_month(day, steps)
    if unit == "quarter":
        year, quarter = divmod(4 * day.year + (day.month - 1) // 3 + steps, 4)
        return f"{year}-Q{quarter + 1}"
    return {"year": str(day.year + steps), "decade": str(day.year // 10 + steps), "century": None}.get(unit)


def shifted_month(day: date, steps: int) -> str:
    """The month so many months away."""
    year, month = divmod(12 * day.year + day.month - 1 + steps, 12)
    return f"{year}-{month + 1:02}"


def nearest(in_year: Callable[[int], date], today: date, tense: int) -> date:
    """The one that is meant of a day that comes every year; ``in_year`` raises where a year has none.

    The next one for tense 1, else the last one, unless the next is much nearer.
    """
    days = []
    for year in range(today.year - 4, today.year + 5):
        try:
            days.append(in_year(year))
        except ValueError:
            continue
    last, following = max(day for day in days if day <= today), min(day for day in days if day >= today)
    much_nearer = (FAR_AHEAD if tense < 0 else AHEAD) * (following - today) < today - last
    return following if tense > 0 or much_nearer else last


def easter(year: int) -> date:
    """Easter Sunday of the western churches."""
    day: date = feasts.easter(year)
    return day


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The n-th such weekday of a month, Monday 0; the last one for -1."""
    if nth < 0:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
        return last - timedelta((last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))
