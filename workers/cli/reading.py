"""Commands that read of one document: ``show``, ``trace``."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from pipeline.documents import StoredArticle
from pipeline.errors import UsageError
from pipeline.store import lookup
from pipeline.store.articles import ArticleStore
from workers.cli.compared import show_difference
from workers.cli.context import database_of, line_of, print_json, say, settings_of
from workers.cli.moments import story_event, told
from workers.whereabouts import whereabouts

FIRST, LAST = 4, 12
"""Events that are shown of a long story."""


@click.command()
@click.argument("key", metavar="ID-OR-URL")
@click.option("--version", type=click.IntRange(1), help="An earlier version.")
@click.option("--diff", is_flag=True, help="What that version changed, compared with the one before it.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def show(ctx: click.Context, key: str, version: int | None, diff: bool, as_json: bool) -> None:
    """Show one stored article, or what its editors changed."""
    database = database_of(ctx)
    stored = ArticleStore(database).get(key, version)
    if stored is None:
        stored = _by_document(database, key, version)
    if diff:
        show_difference(database, stored, as_json=as_json)
    elif as_json:
        print_json(stored.published(), pretty=True)
    else:
        say("\n".join(_readable(stored)))


@click.command()
@click.argument("key", metavar="URL-OR-ID")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def trace(ctx: click.Context, key: str, as_json: bool) -> None:
    """Tell one document's whole story: each attempt, stage, worker, time and outcome."""
    settings = settings_of(ctx)
    with database_of(ctx).read() as tx:
        row = lookup.find_document(tx, key)
        if row is None:
            raise UsageError(f"nothing known of {key!r}: give a URL or file as it was queued, or an id")
        events = [story_event(event) for event in lookup.story(tx, row.id)]
        where = whereabouts(tx, row, settings)
    if as_json:
        story = {name: getattr(row, name) for name in ("id", "input", "url", "state", "reason")}
        print_json(story | {"events": events})
        return
    say(line_of(f"{row.id}  {row.input}"))
    if row.url != row.input:
        say(line_of(f"{'':{len(row.id)}}  {row.url}"))
    say(line_of(f"{row.state}{f': {row.reason}' if row.reason else ''}{_detail(row.detail)}"))
    for line in where:
        say(line_of(f"  {line}"))
    for event in _on_one_screen(events):
        say(line_of(told(event)) if event else f"... {len(events) - FIRST - LAST} more; all with --json")


def _on_one_screen(events: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any] | None]:
    """The first and the last, with ``None`` for those between."""
    is_long = len(events) > FIRST + LAST + 1
    yield from (*events[:FIRST], None, *events[-LAST:]) if is_long else events


def _by_document(database: Any, key: str, version: int | None) -> StoredArticle:
    """The article that a document of the ledger became; raises UsageError where there is none."""
    with database.read() as tx:
        row = lookup.find_document(tx, key)
    stored = ArticleStore(database).get(row.article_id, version) if row is not None and row.article_id else None
    if stored is None:
        known = f"{row.state}{f' ({row.reason})' if row.reason else ''}, not in the store" if row is not None else ""
        raise UsageError(f"{key}: {known or 'no such article; `copydesk export` lists all'}")
    return stored


def _readable(stored: StoredArticle) -> list[str]:
    article = stored.article
    names = ", ".join(author.name for author in article.authors)
    facts = [article.site_name, article.date_published, names, article.dateline, article.language]
    return [
        line_of(article.headline or "(no headline)"), line_of(" · ".join(fact for fact in facts if fact)),
        article.canonical_url or article.url or "", f"id {article.id}, version {stored.version}, seq {stored.seq}", "",
        *([article.description, ""] if article.description else []), article.body,
    ]  # fmt: skip


def _detail(text: str | None) -> str:
    return f"  ({text})" if text else ""
