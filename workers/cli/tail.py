"""``tail``: what came into the store, in store order, and what still comes."""

import time

import click
import orjson

from pipeline.documents import StoredArticle
from pipeline.errors import StoreDamagedError, UnavailableError
from pipeline.store.database import Database
from pipeline.store.feed import changes, last_seq
from workers.cli import EXIT_INTERRUPTED
from workers.cli.context import database_of, line_of, say
from workers.cli.interrupt import Interrupt

SHORTEST_WAIT, LONGEST_WAIT = 0.05, 1.0
"""Seconds between two looks when nothing comes: the longer nothing came, the longer."""
LAST = 10
"""Changes that are shown where none is named to begin after."""


@click.command()
@click.option("--since", type=click.IntRange(0), help=f"After this seq; default: the last {LAST}, with --jsonl all.")
@click.option("-f", "--follow", is_flag=True, help="Stay, and show what comes, until Ctrl-C.")
@click.option("--jsonl", is_flag=True, help="Whole articles, one JSON object a line.")
@click.pass_context
def tail(ctx: click.Context, since: int | None, follow: bool, jsonl: bool) -> None:
    """Show the change feed: articles as they came or changed, in the order of seq, each change once.

    A program that keeps the last seq it has seen, and begins after it the next time, misses nothing.
    """
    database, interrupt = database_of(ctx), Interrupt(quietly=True)
    with database.read() as tx:
        at = since if since is not None else 0 if jsonl else max(0, last_seq(tx) - LAST)
    wait = SHORTEST_WAIT
    while not interrupt.count:
        found = _read(database, at, patient=follow)
        for stored in found:
            _show(stored, jsonl=jsonl)
        if found:
            at, wait = found[-1].seq, SHORTEST_WAIT
        elif not follow:
            return
        else:
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
    ctx.exit(EXIT_INTERRUPTED)


def _read(database: Database, after: int, *, patient: bool) -> list[StoredArticle]:
    """The next changes. Who follows waits for a store that is away, and says so once."""
    told = False
    while True:
        try:
            with database.read() as tx:
                return changes(tx, after=after)
        except StoreDamagedError:
            raise
        except UnavailableError as exc:
            if not patient:
                raise
            if not told:
                say(f"copydesk: {exc}; waiting", err=True)
            told = True
            time.sleep(LONGEST_WAIT)


def _show(stored: StoredArticle, *, jsonl: bool) -> None:
    if jsonl:
        click.echo(orjson.dumps(stored.published()))
        return
    article = stored.article
    kind = "new" if stored.version == 1 else f"version {stored.version}"
    click.echo(line_of(f"{stored.seq}  {stored.stored_at}  {kind}  {article.domain or '-'}  {article.headline or '-'}"))
