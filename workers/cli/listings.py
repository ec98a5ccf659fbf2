"""Feeds and sitemaps that a command line names, and what they list."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import DocumentError, Rejected
from pipeline.fetch.client import Reply
from pipeline.fetch.files import read_bounded
from pipeline.fetch.inputs import FoundInput, NotAnInput
from pipeline.fetch.listings import MOST_BYTES, Listing, read_listing
from pipeline.fetch.pages import body_of
from pipeline.urls import canonicalise, file_uri, path_of
from workers.runtime import Runtime

DEEPEST = 5
"""Sitemap indexes inside each other; the protocol allows one."""

Read: TypeAlias = Callable[[str], Listing]
"""Reads the listing at an address or in a file; raises ``DocumentError``."""


def in_feed(address: str, read: Read) -> Iterator[FoundInput | NotAnInput]:
    """The entries of a feed; each carries the feed's address, by which articles of several feeds are told apart."""
    try:
        listing = read(address)
    except DocumentError as exc:
        yield NotAnInput(address, f"the feed cannot be read: {exc.detail or exc}")
        return
    for entry in listing.entries:
        yield FoundInput(entry.url, canonicalise(entry.url), {"feed": address})


def in_sitemap(address: str, read: Read) -> Iterator[FoundInput | NotAnInput]:
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


def read(runtime: Runtime, address: str) -> Listing:
    """The listing at an address or in a file; raises ``DocumentError``."""
    if address[:7].lower() in ("http://", "https:/"):
        reply: Reply = runtime.fetcher.submit(address).result()
        return read_listing(body_of(reply, limit=MOST_BYTES), reply.url)
    path = Path(path_of(address) if address[:5].lower() == "file:" else address).absolute()
    if not path.exists():
        raise Rejected("not_found", "no such file; a web address begins with http:// or https://")
    return read_listing(read_bounded(path, MOST_BYTES), file_uri(str(path)))
