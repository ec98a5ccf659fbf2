"""``watch``: feeds and sitemaps that are read again on a schedule, as long as workers run."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any

import click

from pipeline.errors import Rejected, UsageError
from pipeline.store import watches
from pipeline.store.database import Database
from pipeline.store.watches import Watch
from pipeline.urls import canonicalise
from workers.cli.context import database_of, line_of, print_json, say, settings_of
from workers.runtime import Runtime

FIRST_INTERVAL = 12
"""A schedule begins at so many times the shortest interval: an hour by default, soon put right by what is found."""


@click.group()
def watch() -> None:
    """Read feeds and sitemaps again and again, and queue what is new in them.

    They are read while `copydesk worker` or `copydesk run` runs somewhere.
    """


@watch.command("add")
@click.argument("feeds", nargs=-1, required=True, metavar="FEED…")
@click.option(
    "--every", type=click.FloatRange(1), metavar="SECONDS",
    help="Read them as often as this, instead of as often as they bring something.",
)  # fmt: skip
@click.pass_context
def add_watches(ctx: click.Context, feeds: tuple[str, ...], every: float | None) -> None:
    """Watch RSS, Atom and JSON feeds, sitemaps and sitemap indexes; one that is watched already is due at once."""
    urls = [_address(feed) for feed in feeds]
    runtime = Runtime(settings_of(ctx.find_root()))
    settings = runtime.settings
    interval = min(settings.watch_shortest * FIRST_INTERVAL, max(settings.watch_shortest, settings.watch_longest))
    with runtime.database.write() as tx:
        added = [watches.add(tx, url, now=runtime.clock(), interval=every or interval, every=every) for url in urls]
    click.echo(f"watching {sum(added)} more", err=True)


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_context
def list_watches(ctx: click.Context, as_json: bool) -> None:
    """List what is watched, when it is read next, and what was found."""
    found = [entry.row() for entry in _entries(database_of(ctx.find_root()))]
    if as_json:
        print_json(found)
        return
    for row in found:
        say(line_of(_line(row)))
    click.echo(f"{len(found)} watched", err=True)


@watch.command("remove")
@click.argument("feeds", nargs=-1, required=True, metavar="FEED…")
@click.pass_context
def remove_watches(ctx: click.Context, feeds: tuple[str, ...]) -> None:
    """Watch them no more; what was found in them stays."""
    urls = [_address(feed) for feed in feeds]
    with database_of(ctx.find_root()).write() as tx:
        for feed, url in zip(feeds, urls, strict=True):
            if not watches.remove(tx, url):
                raise UsageError(f"{feed} is not watched; `copydesk watch list` lists what is. Nothing was removed")
    click.echo(f"removed {len(set(urls))}", err=True)


def _address(feed: str) -> str:
    try:
        url = canonicalise(feed)
    except Rejected as exc:
        raise UsageError(f"{feed}: {exc.detail}") from exc
    if not url.startswith("http"):
        raise UsageError(f"{feed}: only what has an http or https address can be watched")
    return url


@dataclass(frozen=True)
class _Entry:
    """A watch of the user's, and the sitemaps below it."""

    top: Watch
    below: Sequence[Watch]

    def row(self) -> dict[str, Any]:
        both = [self.top, *self.below]
        return {
            "url": self.top.url, "title": self.top.title, "every": self.top.every, "interval": self.top.interval,
            "next": _iso(min(each.due for each in both)), "last": _iso(max((each.read_at or 0) for each in both)),
            "found": sum(each.found for each in both), "sitemaps": len(self.below), "error": self._error(),
        }  # fmt: skip

    def _error(self) -> str | None:
        bad = [each for each in self.below if each.error]
        if self.top.error or not bad:
            return self.top.error
        return f"{len(bad)} of {len(self.below)} sitemaps, such as {bad[0].url}: {bad[0].error}"


def _entries(database: Database) -> Iterator[_Entry]:
    with database.read() as tx:
        rows = watches.listed(tx)
    below: dict[str, list[Watch]] = defaultdict(list)
    for row in rows:
        if row.parent is not None:
            below[row.parent].append(row)
    for row in rows:
        if row.parent is None:
            yield _Entry(row, list(_all_below(row, below)))


def _all_below(top: Watch, below: dict[str, list[Watch]]) -> Iterator[Watch]:
    level: Iterable[Watch] = [top]
    for _ in range(watches.DEEPEST):
        level = [each for parent in level for each in below.get(parent.url, ())]
        yield from level


def _line(row: dict[str, Any]) -> str:
    parts = [
        row["title"],
        f"{row['found']} found",
        f"{row['sitemaps']} sitemaps" if row["sitemaps"] else None,
        f"last read {row['last']}" if row["last"] else "not read yet",
        f"next {row['next']}" if row["next"] else "not read again",
        row["error"],
    ]
    return "  ".join([row["url"], *filter(None, parts)])


def _iso(moment: float) -> str | None:
    """``None`` for never."""
    return None if moment in (0, inf) else datetime.fromtimestamp(moment, UTC).isoformat("T", "seconds")
