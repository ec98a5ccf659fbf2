"""What every subcommand begins with - settings, the store, warnings - and how it says what it found."""

import logging
import re
from typing import TYPE_CHECKING, Any

import click
import orjson

from config.masking import escaped
from config.settings import Settings, load
from pipeline.errors import UnavailableError

if TYPE_CHECKING:
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


def database_of(ctx: click.Context) -> "Database":
    """The migrated store."""
    from pipeline.store.database import Database  # slow to import, and a glance does without

    return Database(settings_of(ctx).store).migrate()


def begin_warnings() -> None:
    """Warnings of this process from now on, masked and escaped like any log, each once as long as it stays the same."""
    handlers: list[logging.Handler] = [_FirstWarning()]
    logging.basicConfig(level=logging.WARNING, handlers=handlers, force=True)
    logging.captureWarnings(True)


class _FirstWarning(logging.Handler):
    """Sets up who writes warnings when there is one: what makes them readable is slow to import."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, and leave all others to the new handlers."""
        from config.logs import set_up_logs

        set_up_logs(logging.WARNING, style="text")
        for handler in logging.getLogger().handlers:
            handler.addFilter(_IsNew())
        logging.getLogger(record.name).handle(record)


class _IsNew(logging.Filter):
    """Whether a record says something else than the one before it."""

    _last: str | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Remembers what it says."""
        try:
            before, self._last = self._last, record.getMessage()
        except Exception:  # noqa: BLE001 - arguments that do not fit: the log says so in a way of its own
            return True
        return before != self._last


_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_JOINERS = "\u200c\u200d"
_UNPRINTABLE_LINE = re.compile(rf"[^ -~{_SPACES}{_JOINERS}]+")
_UNPRINTABLE = re.compile(rf"[^ -~{_SPACES}{_JOINERS}\n\t]+")
"""Candidates only: ``escaped`` decides. The spaces of other scripts and what joins their letters do no harm."""


def line_of(text: str) -> str:
    """The text as one line of a terminal: whatever a page put into it, nothing but letters reaches the screen."""
    return _UNPRINTABLE_LINE.sub(lambda found: escaped(found[0]), text)


def say(text: str, *, err: bool = False, **style: Any) -> None:
    """Print for people what may come from pages or inputs; its line breaks and tabs stay. ``style``: as click has it.

    What must stay one line goes through ``line_of`` first.
    """
    click.secho(_UNPRINTABLE.sub(lambda found: escaped(found[0]), text), err=err, **style)


def print_json(value: object, *, pretty: bool = False) -> None:
    """Write a value to standard output as JSON."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 if pretty else 0))
