"""The options that choose stored articles, the same for every command."""

import functools
from collections.abc import Callable
from typing import Any

import click

from pipeline.store.selection import Selection

OPTIONS = {
    "site": "Only articles of this domain.",
    "language": "Only articles in this language (ISO 639-1).",
    "published-since": "Only published on this day or later (2026-05-01, or 2026-05, or 2026).",
    "published-until": "Only published before this day.",
}
"""Each option, and what its help says."""
FIELDS = {"published_since": "since", "published_until": "until"}
"""Fields of a ``Selection`` that are called otherwise."""


def selecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives the command what was chosen as ``selection``."""

    @functools.wraps(command)
    def chosen(*args: Any, **options: Any) -> Any:
        names = [name.replace("-", "_") for name in OPTIONS]
        selection = Selection(**{FIELDS.get(name, name): options.pop(name) for name in names})
        return command(*args, selection=selection, **options)

    decorated: Callable[..., Any] = chosen
    for name, told in reversed(OPTIONS.items()):
        decorated = click.option(f"--{name}", help=told)(decorated)
    return decorated
