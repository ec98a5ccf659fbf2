"""Other programs to be measured beside ours, each in a virtual environment of its own under ``.bench/``."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".bench"


def python_with(*requirements: str) -> Path:
    """The interpreter of an environment in which ``requirements`` are installed; made when it is not there yet."""
    folder = FOLDER / "+".join(requirements).replace("==", "-")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
        (folder / "ready").touch()
    return python
