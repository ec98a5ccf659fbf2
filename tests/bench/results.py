"""Figures that the README shows, kept in ``results.json`` when the environment has ``BENCH_KEEP``."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).with_name("results.json")
Figures = Mapping[str, Mapping[str, float]]


def kept() -> dict[str, dict[str, dict[str, float]]]:
    """All figures: bench -> what was measured -> figure."""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}


def keep(bench: str, figures: Figures) -> None:
    """Replace the figures of one bench."""
    if os.environ.get("BENCH_KEEP"):
        rounded = {what: {name: round(value, 2) for name, value in each.items()} for what, each in figures.items()}
        FILE.write_text(json.dumps(kept() | {bench: rounded}, indent=1, sort_keys=True) + "\n", "utf-8")
