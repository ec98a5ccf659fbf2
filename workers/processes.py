"""What child processes need from the operating system."""

import ctypes
import os
import resource
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


def limit_memory(size: int) -> None:
    """Let this process have ``size`` bytes of memory of its own; what asks for more, C code too, gets none."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
