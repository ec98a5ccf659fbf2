"""``status``: the account, and how the fleet stands. Asked often, so it imports little."""

import click

from pipeline.store.account import Account
from workers import standing
from workers.cli.context import database_of, line_of, print_json, say, settings_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Show how many documents are in which state and stage."""
    settings = settings_of(ctx)
    with database_of(ctx).read() as tx:
        now = standing.read(tx, settings)
    if as_json:
        print_json(now.as_json())
        return
    state, workers, rates, waits = now.account, now.workers, now.rates, now.waits
    click.echo(sentence(state))
    click.echo(f"{'stage':<8}{'waiting':>10}{'queued':>10}{'working':>10}{'done':>10}")
    for name, at in state.stages.items():
        click.echo(f"{name:<8}{at.waiting:>10}{at.queued:>10}{at.working:>10}{at.done:>10}")
    for reason, number in state.reasons.items():
        say(line_of(f"not stored: {reason} {number}"))
    for each in workers:
        say(line_of(standing.worker_line(each)))
    if waits:
        say(f"waiting: {waits}")
    rate = sum(rates.values(), 0.0)
    if state.in_flight and rate:
        click.echo(f"{rate:.1f}/s, about {state.in_flight / rate:.0f} s left")
    if now.dashboard:
        click.echo(f"served at {now.dashboard}")


def sentence(state: Account) -> str:
    """The account as one line that adds up."""
    counts = f"stored {state.stored}, duplicate {state.duplicate}, rejected {state.rejected}, dead {state.dead}"
    return f"accepted {state.accepted} = {counts}, in flight {state.in_flight}"
