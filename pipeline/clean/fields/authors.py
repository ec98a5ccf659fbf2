"""Who wrote the article: people as the page declares them and as its byline prints them.

An organisation is an author only where the page declares one and names no person: an agency's report is by the agency.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from pipeline.clean.byline import is_byline, split_byline
from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.headline import folded
from pipeline.clean.fields.scan import SILENT, Found, Scan, named, text_of
from pipeline.clean.fields.schema import Linked, plain_text, types
from pipeline.clean.fields.site import absolute
from pipeline.clean.fields.words import holds
from pipeline.documents import Author

MOST = 30
"""Authors of one article that are kept."""

LONGEST = 300
"""Characters of a byline."""

NEAR = 60
"""Elements from the headline within which a byline without any mark is looked for."""

TOGETHER = 25
"""Elements from the first name of a byline within which its other names stand."""

METAS = (
    "author", "article:author", "article:author:name", "byl", "dc.creator", "dc.contributor", "dcterms.creator",
    "parsely-author", "sailthru.author", "cxenseparse:author", "rbauthors", "citation_author", "og:article:author",
    "og:author", "creator",
)  # fmt: skip

_NAME = re.compile(r"[^\W\d_][\w.'’&-]*(?: [\w.'’&()-]+){0,5}")

People = tuple[Author, ...]


def read_authors(page: Scan, linked: Linked, site_names: tuple[str, ...]) -> Chosen[People]:
    """The article's authors in the order of the page."""
    sites = {folded(name) for name in site_names}
    offers = [offer for offer in _people_offers(page, linked, sites) if offer.value]
    if not offers:
        offers = [offer for offer in _other_offers(page, linked) if offer.value]
    return choose(offers, (), same=_same)


def _same(people: People) -> frozenset[str]:
    return frozenset(folded(author.name) for author in people)


def _people_offers(page: Scan, linked: Linked, sites: set[str]) -> Iterator[Offer[People]]:
    declared = list(_declared(page, linked.article.get("author") or linked.article.get("creator")))
    people = [author for author, kind in declared if "organization" not in kind]
    yield Offer("json-ld", _people(people, sites, lone=True), 0.9)
    yield Offer("meta", _people(_metas(page), sites), 0.7)
    for source, found, confidence in (
        ("itemprop", page.properties["author"], 0.8),
        ("rel=author", page.properties["rel=author"], 0.78),
        ("byline", page.named["author"], 0.75),
    ):
        yield Offer(source, _people(_marked(page, found), sites), confidence)
    yield Offer("text", _people(_unmarked(page), sites), 0.6)


def _other_offers(page: Scan, linked: Linked) -> Iterator[Offer[People]]:
    """Authors that are no people by their look: organisations, and single names."""
    declared = [author for author, _ in _declared(page, linked.article.get("author") or linked.article.get("creator"))]
    yield Offer("json-ld organisation", _plain(declared), 0.5)
    yield Offer("meta organisation", _plain(_metas(page)), 0.4)
    for name in ("author", "rel=author"):
        texts = [Author(name=text_of(found.element, LONGEST)) for found in page.properties[name] if not page.beside(found.element)]
        yield Offer("byline organisation", _plain(texts[:1]), 0.3)


def _declared(page: Scan, value: Any) -> Iterator[tuple[Author, str]]:
    """Authors of linked data with their types: a name, an object with a name, or a list of such."""
    for one in (value if isinstance(value, list) else [value])[:MOST]:
        if isinstance(one, str) and "://" not in one and plain_text(one):
            yield Author(name=plain_text(one)[:LONGEST]), ""
        elif isinstance(one, dict):
            names, url = one.get("name"), one.get("url")
            for name in (names if isinstance(names, list) else [names])[:MOST]:
                if isinstance(name, str) and plain_text(name):
                    address = absolute(page, url) if isinstance(url, str) else None
                    yield Author(name=plain_text(name)[:LONGEST], url=address), " ".join(types(one))


def _metas(page: Scan) -> list[Author]:
    contents = [content for name in METAS for content in page.metas.get(name, ()) if "://" not in content]
    return [Author(name=text[:LONGEST]) for content in contents if (text := plain_text(content))]


def _marked(page: Scan, found: list[Found]) -> Iterator[Author]:
    """Names in elements that are marked as byline: those of the first that holds any, and of its neighbours."""
    first: int | None = None
    for one in sorted(found, key=lambda one: _away(page, one)):
        if page.beside(one.element) or _credits(one.element):
            continue
        if first is not None and not 0 <= one.place - first <= TOGETHER:
            continue
        for author in _names(page, one.element):
            first = one.place if first is None else first
            yield author


def _away(page: Scan, one: Found) -> int:
    away = one.place - page.headline_place
    return away if away >= 0 else -2 * away


def _names(page: Scan, element: HtmlElement) -> list[Author]:
    """The names in a byline: its links' texts where these are names, else its parts."""
    links = [element] if element.tag == "a" else list(element.iter("a"))[:MOST]
    linked = [
        Author(name=name, url=absolute(page, link.get("href") or ""))
        for link in links
        for name in split_byline(text_of(link, LONGEST))
    ]
    if linked:
        return linked
    parts = " | ".join(" ".join(text.split()) for text in list(element.itertext())[:MOST] if text.strip())
    for text in (parts, text_of(element, LONGEST)):
        if len(text) <= LONGEST and (names := split_byline(text)):
            return [Author(name=name) for name in names]
    return []


def _credits(element: HtmlElement) -> bool:
    """It names who took a picture, not who wrote."""
    for _ in range(4):
        if element is None:
            return False
        if element.tag in ("figure", "figcaption") or "credit" in named(element):
            return True
        element = element.getparent()
    return False


def _unmarked(page: Scan) -> Iterator[Author]:
    """Names in a line near the headline that reads like a byline."""
    start = page.headline_place
    for place, element in enumerate(page.tree.iter("*")):
        if place > start + NEAR:
            return
        if place < start - NEAR // 3 or element.tag in SILENT or not (element.text or "").strip():
            continue
        text = text_of(element, LONGEST)
        if is_byline(text):
            yield Author(name=text)
            return


def _people(authors: Iterable[Author], sites: set[str], *, lone: bool = False) -> People:
    """The people among them, each once; ``lone``: a single word may be a person's name."""
    people: dict[str, Author] = {}
    for author in authors:
        names = split_byline(author.name) or ((author.name,) if lone and _may_be_person(author.name) else ())
        for name in names:
            if folded(name) not in sites:
                people.setdefault(folded(name), Author(name=name, url=author.url))
    return tuple(people.values())[:MOST]


def _may_be_person(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.islower() and "organisation" not in holds(name)


def _plain(authors: Iterable[Author]) -> People:
    """Names as they are declared, each once, where they look like names at all."""
    kept = {folded(author.name): author for author in authors if _NAME.fullmatch(author.name)}
    return tuple(kept.values())[:MOST]
