"""Ctrl-C and SIGTERM: once is a request to stop gracefully, twice to stop at once."""

import signal
import time
from types import FrameType

import click

PROMPT_SECONDS = 0.1
"""After which a request to stop is noticed at the latest."""


class Interrupt:
    """Counts the requests to stop."""

    def __init__(self, *, quietly: bool = False) -> None:
        """``quietly``: there is nothing to be finished, and nothing to be said of it."""
        self._quietly = quietly
        self.count = 0
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._note)

    def wait(self, seconds: float) -> bool:
        """Sleep so long, or until there is a request to stop; whether there is none."""
        end = time.monotonic() + seconds
        while not self.count and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, PROMPT_SECONDS))
        return not self.count

    def _note(self, _signum: int, _frame: FrameType | None) -> None:
        self.count += 1
        if self.count > 1:
            raise KeyboardInterrupt
        if not self._quietly:
            click.echo("stopping: finishing what is being worked on (again: at once)", err=True)
