"""Who wrote the article: people as the page declares them and as its byline prints them.

An organisation is an author only where the page declares one and names no person: an agency's report is by the agency.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.clean.byline import is_byline, split_byline
from pipeline.clean.fields.bylines import LONGEST, lines, marked, portraits
from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.headline import folded
from pipeline.clean.fields.scan import Scan
from pipeline.clean.fields.schema import Linked, plain_text, types
from pipeline.clean.fields.visible import text_of
from pipeline.clean.fields.words import holds
from pipeline.documents import Author
from pipeline.urls import absolute_url

MOST = 30
"""Authors of one article that are kept."""

METAS = (
    "author", "article:author", "article:author:name", "byl", "dc.creator", "dc.contributor", "dcterms.creator",
    "parsely-author", "sailthru.author", "cxenseparse:author", "rbauthors", "citation_author", "og:article:author",
    "og:author", "creator",
)  # fmt: skip

BESIDE = " beside"
"""Ends the source of a byline that stands around the article; it counts only where no one is declared."""

_NAME = re.compile(r"[^\W\d_][\w.'’&-]*(?: [\w.'’&()-]+){0,5}")

_OPENER = re.compile(r"^(?:by|par|por|von)\s+", re.I)

People = tuple[Author, ...]


def read_authors(page: Scan, linked: Linked, site_names: tuple[str, ...]) -> Chosen[People]:
    """The article's authors in the order of the page."""
    sites = {folded(name) for name in site_names}
    people = [offer for offer in _people_offers(page, linked, sites) if offer.value]
    others = [offer for offer in _other_offers(page, linked) if offer.value]
    if others:
        people = [offer for offer in people if not offer.source.endswith(BESIDE)]
    best = max(people or others, key=lambda offer: offer.confidence, default=None)
    wider = [
        offer for offer in people if best and offer.source == "rel=author" and _same(best.value) < _same(offer.value)
    ]
    return choose(wider or people or others, (), same=_same)


def _same(people: People) -> frozenset[str]:
    return frozenset(folded(author.name) for author in people)


def _people_offers(page: Scan, linked: Linked, sites: set[str]) -> Iterator[Offer[People]]:
    declared = list(_declared(page, linked.article.get("author") or linked.article.get("creator")))
    people = [author for author, kind in declared if "organization" not in kind]
    yield Offer("json-ld", _people(people, sites, lone=True), 0.9)
    yield Offer("meta", _people(_metas(page), sites), 0.76)
    for source, found, confidence in (
        ("itemprop", page.properties["author"], 0.8),
        ("rel=author", page.properties["rel=author"], 0.78),
        ("byline", page.named["author"], 0.75),
        ("author link", page.properties["to author"], 0.7),
    ):
        lone = source == "itemprop"
        yield Offer(source, _people(marked(page, found, beside=False), sites, lone=lone), confidence)
        yield Offer(source + BESIDE, _people(marked(page, found, beside=True), sites), confidence - 0.3)
    yield Offer("text", _people(lines(page), sites), 0.6)
    yield Offer("portrait", _people(portraits(page), sites), 0.55)


def _other_offers(page: Scan, linked: Linked) -> Iterator[Offer[People]]:
    """Authors that are no people by their look: organisations, and single names."""
    declared = [author for author, _ in _declared(page, linked.article.get("author") or linked.article.get("creator"))]
    yield Offer("json-ld organisation", _plain(declared), 0.5)
    yield Offer("meta organisation", _plain(_not_handles(_metas(page))), 0.4)
    for name in ("author", "rel=author"):
        texts = [
            Author(name=text_of(found.element, LONGEST))
            for found in page.properties[name]
            if not page.beside(found.element)
        ]
        yield Offer("byline organisation", _plain(_not_handles(texts[:1])), 0.3)


def _declared(page: Scan, value: Any) -> Iterator[tuple[Author, str]]:
    """Authors of linked data with their types: a name, an object with a name, or a list of such."""
    for one in (value if isinstance(value, list) else [value])[:MOST]:
        if isinstance(one, str) and "://" not in one and plain_text(one):
            yield Author(name=plain_text(one)[:LONGEST]), ""
        elif isinstance(one, dict):
            names, url = one.get("name"), one.get("url")
            for name in (names if isinstance(names, list) else [names])[:MOST]:
                if isinstance(name, str) and plain_text(name):
                    address = absolute_url(page.url, url) if isinstance(url, str) else None
                    yield Author(name=plain_text(name)[:LONGEST], url=address), " ".join(types(one))


def _metas(page: Scan) -> list[Author]:
    contents = [content for content in page.contents(*METAS) if "://" not in content]
    for number in ("1", "2"):
        if is_byline(f"{page.meta(f'twitter:label{number}')} {page.meta(f'twitter:data{number}')}"):
            contents.append(page.meta(f"twitter:data{number}"))
    return [Author(name=text[:LONGEST]) for content in contents if (text := plain_text(content))]


def _people(authors: Iterable[Author], sites: set[str], *, lone: bool = False) -> People:
    """The people among them, each once; ``lone``: a single word may be a person's name."""
    people: dict[str, Author] = {}
    urls: set[str] = set()
    for author in authors:
        names = split_byline(author.name) or ((author.name,) if lone and _may_be_person(author.name) else ())
        for name in map(_once, names):
            known = author.url in urls and folded(name) not in people
            if folded(name) not in sites and "organisation" not in holds(name) and not known:
                people.setdefault(folded(name), Author(name=name, url=author.url))
        if author.url and len(names) == 1:
            urls.add(author.url)
    return tuple(people.values())[:MOST]


def _once(name: str) -> str:
    """A name that is printed twice in a row, once for the eye and once for its link."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name


def _may_be_person(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.islower()


def _not_handles(authors: Iterable[Author]) -> list[Author]:
    """Those whose name is no account's, such as ``webadmin`` or ``ada_q``."""
    return [one for one in authors if "_" not in one.name and not (one.name.islower() and one.name.isalnum())]


def _plain(authors: Iterable[Author]) -> People:
    """Names as they are declared, each once, where they look like names at all."""
    named = [Author(name=_OPENER.sub("", author.name), url=author.url) for author in authors]
    kept = {folded(author.name): author for author in named if _NAME.fullmatch(author.name)}
    return tuple(kept.values())[:MOST]
