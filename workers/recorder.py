"""The flight recorder of a worker process: a small file that outlives it and says what it was doing when it died.

Whoever finds a process dead reads from it which document was in its hands, and whether its own work ended it - a fault
in C code, a limit that was passed - or somebody outside. So one poisonous document costs the others of its batch
nothing but their time. The dump is written by faulthandler's signal handlers, which run inside C code as well, where
those of Python do not.
"""

import faulthandler
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.store.rules import Inquest

log = logging.getLogger("copydesk")

ID_BYTES = 32
HEAD_BYTES = 64
"""The id of the document in hand, then how often the kernel had ended processes for want of memory."""
DUMP_BYTES = 8000
TIME_SIGNALS = (signal.SIGALRM, signal.SIGPROF)
_FATAL = "Fatal Python error: "


class Recorder:
    """Notes what this process has in hand, and bounds how long it may have it there."""

    def __init__(self, folder: Path, worker: str, *, wall: float, cpu: float) -> None:
        """``wall``, ``cpu``: seconds that one document may take; the process is ended by the kernel after that."""
        self._wall, self._cpu = wall, cpu
        head = b" " * ID_BYTES + str(_oom_kills()).encode().ljust(HEAD_BYTES - ID_BYTES)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / worker).open("wb", buffering=0)
            self._file.write(head)
        except OSError as exc:
            log.warning("no flight recorder: %s; what ends this process will not be known", exc)
            self._file = os.fdopen(os.memfd_create("recorder"), "wb", buffering=0)
            self._file.write(head)
        faulthandler.enable(self._file)
        for signum in TIME_SIGNALS:
            signal.signal(signum, signal.SIG_DFL)
            faulthandler.register(signum, self._file, all_threads=False, chain=True)

    @contextmanager
    def in_hand(self, document_id: str) -> Iterator[None]:
        """This process works on the document, and on no other."""
        os.pwrite(self._file.fileno(), document_id.encode().ljust(ID_BYTES), 0)
        signal.setitimer(signal.ITIMER_REAL, self._wall)
        signal.setitimer(signal.ITIMER_PROF, self._cpu)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
            os.pwrite(self._file.fileno(), b" " * ID_BYTES, 0)


def inquest(folder: Path, worker: str) -> Inquest | None:
    """What the recorder of a dead process says; ``None`` where there is none."""
    try:
        with (folder / worker).open("rb") as file:
            head, dump = file.read(HEAD_BYTES), file.read(DUMP_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    if len(head) < HEAD_BYTES:
        return None
    in_hand = head[:ID_BYTES].decode("ascii", "replace").strip() or None
    return Inquest(in_hand, _cause(head[ID_BYTES:], dump), dump or None)


def forget(folder: Path, worker: str) -> None:
    """Remove the recorder of a dead process."""
    with suppress(OSError):
        (folder / worker).unlink()


def recorded(folder: Path, prefix: str) -> list[str]:
    """The workers whose names begin with ``prefix`` and that have a recorder."""
    try:
        return sorted(name for name in os.listdir(folder) if name.startswith(prefix))  # noqa: PTH208 - names only
    except OSError:
        return []


def _cause(kills: bytes, dump: str) -> str | None:
    if dump.startswith(_FATAL):
        return dump[len(_FATAL) :].partition("\n")[0].lower()
    if dump:
        return "it took longer than one document may"
    told = kills.strip()
    return "out of memory" if told.isdigit() and _oom_kills() > int(told) else None


def _oom_kills() -> int:
    """How many processes the kernel has ended for want of memory since it started."""
    try:
        words = Path("/proc/vmstat").read_text("ascii").split()
        return int(words[words.index("oom_kill") + 1])
    except (OSError, ValueError):
        return 0
