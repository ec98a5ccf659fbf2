"""``top``: the same as ``status``, live."""

from collections.abc import Callable, Iterator
from itertools import count, islice

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from config.settings import Settings
from pipeline.errors import StoreDamagedError, UnavailableError
from pipeline.store.database import Database
from workers import standing
from workers.cli import EXIT_INTERRUPTED, harmless
from workers.cli.context import database_of, line_of, settings_of
from workers.cli.interrupt import Interrupt
from workers.cli.status import sentence, what_lasts
from workers.standing import Standing

WORKERS, REASONS = 12, 8
"""Rows that are shown at most."""


@click.command()
@click.option(
    "--every", type=click.FloatRange(0.2, 3600), default=1.0, show_default=True, help="Seconds between looks."
)
@click.option("-n", "--looks", type=click.IntRange(1), help="So many looks, then end (default: until Ctrl-C).")
@click.pass_context
def top(ctx: click.Context, every: float, looks: int | None) -> None:
    """Show how many documents are where, live: rates, workers, failures, slowest hosts and time left."""
    settings, database = settings_of(ctx), database_of(ctx)
    console, interrupt = Console(), Interrupt(quietly=True)
    frames = islice(_frames(database, settings), looks)
    if console.is_terminal:
        with Live(console=console, screen=looks is None, auto_refresh=False) as live:
            _show(frames, lambda frame: live.update(frame, refresh=True), interrupt, every)
    else:
        _show(frames, console.print, interrupt, every)
    if interrupt.count:
        ctx.exit(EXIT_INTERRUPTED)


def _show(
    frames: Iterator[RenderableType], show: Callable[[RenderableType], None], interrupt: Interrupt, every: float
) -> None:
    """Show one after the other. A KeyboardInterrupt may be lost in a library; a count is not."""
    for frame in frames:
        show(frame)
        if not interrupt.wait(every):
            return


def _frames(database: Database, settings: Settings) -> Iterator[RenderableType]:
    """What is to be seen now, again and again; a store that cannot be reached for a while is said, and asked again."""
    for look in count():
        try:
            with database.read() as tx:
                now = standing.read(tx, settings)
        except StoreDamagedError:
            raise
        except UnavailableError as exc:
            if not look:
                raise
            yield Text(harmless(str(exc)), "bold red")
            continue
        yield frame(now)


def frame(now: Standing) -> RenderableType:
    """One look, as wide as the terminal."""
    parts: list[RenderableType] = [Text(sentence(now.account), "bold"), _stages(now)]
    if now.account.reasons:
        parts.append(_reasons(now))
    if now.workers:
        parts.append(_workers(now))
    parts += [Text(line_of(line), no_wrap=True, overflow="ellipsis") for line in what_lasts(now)]
    if now.dashboard:
        parts.append(Text(f"served at {now.dashboard}"))
    return Group(*parts)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=True, overflow="ellipsis")
    return table


def _stages(now: Standing) -> Table:
    table = _table("stage", "waiting", "queued", "working", "done", "per s")
    for name, at in now.account.stages.items():
        numbers = (f"{number:,}" for number in (at.waiting, at.queued, at.working, at.done))
        table.add_row(name, *numbers, f"{now.throughput.get(name, 0):,.1f}")
    return table


def _reasons(now: Standing) -> Table:
    table = _table("not stored", "documents")
    for reason, number in islice(now.account.reasons.items(), REASONS):
        table.add_row(Text(line_of(reason)), f"{number:,}")
    if (more := len(now.account.reasons) - REASONS) > 0:
        table.add_row(f"and {more} other reasons", "")
    return table


def _workers(now: Standing) -> Table:
    table = _table("worker", "state", "processes", "memory", "in hand")
    for each in now.workers[:WORKERS]:
        held = ", ".join(f"{number} {stage}" for stage, number in each.holds.items()) or "-"
        state = Text(each.state, "bold red" if each.state == "lost" else "green")
        worker = each.worker
        table.add_row(Text(line_of(worker.name)), state, str(worker.processes), f"{worker.memory / 1e6:,.0f} MB", held)
    if (more := len(now.workers) - WORKERS) > 0:
        table.add_row(f"and {more} more", "", "", "", "")
    return table
