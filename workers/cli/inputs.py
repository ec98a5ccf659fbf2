"""The ways to name inputs on the command line: arguments, lists of URLs, feeds and sitemaps."""

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import click

from pipeline.errors import DocumentError, Rejected, UsageError
from pipeline.fetch.client import Reply
from pipeline.fetch.files import read_bounded
from pipeline.fetch.inputs import FoundInput, NotAnInput, lines_of, recognise, urls_in
from pipeline.fetch.listings import MOST_BYTES, Listing, read_listing
from pipeline.fetch.pages import body_of
from pipeline.urls import canonicalise, file_uri, path_of
from workers.runtime import Runtime

DEEPEST = 5
"""Sitemap indexes inside each other; the protocol allows one."""

Recognised: TypeAlias = FoundInput | NotAnInput
Read: TypeAlias = Callable[[str], Listing]
"""Reads the listing at an address or in a file; raises ``DocumentError``."""


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
    read = functools.partial(_listing, runtime)
    return chain(
        chain.from_iterable(
            urls_in(lines_of(sys.stdin)) if each == "-" else recognise(each) for each in named.arguments
        ),
        chain.from_iterable(map(_urls_of, named.url_files)),
        chain.from_iterable(in_feed(address, read) for address in named.feeds),
        chain.from_iterable(in_sitemap(address, read) for address in named.sitemaps),
    )


def in_feed(address: str, read: Read) -> Iterator[Recognised]:
    """The entries of a feed; each carries the feed's address, by which articles of several feeds are told apart."""
    try:
        listing = read(address)
    except DocumentError as exc:
        yield NotAnInput(address, f"the feed cannot be read: {exc.detail or exc}")
        return
    for entry in listing.entries:
        yield FoundInput(entry.url, canonicalise(entry.url), {"feed": address})


def in_sitemap(address: str, read: Read) -> Iterator[Recognised]:
    """The pages of a sitemap and of those that it names, depth first, each sitemap once.

    Nothing is carried: a page's site says already where it came from, and a million times the same line fills a disk.
    """
    waiting, seen = [(address, 0)], {address}
    while waiting:
        at, depth = waiting.pop()
        try:
            listing = read(at)
        except DocumentError as exc:
            yield NotAnInput(at, f"the sitemap cannot be read: {exc.detail or exc}")
            continue
        yield from (FoundInput(entry.url, canonicalise(entry.url)) for entry in listing.entries)
        fresh = [url for url in dict.fromkeys(listing.further) if url not in seen]
        if fresh and depth == DEEPEST:
            yield NotAnInput(
                at, f"sitemap indexes lie more than {DEEPEST} deep inside each other; the rest is left out"
            )
            continue
        seen.update(fresh)
        waiting += [(url, depth + 1) for url in reversed(fresh)]


def _listing(runtime: Runtime, address: str) -> Listing:
    if address[:7].lower() in ("http://", "https:/"):
        reply: Reply = runtime.fetcher.submit(address).result()
        return read_listing(body_of(reply, limit=MOST_BYTES), reply.url)
    path = Path(path_of(address) if address[:5].lower() == "file:" else address).absolute()
    if not path.exists():
        raise Rejected("not_found", "no such file; a web address begins with http:// or https://")
    return read_listing(read_bounded(path, MOST_BYTES), file_uri(str(path)))


def _urls_of(name: str) -> Iterable[Recognised]:
    try:
        with Path(name).open(encoding="utf-8", errors="replace") as lines:
            yield from urls_in(lines_of(lines))
    except OSError as exc:
        yield NotAnInput(name, f"cannot be read: {exc.strerror}")
