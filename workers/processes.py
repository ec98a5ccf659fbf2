"""What child processes need from the operating system."""

import ctypes
import gc
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import IO

_LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent ends."""
GARBAGE = 20_000, 50, 100
"""Objects made and still there after which Python looks for those that only hold each other, and how often it looks
through older ones. A page makes ten thousand, none of them such; at 700, its default, that took 5 ms of 70."""


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
    """Whether there is such a process on this machine, and not only its remains that nobody has looked for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _answers(pid)
    except OSError:
        return False
    return stat.rpartition(b")")[2].split()[0] not in (b"Z", b"X")


def began(pid: int) -> int:
    """When a process began, in clock ticks since the machine did: it and the id are one process. 0 where unknown."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def _answers(pid: int) -> bool:
    """The same where there is no /proc."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def here() -> str:
    """The place within which process ids are unique: this host, boot and container, where the kernel tells.

    Two containers may well have the same host name, and the same process ids.
    """
    parts = [_told("/proc/sys/kernel/random/boot_id"), str(_inode("/proc/self/ns/pid"))]
    return f"{socket.gethostname()}.{blake2b(':'.join(parts).encode(), digest_size=3).hexdigest()}"


def _told(path: str) -> str:
    try:
        return Path(path).read_text("ascii").strip()
    except OSError:
        return ""


def _inode(path: str) -> int:
    try:
        return Path(path).stat().st_ino
    except OSError:
        return 0


def memory_of_group(leader: int) -> int:
    """Bytes of memory of a process and those of its group; what several share is counted once. 0 without /proc."""
    return sum(_proportional(int(folder.name)) for folder in Path("/proc").glob("[0-9]*") if _is_in(folder, leader))


def _is_in(folder: Path, leader: int) -> bool:
    try:
        return int((folder / "stat").read_bytes().rpartition(b")")[2].split()[2]) == leader
    except (OSError, IndexError, ValueError):
        return False


def _proportional(pid: int) -> int:
    """proc(5): of a page that n processes share, each has an n-th (Pss)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    except (OSError, StopIteration, ValueError):
        return 0


def limit_memory(size: int) -> None:
    """Let this process have ``size`` bytes of memory of its own; what asks for more, C code too, gets none."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))


def keep_what_is_loaded() -> None:
    """Models and word lists stay: they are not looked through for what could go, and what comes later is rarely."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
