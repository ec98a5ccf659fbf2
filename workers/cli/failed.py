"""``failed``: rejected and dead documents."""

from datetime import UTC, datetime
from typing import Any

import click

from pipeline.store import account
from workers.cli.context import database_of, print_json


@click.group()
def failed() -> None:
    """Show rejected and dead documents by reason and stage."""


@failed.command("list")
@click.option("--reason", help="Only with this reason.")
@click.option("--stage", help="Only ended in this stage.")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_context
def list_failed(ctx: click.Context, reason: str | None, stage: str | None, limit: int, as_json: bool) -> None:
    """List them, newest first."""
    with database_of(ctx.find_root()).read() as tx:
        rows = [_entry(row) for row in account.failures(tx, reason=reason, stage=stage, limit=limit)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['state']}: {row['reason']}  {row['input']}{_detail(row['error'])}")
    click.echo(f"{len(rows)} failed", err=True)


def _entry(row: Any) -> dict[str, Any]:
    when = None if row.finished_at is None else datetime.fromtimestamp(row.finished_at, UTC).isoformat("T", "seconds")
    return {
        "id": row.id, "input": row.input, "state": row.state, "reason": row.reason, "stage": row.stage,
        "attempts": row.attempts, "error": row.detail, "when": when,
    }  # fmt: skip


def _detail(text: str | None) -> str:
    return f"  ({text})" if text else ""
