"""``search``: full-text search over the store."""

from typing import Any

import click

from pipeline.store.search.searching import LIMIT, MOST, Hit, search
from pipeline.store.search.snippets import Snippet
from pipeline.store.selection import Selection
from workers.cli.context import database_of, line_of, print_json, say
from workers.cli.selecting import selecting


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option("--since", help="Only published on this day or later (2026-05-01, or 2026-05, or 2026).")
@click.option("--until", help="Only published before this day.")
@click.option("--limit", type=click.IntRange(1, MOST), default=LIMIT, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@selecting(dates=False)
@click.pass_context
def search_store(ctx: click.Context, /, text: tuple[str, ...], limit: int, as_json: bool, selection: Selection) -> None:
    """Find articles by their words; those with the words in the headline first, then the newest.

    TEXT: words that must all be there; "words in a row"; OR, NOT (or -word), parentheses; begin* for beginnings.
    """
    with database_of(ctx).read() as tx:
        hits = search(tx, " ".join(text), selection, limit=limit).hits
    if as_json:
        print_json([_told(hit) for hit in hits])
        return
    for hit in hits:
        _show(hit)
    if not hits:
        click.echo("nothing found", err=True)


def _told(hit: Hit) -> dict[str, Any]:
    snippet = {"text": hit.snippet.text, "marks": [{"start": start, "end": end} for start, end in hit.snippet.marks]}
    names = ("seq", "headline", "url", "site", "language", "date_published", "score")
    return {"id": hit.article_id, **{name: getattr(hit, name) for name in names}, "snippet": snippet}


def _show(hit: Hit) -> None:
    say(line_of(hit.headline or "(no headline)"), bold=True)
    facts = [hit.site, (hit.date_published or "")[:10], hit.article_id]
    say(line_of("  " + " · ".join(fact for fact in facts if fact)))
    click.echo(f"  {_marked(hit.snippet)}\n")


def _marked(snippet: Snippet) -> str:
    """The snippet with its marks in bold, where the terminal can."""
    shown, at = "", 0
    for start, end in snippet.marks:
        shown += line_of(snippet.text[at:start]) + click.style(line_of(snippet.text[start:end]), bold=True)
        at = end
    return shown + line_of(snippet.text[at:])
