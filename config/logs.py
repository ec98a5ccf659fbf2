"""Logging of the worker processes: one line per event, for people on a terminal and as JSON Lines anywhere else.

All goes through the standard library's ``logging``: the library's records, ours and Celery's come out in one form. Here
and nowhere else credentials are masked and control characters escaped, whatever a page managed to put into an event.
"""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from math import isfinite
from typing import Literal, TextIO

from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, format_exc_info
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from config.masking import HIDDEN, escaped, is_secret_name, masked

Style = Literal["auto", "text", "json"]

ALOOF = ("celery.task", "multiprocessing")
"""Loggers whose records Celery keeps from the root; without a handler there, it makes one in a form of its own."""

_process: dict[str, object] = {}


def set_up_logs(level: int = logging.INFO, *, style: Style = "auto") -> None:
    """Write Copydesk's log from ``level`` on, and everyone else's warnings, to standard error.

    ``auto`` is text on a terminal and JSON Lines otherwise.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(processors=[format_exc_info, _arranged, *_written(style, sys.stderr)]))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("copydesk").setLevel(level)
    for name in ALOOF:
        logging.getLogger(name).handlers = [handler]
        logging.getLogger(name).propagate = False
    logging.captureWarnings(True)


def log_context(**names: object) -> AbstractContextManager[None]:
    """Within it, every event of this thread bears these fields: ``with log_context(document=…, stage=…):``.

    A thread that is started within begins without them. A generator must not yield within: its caller would bear them.
    """
    return bound_contextvars(**names)


def bind_process(**names: object) -> None:
    """From now on, every event of this process and of its later forks bears these fields, in all threads."""
    _process.update(names)


class _Formatter(ProcessorFormatter):
    """Tells of an event that cannot be written: ``logging`` itself would write out its record, secrets and all."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one event."""
        try:
            return super().format(record)
        except Exception as exc:  # noqa: BLE001 - arguments that do not fit, a value that cannot be turned into text
            what = f"{type(exc).__name__} on writing an event of {record.pathname}, line {record.lineno}"
            bare = {"msg": what, "args": (), "exc_info": None, "stack_info": None}
            return super().format(logging.makeLogRecord(record.__dict__ | bare))


def _arranged(_: WrappedLogger, __: str, raw: EventDict) -> EventDict:
    """The event's fields in their order, safe to write; what is ours cannot be overridden by a context."""
    record: logging.LogRecord = raw["_record"]
    own: dict[str, object] = {
        "timestamp": _instant(record.created),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": str(raw["event"]).strip(),
        "process": record.process,
    }
    context = {name: value for name, value in (_process | get_contextvars()).items() if name not in own}
    fields = {escaped(name): _safe(name, value) for name, value in (own | context).items()}
    if trace := "\n".join(filter(None, (raw.get("exception"), raw.get("stack_info")))):
        fields["exception"] = "\n".join(map(escaped, masked(trace).split("\n")))
    return fields


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _safe(name: str, value: object) -> object:
    if is_secret_name(name):
        return HIDDEN
    is_plain = value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    return value if is_plain else escaped(masked(str(value)))


def _written(style: Style, stream: TextIO) -> tuple[Processor, ...]:
    is_terminal = stream.isatty()
    if style == "json" or (style == "auto" and not is_terminal):
        return (JSONRenderer(),)
    colours = is_terminal and _wants_colours(os.environ)
    return _indented, ConsoleRenderer(colors=colours, sort_keys=False, exception_formatter=plain_traceback)


def _wants_colours(environment: Mapping[str, str]) -> bool:
    """See https://no-color.org."""
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def _indented(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Set the traceback apart, so that no line of it can be taken for an event."""
    if "exception" in event:
        event["exception"] = "\n".join(f"    {line}" for line in event["exception"].split("\n"))
    return event
