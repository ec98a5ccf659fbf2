"""The ways to name inputs on the command line: arguments, lists of URLs, feeds and sitemaps."""

import functools
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import click

from pipeline.errors import UsageError
from pipeline.fetch.inputs import FoundInput, NotAnInput, lines_of, recognise, urls_in
from workers.runtime import Runtime

Recognised: TypeAlias = FoundInput | NotAnInput


@dataclass(frozen=True)
class Named:
    """What a command line names as input."""

    arguments: tuple[str, ...] = ()
    url_files: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def input_options(command: Any) -> Any:
    """The ways to name inputs, the same for every command that takes some: given to it as ``named``."""

    @click.argument("inputs", nargs=-1, metavar="INPUT…")
    @click.option("--urls", "url_files", multiple=True, metavar="FILE", help="A text file of URLs, one a line.")
    @click.option("--feed", "feeds", multiple=True, metavar="URL", help="All that an RSS, Atom or JSON feed names.")
    @click.option("--sitemap", "sitemaps", multiple=True, metavar="URL", help="All that a sitemap or its index names.")
    @functools.wraps(command)
    def gathered(
        *args: Any,
        inputs: tuple[str, ...],
        url_files: tuple[str, ...],
        feeds: tuple[str, ...],
        sitemaps: tuple[str, ...],
        **others: Any,
    ) -> Any:
        return command(*args, named=Named(inputs, url_files, feeds, sitemaps), **others)

    return gathered


def recognised(named: Named, runtime: Runtime) -> Iterator[Recognised]:
    """All that was named, lazily: a listing is asked for when its turn comes. Raises UsageError when nothing was."""
    if named == Named():
        raise UsageError("no input: name URLs, files or folders, or - for URLs on standard input")
    return chain(
        chain.from_iterable(
            urls_in(lines_of(sys.stdin)) if each == "-" else recognise(each) for each in named.arguments
        ),
        chain.from_iterable(map(_urls_of, named.url_files)),
        _listed(named, runtime) if named.feeds or named.sitemaps else (),
    )


def _listed(named: Named, runtime: Runtime) -> Iterator[Recognised]:
    from workers.cli import listings  # with the HTTP client; who names no listing starts without it

    read = functools.partial(listings.read, runtime)
    return chain(
        chain.from_iterable(listings.in_feed(address, read) for address in named.feeds),
        chain.from_iterable(listings.in_sitemap(address, read) for address in named.sitemaps),
    )


def _urls_of(name: str) -> Iterable[Recognised]:
    try:
        with Path(name).open(encoding="utf-8", errors="replace") as lines:
            yield from urls_in(lines_of(lines))
    except OSError as exc:
        yield NotAnInput(name, f"cannot be read: {exc.strerror}")
