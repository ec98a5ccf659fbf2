"""What a finished run prints: each input with its outcome while they are few, the account, and where the store is."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.store import account
from workers.runtime import Runtime

FEW = 40
"""Up to so many inputs are listed one by one."""
WIDTH = 120


def print_account(runtime: Runtime, submission: str) -> None:
    """Print the outcome of a submission to standard output."""
    with runtime.database.read() as tx:
        state = account.account(tx, submission=submission)
        rows = account.outcomes(tx, submission=submission) if state.accepted <= FEW else []
    console = Console(width=None if Console().is_terminal else WIDTH, highlight=False)
    if rows:
        console.print(_table(rows))
    console.print(_sentence(state), soft_wrap=True)
    if state.reasons:
        reasons = ", ".join(f"{reason} {number}" for reason, number in state.reasons.items())
        console.print(Text(f"not stored: {reasons}"), soft_wrap=True)
    console.print(Text(f"store: {runtime.database}"), soft_wrap=True)


def _table(rows: list[Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("input", overflow="ellipsis", no_wrap=True, max_width=28)
    table.add_column("outcome", no_wrap=True, min_width=9)
    table.add_column("article", no_wrap=True, min_width=20)
    table.add_column("published", no_wrap=True, min_width=10)
    table.add_column("headline", overflow="ellipsis", no_wrap=True)
    for row in rows:
        outcome = row.state if row.reason is None else f"{row.state}: {row.reason}"
        cells = (_short(row.input), outcome, row.article_id or "", (row.date_published or "")[:10], row.headline or "")
        table.add_row(*(Text(_printable(cell)) for cell in cells))
    return table


def _sentence(state: account.Account) -> Text:
    counts = f"stored {state.stored}, duplicate {state.duplicate}, rejected {state.rejected}, dead {state.dead}"
    return Text(f"accepted {state.accepted} = {counts}, in flight {state.in_flight}")


def _short(name: str) -> str:
    return name if "://" in name else Path(name).name


def _printable(text: str) -> str:
    """Headlines come from strangers: no control characters reach the terminal."""
    return "".join(char for char in text if char.isprintable())
