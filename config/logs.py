"""Logging of the worker processes: one line per event, control characters escaped."""

import logging
import sys


class OneLine(logging.Formatter):
    """Keeps an event on one line, whatever a page managed to put into it; tracebacks follow indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        head, *rest = super().format(record).splitlines() or [""]
        return "\n    ".join([_printable(head), *map(_printable, rest)])


def set_up_logs(level: int = logging.INFO) -> None:
    """Write Copydesk's and Celery's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("copydesk").setLevel(level)


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
