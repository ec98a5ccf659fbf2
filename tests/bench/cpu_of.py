"""Runs a command and tells what all its processes cost: ``cpu_of.py COMMAND…``; JSON on standard output.

``cpu``: seconds, user and system, of all processes that it started, those included that were killed and that nobody
waited for: they become children of this process, which waits for all of them. ``peak_mb``: of the largest process.
``pss_mb``: of all together, what several share counted once. Both are looked at every half second.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
"""prctl(2): processes whose parent has ended become children of this one."""
LOOK_SECONDS = 0.5


def descendants(pid: int) -> list[int]:
    """The processes below one, at this moment."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = [int(child) for child in (task / "children").read_text("ascii").split()]
            found += children + [below for child in children for below in descendants(child)]
    except OSError:
        pass
    return found


def pss(pid: int) -> float:
    """MB of a process, what it shares with others divided among them; 0 for one that is gone."""
    return _told(pid, "smaps_rollup", "Pss:")


def peak(pid: int) -> float:
    """MB that a process had at most: not ``ru_maxrss``, which counts what it was forked from, too."""
    return _told(pid, "status", "VmHWM:")


def _told(pid: int, file: str, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0)


def main(command: list[str]) -> dict[str, object]:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    together, largest, ended = 0.0, 0.0, threading.Event()

    def look() -> None:
        nonlocal together, largest
        while not ended.wait(LOOK_SECONDS):
            alive = descendants(os.getpid())
            together = max(together, sum(map(pss, alive)))
            largest = max(largest, *map(peak, alive), 0)

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    ended.set()
    watching.join()
    wait_for_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "cpu": used.ru_utime + used.ru_stime, "peak_mb": largest, "pss_mb": together,
        "returncode": done.returncode, "stdout": done.stdout, "stderr": done.stderr,
    }  # fmt: skip


def wait_for_orphans() -> None:
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
