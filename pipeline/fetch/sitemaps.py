"""Sitemaps and sitemap indexes (sitemaps.org), with Google's news extension, and plain lists of URLs."""

import io
from itertools import islice
from typing import Any

from lxml import etree

from pipeline.errors import Rejected
from pipeline.fetch.listings import MOST_ENTRIES, Entry, Listing, absolute, ends_inside

LONGEST = 2048
"""Characters of a title or date; the longest URL that the protocol allows has as many."""


def read_sitemap(data: bytes, url: str) -> Listing:
    """The pages of a sitemap, or the sitemaps of an index, as far as the XML can be read.

    Elements count by their local names: many sitemaps declare a wrong namespace or none. Entities are not expanded, and
    nothing is loaded. Raises ``Rejected("unreadable")`` where no entry can be read, ``too_large`` past the bound.
    """
    entries: list[Entry] = []
    further: dict[str, str] = {}
    facts: dict[str, str] = {}
    broken = ""
    parsing = etree.iterparse(
        io.BytesIO(data), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, element in parsing:
            name, parent = _local(element), element.getparent()
            if name in ("loc", "lastmod", "title", "publication_date") and parent is not None:
                facts.setdefault(f"{_local(parent)}/{name}", "".join(element.itertext())[:LONGEST].strip())
            elif name in ("url", "sitemap"):
                _add(name, facts, url, entries, further)
                facts = {}
                _forget(element)
            if len(entries) + len(further) > MOST_ENTRIES:
                raise Rejected("too_large", f"the sitemap has more than {MOST_ENTRIES} entries")
    except (etree.XMLSyntaxError, UnicodeDecodeError) as exc:  # half surrogate pairs are read, but never come out
        broken = str(exc)
    if not broken and len(parsing.error_log):
        broken = str(parsing.error_log[0].message)
    if broken and (entries or further) and ends_inside(data, b"loc"):
        (further.popitem if further else entries.pop)()
    if broken and not entries and not further:
        raise Rejected("unreadable", f"the sitemap cannot be read: {' '.join(broken[:200].split())}")
    lastmods = {sitemap: lastmod for sitemap, lastmod in further.items() if lastmod}
    return Listing(entries=tuple(entries), further=tuple(further), lastmods=lastmods)


def read_url_list(data: bytes, url: str) -> Listing:
    """A text sitemap: one URL on each line. Raises ``Rejected("unsupported_type")`` if the first line is none."""
    lines = (line.strip() for line in io.StringIO(data.decode("utf-8-sig", "replace")))
    found = list(islice((line for line in lines if line and not line.startswith("#")), MOST_ENTRIES + 1))
    if not found or not found[0].lower().startswith(("http://", "https://")):
        raise Rejected("unsupported_type", "neither a feed, nor a sitemap, nor a list of URLs")
    targets = (absolute(url, line) for line in found if line.lower().startswith(("http://", "https://")))
    return Listing(entries=tuple(Entry(target) for target in targets if target))


def _add(name: str, facts: dict[str, str], url: str, entries: list[Entry], further: dict[str, str]) -> None:
    target = absolute(url, facts.get(f"{name}/loc"))
    if target is None:
        return
    if name == "sitemap":
        further[target] = facts.get("sitemap/lastmod", "")
    else:
        entries.append(Entry(target, facts.get("news/publication_date") or None, facts.get("news/title") or None))


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _forget(element: Any) -> None:
    """Free what was read, so that memory does not grow with the file."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
