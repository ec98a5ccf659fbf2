"""``worker``: this machine's share of a fleet."""

import time

import click

from config.logs import set_up_logs
from pipeline.errors import UsageError
from workers.cli.context import settings_of
from workers.cli.interrupt import Interrupt
from workers.runtime import Runtime
from workers.supervisor import Supervisor, all_stages

POLL_SECONDS = 0.2


@click.command()
@click.option("--stages", help="Only these stages, parted by commas (default: all).")
@click.option("-c", "--concurrency", type=click.IntRange(1, 1024), help="Worker processes (default: one per core).")
@click.pass_context
def worker(ctx: click.Context, stages: str | None, concurrency: int | None) -> None:
    """Work on what is queued until told to stop (Ctrl-C or SIGTERM).

    Any number of machines may run this against one Redis and one store. The worker's log is in the home folder.
    """
    wanted = [name.strip() for name in stages.split(",")] if stages else all_stages()
    if unknown := [name for name in wanted if name not in all_stages()]:
        raise UsageError(f"no such stage: {', '.join(unknown)}; stages are {', '.join(all_stages())}")
    settings = settings_of(ctx, concurrency=concurrency)
    set_up_logs()
    supervisor = Supervisor(Runtime(settings), stages=wanted, concurrency=settings.concurrency)
    interrupt = Interrupt()
    try:
        supervisor.start()
        where = (settings.redis_url and "a shared Redis") or "an embedded Redis"
        click.echo(f"working on {', '.join(wanted)} with {settings.concurrency} processes over {where}", err=True)
        while not interrupt.count:
            supervisor.step()
            time.sleep(POLL_SECONDS)
    finally:
        supervisor.stop(gracefully=interrupt.count < 2)
