"""What every subcommand begins with: settings, and the store behind them."""

from typing import Any

import click
import orjson

from config.settings import Settings, load
from pipeline.errors import UnavailableError
from pipeline.store.database import Database


def settings_of(ctx: click.Context, **flags: Any) -> Settings:
    """The settings in force, with the command's own flags on top; the home folder exists afterwards."""
    settings = load({**(ctx.obj or {}), **flags}).settings
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise UnavailableError(
            f"{settings.home} cannot be created: {exc.strerror}; set COPYDESK_HOME to a folder you may write to"
        ) from exc
    return settings


def database_of(ctx: click.Context) -> Database:
    """The migrated store."""
    return Database(settings_of(ctx).store).migrate()


def print_json(value: object, *, pretty: bool = False) -> None:
    """Write a value to standard output as JSON."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 if pretty else 0))
