"""``extract`` and ``enrich``: JSON Lines in, JSON Lines out, each answered before the next is read."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import orjson

from config.settings import load
from pipeline.errors import CopydeskError
from workers.cli import EXIT_SOME_FAILED
from workers.own_enrichers import load_enrichers
from workers.processes import keep_what_is_loaded


@click.command()
def extract() -> None:
    """Clean pages: {"id","html","url"} a line in, an article with the same id a line out."""
    from pipeline.clean.extract import extract_line

    _answer(extract_line)


@click.command()
@click.pass_context
def enrich(ctx: click.Context) -> None:
    """Enrich articles: {"id","headline","body","date_published","language"} a line in, its enrichment a line out."""
    from pipeline.enrich.lines import enrich_line

    extras = load_enrichers(load(ctx.obj).settings.enrichers, Path.cwd())
    _answer(partial(enrich_line, extras=extras))


def _answer(function: Callable[[str], str]) -> None:
    """One line for each line: an answer, or ``{"id": null, "error": …}`` for what is no request; then exit 1."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    failed = False
    for number, line in enumerate(sys.stdin):
        if not line.strip():
            continue
        try:
            answer = function(line).rstrip("\n").encode("utf-8", "replace")
        except CopydeskError as exc:
            failed = True
            answer = orjson.dumps({"id": None, "error": str(exc)})
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
        if number == 0:
            keep_what_is_loaded()
    sys.exit(EXIT_SOME_FAILED if failed else 0)
