"""``schema``: the tables and views of the store, described from the code that makes them."""

import click

from pipeline.store.description import described, markdown
from workers.cli.context import print_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def schema(as_json: bool) -> None:
    """Print the store's tables and views, with types and comments, as Markdown."""
    if as_json:
        print_json(described(), pretty=True)
    else:
        click.echo(markdown(), nl=False)
