"""``up`` and ``down``: the workers, dispatcher and server of one machine in the background."""

import os
import time
from collections.abc import Callable

import click

from config.settings import Settings
from pipeline.errors import UnavailableError
from pipeline.store import presence
from pipeline.store.clock import time_in
from workers.background import POLL_SECONDS, Background, Part
from workers.cli.context import database_of, line_of, say, settings_of
from workers.processes import here
from workers.served import address_served
from workers.supervisor import environment

PATIENCE = 90
"""Seconds until it must work: on a busy machine, models take their time to load."""


@click.command()
@click.option("-c", "--concurrency", type=click.IntRange(1, 1024), help="Worker processes (default: one per core).")
@click.option("--port", type=int, help="Port of the server; 0: one that is free (COPYDESK_SERVE_PORT).")
@click.pass_context
def up(ctx: click.Context, concurrency: int | None, port: int | None) -> None:
    """Start a worker and the server in the background, and return when they work; `copydesk down` stops them.

    What is up already stays as it is.
    """
    settings = settings_of(ctx, concurrency=concurrency, serve_port=port)
    database, background = database_of(ctx), Background(settings)

    def is_announced() -> bool:
        with database.read() as tx:
            return any(
                each.worker.name == worker and each.state == "alive" for each in presence.seen(tx, now=time_in(tx))
            )

    with background.held():
        running = background.running()
        parts = {name: running.get(name) or background.start(name, _environment(settings, name)) for name in PARTS}
        worker = f"{here()}:{parts['worker'].pid}"
        try:
            _await(background, parts["serve"], lambda: address_served(settings.home) is not None)
            _await(background, parts["worker"], is_announced)
        except UnavailableError:
            background.stop(but=running)
            raise
    for name, part in parts.items():
        say(f"{name} {'runs already' if name in running else 'started'}: process {part.pid}")
    say(f"served at {address_served(settings.home)}; `copydesk status`, `copydesk down`")


@click.command()
@click.pass_context
def down(ctx: click.Context) -> None:
    """Stop what `copydesk up` started: each worker process finishes its batch, the rest is handed back."""
    background = Background(settings_of(ctx))
    with background.held():
        stopped = background.stop()
    for part in stopped:
        say(f"{part.name} stopped: process {part.pid}")
    if not stopped:
        say("nothing is up here")


PARTS = ("worker", "serve")


def _environment(settings: Settings, name: str) -> dict[str, str]:
    """The very same settings; the token is only for the server."""
    found = environment(settings)
    if name == "serve" and settings.serve_token:
        found["COPYDESK_SERVE_TOKEN"] = settings.serve_token.get_secret_value()
    return found


def _await(background: Background, part: Part, is_ready: Callable[[], bool]) -> None:
    """Raises UnavailableError, with the end of its log, when it ends before it is ready or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if not part.is_running() or time.monotonic() > deadline:
            why = "does not start" if part.is_running() else "ended"
            last = background.last_words(part.name).splitlines() or [f"see {background.log_of(part.name)}"]
            raise UnavailableError(f"{part.name} {why}: {line_of(last[-1].removeprefix('copydesk: '))}")
        _reap(part)
        time.sleep(POLL_SECONDS)


def _reap(part: Part) -> None:
    """A child that has ended is there until it was asked for; one that another command started is nobody's here."""
    try:
        os.waitpid(part.pid, os.WNOHANG)
    except ChildProcessError:
        return
