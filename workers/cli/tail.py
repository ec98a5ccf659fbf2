"""``tail``: what came into the store, in store order, and what still comes; for people, programs and Redis streams."""

from collections.abc import Iterator
from dataclasses import dataclass

import click
import orjson

from config.settings import Settings
from pipeline.documents import StoredArticle
from pipeline.errors import UnavailableError, UsageError
from pipeline.store.database import Database
from pipeline.store.feed import Reader, followed, last_seq
from workers.cli import EXIT_INTERRUPTED, harmless
from workers.cli.context import line_of, say, settings_of
from workers.cli.interrupt import Interrupt

LAST = 10
"""Changes that are shown where none is named to begin after."""


@dataclass(frozen=True)
class _Choice:
    """What is to be put into which stream."""

    name: str
    since: int
    keep: int | None
    follow: bool


@click.command()
@click.option("--since", type=click.IntRange(0), help=f"After this seq; default: the last {LAST}, with --jsonl all.")
@click.option("-f", "--follow", is_flag=True, help="Stay, and show what comes, until Ctrl-C.")
@click.option("--jsonl", is_flag=True, help="Whole articles, one JSON object a line.")
@click.option(
    "--to-stream", metavar="NAME",
    help="Into the Redis stream copydesk:stream:NAME, on from where it ended; --since: where a new one begins.",
)  # fmt: skip
@click.option("--keep", type=click.IntRange(1), help="Entries that the stream keeps, more or less (10000).")
@click.pass_context
def tail(
    ctx: click.Context, since: int | None, follow: bool, jsonl: bool, to_stream: str | None, keep: int | None
) -> None:
    """Show the change feed: articles as they came or changed, in the order of seq, each change once.

    A program that keeps the last seq it has seen, and begins after it the next time, misses nothing.
    """
    if to_stream is not None and jsonl:
        raise UsageError("--to-stream writes nothing to standard output: leave out --jsonl")
    if keep is not None and to_stream is None:
        raise UsageError("--keep is for a stream: --to-stream NAME")
    settings, interrupt = settings_of(ctx), Interrupt(quietly=True)
    database = Database(settings.store).migrate()
    if to_stream is not None:
        _into_stream(settings, database, _Choice(to_stream, since or 0, keep, follow), interrupt)
    else:
        with database.read() as tx:
            after = since if since is not None else 0 if jsonl else max(0, last_seq(tx) - LAST)
        for stored in _read(Reader(database, after), interrupt, follow=follow):
            _show(stored, jsonl=jsonl)
    if interrupt.count:
        ctx.exit(EXIT_INTERRUPTED)


def _read(reader: Reader, interrupt: Interrupt, *, follow: bool) -> Iterator[StoredArticle]:
    if follow:
        yield from reader.follow(until=lambda: bool(interrupt.count), away=_say_away)
        return
    for stored in reader:
        yield stored
        if interrupt.count:
            return


def _say_away(exc: UnavailableError) -> None:
    say(f"copydesk: {harmless(str(exc))}; waiting", err=True)


def _show(stored: StoredArticle, *, jsonl: bool) -> None:
    if jsonl:
        click.echo(orjson.dumps(stored.published()))
        return
    article = stored.article
    kind = "new" if stored.version == 1 else f"version {stored.version}"
    click.echo(line_of(f"{stored.seq}  {stored.stored_at}  {kind}  {article.domain or '-'}  {article.headline or '-'}"))


def _into_stream(settings: Settings, database: Database, choice: _Choice, interrupt: Interrupt) -> None:
    from workers.redis_server import connect, redis_url
    from workers.streams import MOST_ENTRIES, Stream, feed_into

    client, number = connect(redis_url(settings)), 0
    stream = Stream(client, choice.name, most=choice.keep or MOST_ENTRIES)

    def look() -> list[StoredArticle]:
        return feed_into(stream, database, choice.since)

    pages = followed(look, until=lambda: bool(interrupt.count), away=_say_away) if choice.follow else iter(look, [])
    for page in pages:
        number += len(page)
        if interrupt.count:
            break
    client.close()
    click.echo(f"{number} articles into {stream.key}", err=True)
