"""``extract`` and ``enrich``: JSON Lines in, JSON Lines out, each answered before the next is read."""

import sys
from collections.abc import Callable

import click


@click.command()
def extract() -> None:
    """Clean pages: {"id","html","url"} a line in, an article with the same id a line out."""
    from pipeline.clean.extract import extract_line

    _answer(extract_line)


@click.command()
def enrich() -> None:
    """Enrich articles: {"id","headline","body","date_published","language"} a line in, its enrichment a line out."""
    from pipeline.enrich.lines import enrich_line

    _answer(enrich_line)


def _answer(function: Callable[[str], str]) -> None:
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for line in sys.stdin:
        if line.strip():
            sys.stdout.buffer.write(function(line).rstrip("\n").encode("utf-8", "replace") + b"\n")
            sys.stdout.buffer.flush()
