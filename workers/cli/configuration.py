"""``config``: the settings in force."""

import click

from config.settings import load, shown
from workers.cli.context import print_json


@click.group()
def config() -> None:
    """Show the settings in force."""


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Print each setting's value and where it came from; passwords are masked."""
    loaded = load(ctx.find_root().obj)
    values = {name: (getattr(loaded.settings, name), origin) for name, origin in loaded.origins.items()}
    if as_json:
        print_json({name: {"value": shown(value), "origin": origin} for name, (value, origin) in values.items()})
        return
    width = max(map(len, values))
    for name, (value, origin) in values.items():
        click.echo(f"{name:<{width}}  {shown(value) or '-'}  ({origin})")
