"""``export``: the store, or the pages that it was made from, as a file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import IO

import click

from pipeline.errors import UnavailableError, UsageError
from pipeline.store.archive import Archive
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.selection import Selection
from workers.cli.context import settings_of
from workers.cli.selecting import selecting

TABULAR = {"jsonl": "pipeline.store.exports.jsonl:write_jsonl", "csv": "pipeline.store.exports.csv:write_csv"}
"""Formats that articles are written in, and what writes them."""


@click.command()
@click.option("--format", "file_format", type=click.Choice([*TABULAR, "warc"]), default="jsonl", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="A file (default: standard output).")
@click.option("--since", type=click.IntRange(0), help="Only what came into the store, or changed, after this seq.")
@selecting
@click.pass_context
def export(
    ctx: click.Context, /, file_format: str, output: str | None, since: int | None, selection: Selection
) -> None:
    """Write the stored articles in store order, as JSON Lines or CSV; or, as WARC, the archived pages.

    A file appears under its name when it is whole. Without --since a WARC file has every page that was kept, those of
    duplicates and rejected documents too; it is compressed record by record when its name ends in .gz.
    """
    settings = settings_of(ctx)
    database = Database(settings.store).migrate()
    if file_format == "warc":
        if selection != Selection():
            raise UsageError("pages are exported all, or from a seq on: --since; the other choices are for articles")
        with opened(output) as out:
            _warc(database, Archive(settings.home / "archive"), since, out, is_gzip=(output or "").endswith(".gz"))
        return
    module, _, name = TABULAR[file_format].partition(":")
    write = getattr(import_module(module), name)
    with opened(output) as out:
        number = write(ArticleStore(database).select(replace(selection, seq=since or 0)), out)
    if output not in (None, "-"):
        click.echo(f"{number} articles", err=True)


def _warc(database: Database, archive: Archive, since: int | None, out: IO[bytes], *, is_gzip: bool) -> None:
    from pipeline.store.pages import archived
    from pipeline.store.warc import write_warc

    number = write_warc(
        archived(database, archive, since=since), out, gzip=is_gzip, software=f"Copydesk/{version('copydesk')}"
    )
    click.echo(f"{number} pages", err=True)


@contextmanager
def opened(output: str | None) -> Iterator[IO[bytes]]:
    """A file to write to, standard output for ``None`` and ``-``. Raises UnavailableError.

    It is written beside its place and put there when it is whole: what breaks off leaves an earlier file as it was.
    """
    if output is None or output == "-":
        yield sys.stdout.buffer
        return
    path = Path(output)
    is_special = path.exists() and not path.is_file()  # a pipe or device is written where it is
    place = path if is_special else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with place.open("wb") as out:
            yield out
        place.replace(path)
    except OSError as exc:
        if isinstance(exc, BrokenPipeError):
            raise
        raise UnavailableError(f"{output} cannot be written: {exc.strerror}") from exc
    finally:
        if not is_special:
            place.unlink(missing_ok=True)
