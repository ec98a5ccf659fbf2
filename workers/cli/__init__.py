"""The ``copydesk`` command. Each subcommand is a module here, imported only when it is called."""

import gc
import io
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from pipeline.errors import ConfigurationError, CopydeskError, UnavailableError, UsageError

EXIT_SOME_FAILED, EXIT_USAGE, EXIT_CONFIGURATION, EXIT_UNAVAILABLE = 1, 2, 3, 4
EXIT_NOTHING_STORED, EXIT_INTERRUPTED = 126, 130

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "demo": ("job", "run the whole job on the bundled sample pages"),
        "run": ("job", "the whole job on this machine: queue, fetch, clean, enrich, store"),
        "add": ("job", "queue inputs for the workers"),
        "watch": ("watch", "feeds and sitemaps that are read again on a schedule"),
        "worker": ("worker", "a worker of a fleet"),
        "dispatcher": ("fleet", "send what is due, for fleets of containers"),
        "migrate": ("fleet", "make or update the store's tables"),
        "up": ("background", "a worker and the server of this machine, in the background"),
        "down": ("background", "stop what `up` started"),
        "status": ("status", "the account: how many are where"),
        "top": ("top", "the same, live: rates, workers, failures, slowest hosts"),
        "show": ("reading", "one stored article"),
        "search": ("search", "full-text search over the store"),
        "schema": ("schema", "the tables and views of the store, as Markdown"),
        "tail": ("tail", "the change feed, in store order"),
        "webhook": ("webhook", "send articles to other programs as they come"),
        "export": ("export", "the stored articles as JSON Lines, or the archived pages as WARC"),
        "serve": ("serve", "read API, feed and metrics over HTTP"),
        "trace": ("reading", "one document's whole story"),
        "reprocess": ("reprocess", "read stored articles again, without fetching"),
        "failed": ("failed", "rejected and dead documents"),
        "extract": ("lines", "clean pages from standard input, without Redis and store"),
        "enrich": ("lines", "enrich articles from standard input, without Redis and store"),
        "inspect": ("inspect", "all stages for one input here, with why each field was chosen"),
        "config": ("configuration", "the settings in force"),
        "doctor": ("doctor", "check the installation and say what to do"),
    }
)
"""Command -> module of this package, and the line that ``--help`` shows without importing it."""

ENTRIES = {"search": "search_store"}
"""Functions that are not named after their command."""


class LazyGroup(click.Group):
    """Imports a subcommand when it is called: parsers, models and the queue are not loaded for ``--help``."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All names, in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; ``None`` without one."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        gc.disable()  # What is imported stays: looking for what could go takes a tenth of the start.
        try:
            imported = import_module(f"workers.cli.{module}")
        finally:
            gc.freeze()
            gc.enable()
        command: click.Command = getattr(imported, ENTRIES.get(cmd_name, cmd_name))
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, out of the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(), help="Folder for store, archive, logs (COPYDESK_HOME).")
@click.option("--store-url", help="Store: sqlite:///… or postgresql+psycopg://… (COPYDESK_STORE_URL).")
@click.option("--redis-url", help="Redis: redis://… or unix://…; none: an embedded one (COPYDESK_REDIS_URL).")
@click.version_option(package_name="copydesk")
@click.pass_context
def copydesk(ctx: click.Context, /, **flags: str | None) -> None:
    """Turn URLs and files into clean, enriched news articles."""
    ctx.obj = flags


def main() -> None:
    """Run the command; every foreseen error is one line on standard error and an exit code of its own."""
    threading.excepthook = _confess_of_thread
    try:
        code = copydesk.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as exc:
        click.echo(exc.ctx.get_help() if exc.ctx else "", err=True)
        code = EXIT_USAGE
    except click.ClickException as exc:
        _show(exc)
        code = EXIT_USAGE
    except CopydeskError as exc:
        complain(str(exc))
        code = _exit_code(exc)
    except (KeyboardInterrupt, click.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone away (`| head`): nothing is wrong, and Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as exc:  # noqa: BLE001 - a bug: whatever it is, its words are no more to be trusted than others
        _confess(exc)
        code = EXIT_SOME_FAILED
    sys.exit(code if isinstance(code, int) else 0)


def complain(text: str) -> None:
    """One line on standard error that says what is wrong, credentials masked."""
    click.echo(f"copydesk: {harmless(text)}", err=True)


def harmless(text: str) -> str:
    """What an error says, as one line that may be shown: credentials masked, control characters escaped."""
    from config.masking import escaped, masked

    return escaped(masked(text))


def _show(exc: click.ClickException) -> None:
    """As click does, which repeats what was typed."""
    told = io.StringIO()
    exc.show(told)
    click.echo("\n".join(map(harmless, told.getvalue().splitlines())), err=True)


def _confess(exc: Exception) -> None:
    """Tell of a bug in one line; its traceback is for those who look for it, and has no values of variables in it."""
    wants_trace = bool(os.environ.get("COPYDESK_DEBUG"))
    if wants_trace:
        lines = "".join(traceback.format_exception(exc)).splitlines()
        click.echo("\n".join(map(harmless, lines)), err=True)
    more = "" if wants_trace else ", with what COPYDESK_DEBUG=1 adds"
    complain(f"internal error: {type(exc).__name__}: {exc}; please report it{more}")


def _confess_of_thread(thread: threading.ExceptHookArgs) -> None:
    if isinstance(thread.exc_value, Exception):
        _confess(thread.exc_value)


def _exit_code(exc: CopydeskError) -> int:
    codes = {UsageError: EXIT_USAGE, ConfigurationError: EXIT_CONFIGURATION, UnavailableError: EXIT_UNAVAILABLE}
    return next((code for kind, code in codes.items() if isinstance(exc, kind)), EXIT_SOME_FAILED)
