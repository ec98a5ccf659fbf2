"""Moments and stretches of time, as users write them and as they are shown."""

import re
import time
from datetime import UTC, datetime
from typing import Any

import click

_AGE = re.compile(r"(\d{1,6})\s*(s|m|min|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Age(click.ParamType[float]):
    """An age such as ``12h``, or an ISO 8601 date or time (UTC where it names no zone); seconds since the epoch."""

    name = "age|date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The moment; click's own error where the text is neither."""
        if isinstance(value, float):
            return value
        if age := _AGE.fullmatch(value.strip().lower()):
            return time.time() - int(age[1]) * _SECONDS[age[2]]
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is neither an age (90m, 12h, 7d) nor a date (2026-05-01, 2026-05-01T12:00Z)", param, ctx
            )
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


AGE = Age()


def story_event(row: Any) -> dict[str, Any]:
    """An event of a document's story, as ``trace`` gives it out."""
    started = datetime.fromtimestamp(row.started, UTC).isoformat(timespec="milliseconds")
    return {
        "stage": row.stage, "attempt": row.attempt, "worker": row.worker, "started": started, "ms": row.ms,
        "outcome": row.outcome, "detail": row.detail,
    }  # fmt: skip


def told(event: dict[str, Any]) -> str:
    """The same as a line to read."""
    line = f"{event['started']}  {event['stage']:<7} attempt {event['attempt']}  {event['ms']:>6} ms"
    return f"{line}  {event['outcome']:<12} {event['worker']}" + (f"  ({event['detail']})" if event["detail"] else "")
