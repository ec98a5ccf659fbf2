"""``export``: the store, or the pages that it was made from, as a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

import click
import orjson

from pipeline.errors import UnavailableError
from pipeline.store.archive import Archive
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from workers.cli.context import settings_of


@click.command()
@click.option("--format", "file_format", type=click.Choice(["jsonl", "warc"]), default="jsonl", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="A file (default: standard output).")
@click.option("--since", type=click.IntRange(0), help="Only what came into the store after this seq.")
@click.pass_context
def export(ctx: click.Context, file_format: str, output: str | None, since: int | None) -> None:
    """Write the stored articles, one JSON object a line, in store order; or, as WARC, the archived pages.

    Without --since a WARC file has every page that was kept, those of duplicates and rejected documents too. It is
    compressed record by record when its name ends in .gz.
    """
    settings = settings_of(ctx)
    database = Database(settings.store).migrate()
    with opened(output) as out:
        if file_format == "jsonl":
            for stored in ArticleStore(database).since(since or 0):
                out.write(orjson.dumps(stored.published(), option=orjson.OPT_APPEND_NEWLINE))
        else:
            _warc(database, Archive(settings.home / "archive"), since, out, is_gzip=(output or "").endswith(".gz"))


def _warc(database: Database, archive: Archive, since: int | None, out: IO[bytes], *, is_gzip: bool) -> None:
    from pipeline.store.pages import archived
    from pipeline.store.warc import write_warc

    number = write_warc(
        archived(database, archive, since=since), out, gzip=is_gzip, software=f"Copydesk/{version('copydesk')}"
    )
    click.echo(f"{number} pages", err=True)


@contextmanager
def opened(output: str | None) -> Iterator[IO[bytes]]:
    """A file to write to, standard output for ``None`` and ``-``. Raises UnavailableError."""
    if output is None or output == "-":
        yield sys.stdout.buffer
        return
    try:
        with Path(output).open("wb") as out:
            yield out
    except OSError as exc:
        raise UnavailableError(f"{output} cannot be written: {exc.strerror}") from exc
