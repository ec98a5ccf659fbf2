"""``failed``: rejected and dead documents - list them, look at one, send them through again, drop or export them."""

import functools
import getpass
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import click
import orjson

from pipeline.documents import KEPT
from pipeline.errors import UsageError
from pipeline.stage import PIPELINE
from pipeline.store import ledger, lookup
from pipeline.store.failures import Change, Which, change_all, failures, traceback_of
from pipeline.store.states import FAILED
from workers.cli.context import database_of, line_of, print_json, say
from workers.cli.export import opened
from workers.cli.moments import AGE, story_event, told


@click.group()
def failed() -> None:
    """Show rejected and dead documents, and send them through again."""


def choice(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ways to choose failed documents, the same for every command: given to it as ``which``."""

    @click.argument("ids", nargs=-1, metavar="[ID-OR-URL]…")
    @click.option("--state", type=click.Choice(FAILED), help="Only rejected, or only dead ones.")
    @click.option("--reason", help="Only with this reason.")
    @click.option("--stage", type=click.Choice([stage.name for stage in PIPELINE]), help="Only ended in this stage.")
    @click.option("--host", help="Only of this host.")
    @click.option("--since", type=AGE, help="Only ended since then: a date, or an age such as 90m, 12h, 7d.")
    @click.option("--until", type=AGE, help="Only ended before then.")
    @click.option("--traceback", help="Only failed by this bug: the digest of its traceback.")
    @functools.wraps(command)
    def chosen(*args: Any, **options: Any) -> Any:
        names = ("ids", "state", "reason", "stage", "host", "since", "until", "traceback")
        which = Which(**{name: options.pop(name) for name in names})
        return command(*args, which=which, **options)

    return chosen


@failed.command("list")
@choice
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--dropped", is_flag=True, help="Those that were dropped, instead of the others.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_context
def list_failed(ctx: click.Context, which: Which, limit: int, dropped: bool, as_json: bool) -> None:
    """List them, newest first."""
    which = replace(which, dropped=dropped)
    with database_of(ctx.find_root()).read() as tx:
        rows = [_entry(row) for row in islice(failures(tx, which, limit=limit), limit)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        say(line_of(f"{row['id']}  {row['state']}: {row['reason']}  {row['input']}{_detail(row['error'])}"))
    click.echo(f"{len(rows)} failed", err=True)


@failed.command("show")
@click.argument("key", metavar="ID-OR-URL")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def show_failed(ctx: click.Context, key: str, as_json: bool) -> None:
    """Show all that is known of one: the input as it came, and every attempt with its reason."""
    with database_of(ctx.find_root()).read() as tx:
        named = Which(ids=(key,))
        row = next((row for choice in (named, replace(named, dropped=True)) for row in failures(tx, choice)), None)
        if row is None:
            raise UsageError(f"{key}: not among the failed documents; `copydesk trace` tells what became of it")
        where = traceback_of(tx, row.traceback)
        shown = _whole(row) | {"events": [story_event(event) for event in lookup.story(tx, row.id)]}
        shown["traceback_text"] = where
    if as_json:
        print_json(shown, pretty=True)
        return
    events, where = shown.pop("events"), shown.pop("traceback_text")
    for name, value in shown.items():
        say(line_of(f"{name:<12}{value if value is not None else '-'}"))
    for event in events:
        say(line_of(told(event)))
    if where:
        say(f"\n{where}")


@failed.command("retry")
@choice
@click.option("--all", "is_all", is_flag=True, help="All of them; without any other choice it must be said.")
@click.pass_context
def retry_failed(ctx: click.Context, which: Which, is_all: bool) -> None:
    """Send them through the pipeline again, from the beginning; to say it twice does nothing more.

    The workers take them up; without any, `copydesk worker` or the next `copydesk run` does. Who asked, and when, goes
    into each document's story (`copydesk trace`).
    """
    by_hand(ctx, which, ledger.replay, is_all=is_all, done="sent through again")


@failed.command("drop")
@choice
@click.option("--all", "is_all", is_flag=True, help="All of them; without any other choice it must be said.")
@click.pass_context
def drop_failed(ctx: click.Context, which: Which, is_all: bool) -> None:
    """Take them off the list: they have been seen to. They stay in the account as they ended.

    `failed list --dropped` shows them, `failed retry ID` brings one back. Who dropped it goes into its story.
    """
    by_hand(ctx, which, ledger.drop, is_all=is_all, done="dropped")


def by_hand(ctx: click.Context, which: Which, change: Change, *, is_all: bool, done: str) -> None:
    """Change the chosen documents in the ledger, some hundred at a time, in the name of who asked."""
    if which == Which() and not is_all:
        raise UsageError("say which: ids, --reason, --stage, --host, --since … or --all")
    by = f"{getpass.getuser()}@{socket.gethostname()}"
    changed = change_all(database_of(ctx.find_root()), which, change, by=by, now=time.time())
    click.echo(f"{changed} {done}", err=True)


@failed.command("export")
@choice
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="A file (default: standard output).")
@click.pass_context
def export_failed(ctx: click.Context, which: Which, output: str | None) -> None:
    """Write them as JSON Lines, all that is known of each."""
    with database_of(ctx.find_root()).read() as tx, opened(output) as out:
        for row in failures(tx, which):
            out.write(orjson.dumps(_whole(row), option=orjson.OPT_APPEND_NEWLINE))


def _entry(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "input": row.input, "state": row.state, "reason": row.reason, "stage": row.stage,
        "attempts": row.attempts, "error": row.detail, "when": _moment(row.finished_at),
    }  # fmt: skip


def _whole(row: Any) -> dict[str, Any]:
    more = {"url": row.url, "host": row.host or None, "accepted_at": _moment(row.accepted_at), "worker": row.worker}
    more |= {"traceback": row.traceback, "dropped_at": _moment(row.dropped_at)}
    return _entry(row) | more | {"location": None if row.location == KEPT else row.location, "carry": row.carry}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat("T", "seconds")


def _detail(text: str | None) -> str:
    return f"  ({text})" if text else ""
