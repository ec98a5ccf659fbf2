"""Documents that end their worker: found by the flight recorder, kept apart, tried three times and set aside."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.store.rules import Inquest
from workers.recorder import forget, inquest, recorded

WORK = {
    "segfault": ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV, "segmentation fault"),
    "abort": ("import os; os.abort()", -signal.SIGABRT, "aborted"),
    "endless in C": ("import re; re.match('(a+)+$', 'a' * 60 + 'b')", -signal.SIGPROF, "longer than one document may"),
    "asleep": ("import time; time.sleep(60)", -signal.SIGALRM, "longer than one document may"),
    "killed from outside": ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL, None),
    "leaves": ("import os; os._exit(3)", 3, None),
}
CHILD = """
import sys
from pathlib import Path
from workers.recorder import Recorder
with Recorder(Path(sys.argv[1]), "vm:1:2", wall=2, cpu=0.5).in_hand("d1"):
    exec(sys.argv[2])
"""


@pytest.mark.parametrize("name", WORK)
def test_the_recorder_says_what_ended_a_process(name: str, tmp_path: Path) -> None:
    work, code, cause = WORK[name]
    done = subprocess.run([sys.executable, "-c", CHILD, tmp_path, work], stderr=subprocess.DEVNULL, check=False)
    assert done.returncode == code
    found = inquest(tmp_path, "vm:1:2")
    assert found is not None
    assert found.in_hand == "d1"
    assert (found.cause is None) if cause is None else (cause in (found.cause or ""))
    assert (found.traceback is not None) == (cause is not None)


def test_a_process_that_lives_on_has_nothing_in_hand(tmp_path: Path) -> None:
    work = "pass"
    subprocess.run([sys.executable, "-c", CHILD, tmp_path, work], check=True)
    assert inquest(tmp_path, "vm:1:2") == Inquest()
    assert recorded(tmp_path, "vm:1:") == ["vm:1:2"]
    forget(tmp_path, "vm:1:2")
    assert recorded(tmp_path, "vm:1:") == []
    assert inquest(tmp_path, "vm:1:2") is None


def test_limits_hold_without_a_place_for_the_recorder(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file is in the way")
    work = WORK["asleep"][0]
    done = subprocess.run([sys.executable, "-c", CHILD, tmp_path / "run", work], stderr=subprocess.DEVNULL, check=False)
    assert done.returncode == -signal.SIGALRM
