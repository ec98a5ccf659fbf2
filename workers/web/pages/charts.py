"""Figures as drawings: lines over time. Words stand beside them in HTML, where they can be read at any width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.store.pace import PERIOD

WIDTH, HEIGHT = 900, 200
"""Of the drawing, in its own units; it is stretched to the room that it has."""
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    name: str
    points: str
    """For a polyline."""
    last: float
    """Per second, in its last whole period."""


@dataclass(frozen=True)
class Chart:
    """Lines over one stretch of time, with what is written at the upper end of the scale."""

    lines: tuple[Line, ...]
    top: float
    """Per second."""
    minutes: int


def course_chart(course: Mapping[str, Mapping[int, int]], stages: Sequence[str], *, now: float, minutes: int) -> Chart:
    """What each stage was done with: per second, in each whole period of the last ``minutes``; ``course``: counts."""
    end = int(now) // PERIOD * PERIOD
    periods = range(end - minutes * 60, end, PERIOD)
    rates = {stage: [course.get(stage, {}).get(period, 0) / PERIOD for period in periods] for stage in stages}
    top = above(max((max(values) for values in rates.values()), default=0))
    lines = (Line(stage, _points(values, top), round(values[-1], 2)) for stage, values in rates.items())
    return Chart(tuple(lines), top, minutes)


def above(value: float) -> float:
    """The next round number above; 0 for 0."""
    if value <= 0:
        return 0
    size = 10.0 ** len(str(int(value))) / 10 if value >= 1 else 0.1
    return next(round(step * size, 2) for step in _STEPS if step * size >= value)


def _points(values: Sequence[float], top: float) -> str:
    step = WIDTH / max(len(values) - 1, 1)
    return " ".join(
        f"{place * step:.0f},{HEIGHT - HEIGHT * value / (top or 1):.1f}" for place, value in enumerate(values)
    )
