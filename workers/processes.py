"""What child processes need from the operating system."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

_LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent ends."""


def end_with_parent(signum: int = signal.SIGTERM) -> None:
    """Called in a child: have the kernel end it when its parent dies, however that dies. Linux only."""
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)


def spawn(command: Sequence[str], log: IO[bytes], env: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start a child that ends with us, away from our terminal's signals; its output goes to ``log``."""
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True,
        preexec_fn=end_with_parent,
    )  # fmt: skip


def is_alive(pid: int) -> bool:
    """Whether there is such a process on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Deadline:
    """A limit on wall time that holds inside C code: the process is ended by the kernel when it is passed.

    A Python signal handler does not run while C code does, so the signal is left at its default action.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> "Deadline":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
