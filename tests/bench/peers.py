"""Other programs to be measured beside ours, each in a virtual environment of its own under ``.bench/``."""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".bench"
NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: what a program asks of the net while it is measured goes no further."""
OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
SENTENCE_MODELS = "llama-index-core==0.14.25"
"""The package that brings NLTK's ``punkt_tab``, which NLTK itself would download."""


def python_with(*requirements: str) -> Path:
    """The interpreter of an environment in which ``requirements`` are installed; made when it is not there yet."""
    folder = FOLDER / "+".join(requirements).replace("==", "-")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
        (folder / "ready").touch()
    return python


def nltk_data() -> Path:
    """A folder for ``NLTK_DATA`` with the sentence models that are usually downloaded."""
    folder = FOLDER / "nltk"
    tokenizers = folder / "tokenizers"
    if not (tokenizers / "punkt").exists():
        wheel = FOLDER / "sentence-models"
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", wheel, SENTENCE_MODELS]
        subprocess.run(install, check=True)
        bundled = wheel / "llama_index" / "core" / "_static" / "nltk_cache" / "tokenizers" / "punkt_tab"
        shutil.copytree(bundled, tokenizers / "punkt_tab", dirs_exist_ok=True)
        (tokenizers / "punkt").mkdir()  # Looked for, and not read: NLTK takes the other one for it.
        shutil.rmtree(wheel)
    return folder
