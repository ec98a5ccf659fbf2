"""``status``: the account, and how the fleet stands. Asked often, so it imports little."""

import click

from pipeline.store.account import Account
from pipeline.store.glance import glance
from workers import standing
from workers.cli.context import line_of, print_json, say, settings_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Show how many documents are in which state and stage."""
    settings = settings_of(ctx)
    now = glance(settings.store, lambda tx: standing.read(tx, settings))
    if as_json:
        print_json(now.as_json())
        return
    state = now.account
    click.echo(sentence(state))
    click.echo(f"{'stage':<8}{'waiting':>10}{'queued':>10}{'working':>10}{'done':>10}{'per s':>10}")
    for name, at in state.stages.items():
        pace = now.throughput.get(name, 0.0)
        click.echo(f"{name:<8}{at.waiting:>10}{at.queued:>10}{at.working:>10}{at.done:>10}{pace:>10.1f}")
    for reason, number in state.reasons.items():
        say(line_of(f"not stored: {reason} {number}"))
    for each in now.workers:
        say(line_of(standing.worker_line(each)))
    for line in what_lasts(now):
        say(line_of(line))
    if now.dashboard:
        click.echo(f"served at {now.dashboard}")


def what_lasts(now: standing.Standing) -> list[str]:
    """What is waited for, and for how long."""
    lines = [f"waiting: {now.waits}"] if now.waits else []
    lines += [
        f"host {line.host}: a request every {line.spacing:g} s, work for {standing.stretch(line.seconds)}"
        for line in now.hosts
    ]
    if now.oldest:
        old = now.oldest
        lines.append(f"oldest in flight: {old.input}, {old.state} at {old.stage} for {standing.stretch(old.seconds)}")
    if now.eta is not None:
        lines.append(f"{sum(now.rates.values()):.1f}/s, about {standing.stretch(now.eta)} left")
    return lines


def sentence(state: Account) -> str:
    """The account as one line that adds up."""
    counts = f"stored {state.stored}, duplicate {state.duplicate}, rejected {state.rejected}, dead {state.dead}"
    return f"accepted {state.accepted} = {counts}, in flight {state.in_flight}"
