"""``export``: the store, or the pages that it was made from, as a file."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import IO

import click

from pipeline.errors import ConfigurationError, UnavailableError
from pipeline.store.archive import Archive
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.pages import ArchivedPage, archived
from pipeline.store.selection import Selection
from workers.cli.context import settings_of
from workers.cli.selecting import selecting

FORMATS = ("jsonl", "csv", "parquet", "ninjs")
"""What articles are written in: ``write_NAME`` in ``pipeline.store.exports.NAME``, imported when it is asked for."""


@click.command()
@click.option("--format", "file_format", type=click.Choice([*FORMATS, "warc"]), default="jsonl", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="A file (default: standard output).")
@click.option("--since", type=click.IntRange(0), help="Only what came into the store, or changed, after this seq.")
@selecting
@click.pass_context
def export(
    ctx: click.Context, /, file_format: str, output: str | None, since: int | None, selection: Selection
) -> None:
    """Write the stored articles in store order, or, as WARC, the archived pages that they were read from.

    A file appears under its name when it is whole. A WARC file without any choice has every page that was kept, those
    of duplicates and rejected documents too; it is compressed record by record when its name ends in .gz.
    """
    settings = settings_of(ctx)
    database = Database(settings.store).migrate()
    chosen = replace(selection, seq=since or 0)
    if file_format == "warc":
        is_all = since is None and selection == Selection()
        pages = archived(database, Archive(settings.home / "archive"), None if is_all else chosen)
        with opened(output) as out:
            number = _warc(pages, out, is_gzip=(output or "").endswith(".gz"))
        click.echo(f"{number} pages", err=True)
        return
    write = _writer(file_format)
    with opened(output) as out:
        number = write(ArticleStore(database).pages(chosen), out)
    if output not in (None, "-"):
        click.echo(f"{number} articles", err=True)


def _writer(file_format: str) -> Callable[[Iterable[Sequence[str]], IO[bytes]], int]:
    try:
        module = import_module(f"pipeline.store.exports.{file_format}")
    except ModuleNotFoundError as exc:
        if exc.name != "pyarrow":
            raise
        raise ConfigurationError("parquet needs pyarrow: pip install 'copydesk[parquet]'") from exc
    write: Callable[[Iterable[Sequence[str]], IO[bytes]], int] = getattr(module, f"write_{file_format}")
    return write


def _warc(pages: Iterable[ArchivedPage], out: IO[bytes], *, is_gzip: bool) -> int:
    from pipeline.store.warc import write_warc  # warcio is slow to import

    return write_warc(pages, out, gzip=is_gzip, software=f"Copydesk/{version('copydesk')}")


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
