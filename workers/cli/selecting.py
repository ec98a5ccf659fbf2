"""The options that choose stored articles, the same for every command."""

import functools
from collections.abc import Callable
from typing import Any

import click

from pipeline.store.selection import Selection

OPTIONS = {
    "site": "Only articles of this domain.",
    "language": "Only articles in this language (ISO 639-1).",
    "entity": "Only articles that name this person, organisation or place.",
    "place": "Only articles that name this place on the map.",
    "topic": "Only articles on this Media Topic (label or code).",
    "author": "Only articles by this author.",
    "story": "Only the reports on one event (cluster_id of any of them).",
}
"""Each option, and what its help says."""
DATES = ("since", "until")


def selecting(command: Callable[..., Any] | None = None, *, dates: bool = True) -> Callable[..., Any]:
    """Gives the command what was chosen as ``selection``.

    Where ``--since`` means a place in the feed, publication is chosen by ``--published-since`` and
    ``--published-until``; with ``dates=False`` the command has ``--since`` and ``--until`` of its own for it.
    """
    if command is None:
        return functools.partial(selecting, dates=dates)

    @functools.wraps(command)
    def chosen(*args: Any, **options: Any) -> Any:
        published = {name: options.pop(f"published_{name}" if dates else name) for name in DATES}
        selection = Selection(**{name: options.pop(name) for name in OPTIONS}, **published)
        return command(*args, selection=selection, **options)

    decorated: Callable[..., Any] = chosen
    if dates:
        decorated = click.option("--published-until", help="Only published before this day.")(decorated)
        told = "Only published on this day or later (2026-05-01, or 2026-05, or 2026)."
        decorated = click.option("--published-since", help=told)(decorated)
    for name, told in reversed(OPTIONS.items()):
        decorated = click.option(f"--{name}", help=told)(decorated)
    return decorated
