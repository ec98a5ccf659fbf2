"""What a finished run prints: each input with its outcome while they are few, the account, and where the store is."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.store import account, lookup
from workers.cli.context import line_of, say
from workers.cli.status import sentence
from workers.runtime import Runtime

FEW = 40
"""Up to so many inputs are listed one by one."""
WIDTH = 120
"""Columns where there is no terminal to ask."""
INPUT_WIDTH = 30
COLUMNS = ("input", "outcome", "article", "published", "headline")


def print_account(runtime: Runtime, submission: str) -> None:
    """Print the outcome of a submission to standard output."""
    with runtime.database.read() as tx:
        state = account.account(tx, submission=submission)
        rows = lookup.outcomes(tx, submission=submission) if state.accepted <= FEW else []
    for line in _table([COLUMNS, *map(_cells, rows)]) if rows else ():
        say(line)
    click.echo(sentence(state))
    if state.reasons:
        say("not stored: " + ", ".join(f"{reason} {number}" for reason, number in state.reasons.items()))
    say(f"store: {runtime.database}")


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as they need to be; the last one takes what is left of the line."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    width = shutil.get_terminal_size((WIDTH, 0)).columns
    lines = ("  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]) for row in rows)
    return [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines]


def _cells(row: Any) -> tuple[str, ...]:
    outcome = row.state if row.reason is None else f"{row.state}: {row.reason}"
    cells = (_short(row.input), outcome, row.article_id or "", (row.date_published or "")[:10], row.headline or "")
    return tuple(map(line_of, cells))


def _short(name: str) -> str:
    short = name if "://" in name else Path(name).name
    return short if len(short) <= INPUT_WIDTH else f"{short[: INPUT_WIDTH - 1]}…"
