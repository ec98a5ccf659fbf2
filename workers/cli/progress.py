"""The progress of a run on standard error: a line per stage on a terminal, plain lines elsewhere."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

import click

from pipeline.store.account import Account
from workers.cli import harmless

if TYPE_CHECKING:
    from rich.progress import TaskID

PLAIN_SECONDS = 5
"""Between two plain lines."""


class Display(Protocol):
    """Shows an account."""

    def update(self, state: Account, trouble: str | None) -> None:
        """Show the newest state; ``trouble`` says why nothing moves."""


@contextmanager
def progress_display() -> Iterator[Display]:
    """Bars where standard error is a terminal, else plain lines."""
    if not sys.stderr.isatty():
        yield PlainLines()
        return
    with Bars() as bars:
        yield bars


def _write_warnings_to(stream: TextIO) -> None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)


class PlainLines:
    """One line every few seconds, and only when something has changed."""

    def __init__(self) -> None:
        self._shown: tuple[object, ...] = ()
        self._next = 0.0

    def update(self, state: Account, trouble: str | None) -> None:
        """Write a line if it is time."""
        now = time.monotonic()
        line = (state, trouble)
        if now < self._next or line == self._shown:
            return
        self._shown, self._next = line, now + PLAIN_SECONDS
        stages = "  ".join(f"{name} {progress.done}" for name, progress in state.stages.items())
        click.echo(f"{stages}  of {state.accepted}{f'  ({harmless(trouble)})' if trouble else ''}", err=True)


class Bars:
    """A bar per stage with count, rate and time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description:<8}"), BarColumn(bar_width=30), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[note]}", markup=False),
            console=Console(stderr=True),
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}
        self._began = time.monotonic()

    def __enter__(self) -> "Bars":
        self._progress.start()
        _write_warnings_to(sys.stderr)  # which puts them above the bars now
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        _write_warnings_to(sys.stderr)

    def update(self, state: Account, trouble: str | None) -> None:
        """Move the bars."""
        seconds = max(time.monotonic() - self._began, 0.001)
        ended = state.rejected + state.dead + state.duplicate
        for place, (name, stage) in enumerate(state.stages.items()):
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, total=None, rate="", note="")
            note = (
                (harmless(trouble or "") or (f"{ended} not stored" if ended else ""))
                if place == len(state.stages) - 1
                else ""
            )
            self._progress.update(
                self._tasks[name], completed=stage.done, total=state.accepted - self._lost_before(state, place),
                rate=f"{stage.done / seconds:6.1f}/s", note=note,
            )  # fmt: skip

    @staticmethod
    def _lost_before(state: Account, place: int) -> int:
        """Documents that ended in an earlier stage and never come to this one."""
        stages = list(state.stages.values())
        arrived = stages[place].waiting + stages[place].queued + stages[place].working + stages[place].done
        on_the_way = sum(s.waiting + s.queued + s.working for s in stages[:place])
        return state.accepted - arrived - on_the_way
