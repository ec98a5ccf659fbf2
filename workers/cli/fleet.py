"""``migrate`` and ``dispatcher``: what a fleet of containers has as services of their own."""

import logging
import time

import click

from config.logs import set_up_logs
from pipeline.errors import StoreDamagedError, UnavailableError
from workers.cli.context import database_of, settings_of
from workers.cli.interrupt import Interrupt

POLL_SECONDS = 0.5
log = logging.getLogger("copydesk")


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Make the store's tables, or bring those of an earlier version up to date; to say it twice does nothing more.

    Every command does so when it begins; with this one it is done before many begin at once.
    """
    database = database_of(ctx)
    click.echo(f"{database} is up to date", err=True)
    database.close()


@click.command()
@click.pass_context
def dispatcher(ctx: click.Context) -> None:
    """Send what is due, and take back what got lost, until told to stop (Ctrl-C or SIGTERM).

    Every `copydesk worker` does so too, and any number may at once: this is for fleets whose workers may be few.
    """
    from workers.dispatcher import Dispatcher
    from workers.runtime import Runtime

    settings = settings_of(ctx)
    set_up_logs()
    database_of(ctx).close()
    sender, interrupt = Dispatcher(Runtime(settings)), Interrupt(quietly=True)
    click.echo("dispatching", err=True)
    try:
        while not interrupt.count:
            try:
                sender.tick()
            except StoreDamagedError:
                raise
            except UnavailableError as exc:
                log.warning("%s", exc)
            time.sleep(POLL_SECONDS)
    finally:
        sender.close()
