"""``webhook``: published articles sent to other programs as they come."""

import os
import time
from datetime import UTC, datetime
from typing import Any

import click

from config.masking import masked
from config.settings import Settings
from pipeline.errors import DocumentError, UnavailableError, UsageError
from pipeline.fetch.posting import Poster
from pipeline.store.database import Database
from pipeline.store.feed import last_seq
from pipeline.store.ledger import new_id
from workers.cli import EXIT_INTERRUPTED, EXIT_SOME_FAILED, harmless
from workers.cli.context import line_of, print_json, say, settings_of
from workers.cli.interrupt import Interrupt
from workers.webhooks.book import HookBook
from workers.webhooks.delivery import Delivery, secret_of
from workers.webhooks.hooks import Hook, resumed
from workers.webhooks.signing import keys_of, new_secret


@click.group()
def webhook() -> None:
    """Send articles to other programs as they are published, signed by the Standard Webhooks specification.

    Hooks and their places are kept in the home folder; `copydesk webhook deliver` sends.
    """


@webhook.command("add")
@click.argument("url")
@click.option("--secret-env", metavar="NAME", help="Environment variable with the secret (whsec_…); none: one is made.")
@click.option("--since", type=click.IntRange(0), help="Begin after this seq; default: with what comes from now on.")
@click.pass_context
def add_hook(ctx: click.Context, url: str, secret_env: str | None, since: int | None) -> None:
    """Send to this https address; a secret that was made is printed, once. A paused hook is tried again.

    Other addresses than public ones, and http, only where COPYDESK_ALLOW_ADDRESSES lists them.
    """
    settings = settings_of(ctx.find_root())
    book = HookBook(settings.home)
    try:
        url = _poster(settings).check(url)
    except DocumentError as exc:
        raise UsageError(f"{url}: {exc.detail}") from exc
    if known := next((hook for hook in book.hooks() if hook.url == url), None):
        book.change(known.id, resumed)
        click.echo(f"{known.id} is there already and is tried again, on from seq {known.seq}", err=True)
        return
    with Database(settings.store).migrate().read() as tx:
        seq = last_seq(tx) if since is None else since
    secret = None if secret_env else new_secret()
    now = time.time()
    hook = Hook(id=f"wh_{new_id(now)}", url=url, secret=secret, secret_env=secret_env, seq=seq, added_at=now)
    keys_of(secret_of(hook, os.environ))
    book.add(hook)
    if secret:
        click.echo(secret)
    click.echo(f"{hook.id}: what comes after seq {seq}, once `copydesk webhook deliver --follow` runs", err=True)


@webhook.command("list")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_context
def list_hooks(ctx: click.Context, as_json: bool) -> None:
    """List where articles are sent to, how far each has come, and what is wrong."""
    found = [_row(hook) for hook in HookBook(settings_of(ctx.find_root()).home).hooks()]
    if as_json:
        print_json(found)
        return
    for row in found:
        say(line_of(_line(row)))
    click.echo(f"{len(found)} webhooks", err=True)


@webhook.command("remove")
@click.argument("key", metavar="URL-OR-ID")
@click.pass_context
def remove_hook(ctx: click.Context, key: str) -> None:
    """Send nothing more there, and forget how far it had come."""
    book = HookBook(settings_of(ctx.find_root()).home)
    found = [hook for hook in book.hooks() if key in (hook.id, hook.url, masked(hook.url))]
    if len(found) != 1:
        raise UsageError(f"{key}: {'more than one' if found else 'no'} webhook; `copydesk webhook list` has their ids")
    book.remove(found[0].id)
    click.echo(f"removed {found[0].id}", err=True)


@webhook.command("deliver")
@click.option("-f", "--follow", is_flag=True, help="Stay, and send what comes, until Ctrl-C; failures are tried again.")
@click.pass_context
def deliver(ctx: click.Context, follow: bool) -> None:
    """Send what each hook has not had yet, in store order, at least once; a hook that fails does not hold up others.

    Without --follow each is tried until its first failure; the exit code is 1 where there was one, or one is paused.
    """
    settings, interrupt = settings_of(ctx.find_root()), Interrupt(quietly=True)
    book, database = HookBook(settings.home), Database(settings.store).migrate()
    for hook in book.hooks():
        keys_of(secret_of(hook, os.environ))
    delivery = Delivery(database, book, _poster(settings), environment=os.environ)
    with book.delivering():
        if follow:
            delivery.follow(lambda: bool(interrupt.count), _say_away)
        else:
            click.echo(f"{delivery.once(lambda: bool(interrupt.count))} articles sent", err=True)
    if interrupt.count:
        ctx.exit(EXIT_INTERRUPTED)
    bad = [hook for hook in book.hooks() if hook.error or hook.paused]
    for hook in bad:
        say(line_of(harmless(f"{hook.id}: {hook.error}{f'; paused: {hook.paused}' if hook.paused else ''}")), err=True)
    ctx.exit(EXIT_SOME_FAILED if bad else 0)


def _poster(settings: Settings) -> Poster:
    return Poster(allowed=settings.allow_addresses)


def _say_away(exc: UnavailableError) -> None:
    say(f"copydesk: {harmless(str(exc))}; waiting", err=True)


def _row(hook: Hook) -> dict[str, Any]:
    """What may be shown of it."""
    state = "paused" if hook.paused else "failing" if hook.failures else "active"
    return {
        "id": hook.id, "url": masked(hook.url), "state": state, "seq": hook.seq, "failures": hook.failures,
        "error": masked(hook.error) if hook.error else None, "paused": hook.paused, "secret_env": hook.secret_env,
        "next": _iso(hook.due) if hook.failures and not hook.paused else None, "delivered": _iso(hook.delivered_at),
        "added": _iso(hook.added_at),
    }  # fmt: skip


def _line(row: dict[str, Any]) -> str:
    parts = [
        row["id"],
        row["url"],
        row["state"],
        f"up to seq {row['seq']}",
        f"last {row['delivered']}" if row["delivered"] else "nothing sent yet",
        f"next {row['next']}" if row["next"] else None,
        row["error"],
        row["paused"],
    ]
    return "  ".join(filter(None, parts))


def _iso(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat("T", "seconds")
