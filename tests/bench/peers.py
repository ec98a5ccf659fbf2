"""Other programs to be measured beside ours, each in a virtual environment of its own under ``.bench/``."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".bench"


def python_with(requirement: str) -> Path:
    """The interpreter of an environment in which ``requirement`` is installed; made when it is not there yet."""
    folder = FOLDER / requirement.replace("==", "-")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", requirement], check=True)
        (folder / "ready").touch()
    return python
