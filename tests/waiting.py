"""Waiting for what other processes and threads do: there is nothing to be woken by, so it is polled."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool], patience: float = 60) -> None:
    """Return once it holds; fails after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
