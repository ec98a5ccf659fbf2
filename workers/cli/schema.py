"""``schema``: the tables and views of the store, described from the code that makes them."""

import click

from pipeline.store.description import markdown


@click.command()
def schema() -> None:
    """Print the store's tables and views, with types and comments, as Markdown."""
    click.echo(markdown(), nl=False)
