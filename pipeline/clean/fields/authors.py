"""Who wrote the article: people as the page declares them and as its byline prints them.

An organisation is an author only where the page declares one and names no person: an agency's report is by the agency.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.headline import folded
from pipeline.clean.fields.scan import Found, Scan, text_of
from pipeline.clean.fields.schema import Linked, plain_text
from pipeline.clean.fields.site import absolute
from pipeline.documents import Author

MOST = 30
"""Authors of one article that are kept."""

METAS = (
    "author", "article:author", "article:author:name", "byl", "dc.creator", "dc.contributor", "dcterms.creator", "parsely-author",
    "sailthru.author", "cxenseparse:author", "rbauthors", "citation_author", "og:article:author", "og:author", "creator",
)  # fmt: skip

People = tuple[Author, ...]


def read_authors(page: Scan, linked: Linked, site_names: tuple[str, ...]) -> Chosen[People]:
    """The article's authors in the order of the page."""
    sites = {folded(name) for name in site_names}
    return choose(_offers(page, linked, sites), (), same=_same)


def _same(people: People) -> frozenset[str]:
    return frozenset(folded(author.name) for author in people)


def _offers(page: Scan, linked: Linked, sites: set[str]) -> Iterator[Offer[People]]:
    declared = [*_declared(page, linked.article.get("author") or linked.article.get("creator"))]
    yield Offer("json-ld", _people(declared, sites), 0.9)
    metas = [
        Author(name=plain_text(content))
        for name in METAS
        for content in page.metas.get(name, ())
        if "://" not in content
    ]
    yield Offer("meta", _people(metas, sites), 0.7)
    for source, found, confidence in (
        ("itemprop", page.properties["author"], 0.8),
        ("rel=author", page.properties["rel=author"], 0.75),
        ("byline", page.named["author"], 0.65),
    ):
        yield Offer(source, _people(_printed(page, found), sites), confidence)
    yield Offer("json-ld organisation", tuple(declared)[:MOST], 0.3)


def _declared(page: Scan, value: Any) -> Iterator[Author]:
    """Authors of linked data: a name, an object with a name, or a list of such."""
    for one in (value if isinstance(value, list) else [value])[:MOST]:
        if isinstance(one, str) and "://" not in one:
            yield Author(name=plain_text(one))
        elif isinstance(one, dict):
            names, url = one.get("name"), one.get("url")
            for name in names if isinstance(names, list) else [names]:
                if isinstance(name, str) and plain_text(name):
                    yield Author(name=plain_text(name), url=absolute(page, url) if isinstance(url, str) else None)


def _printed(page: Scan, found: Iterable[Found]) -> Iterator[Author]:
    """Authors of the bylines on the page: the first one that names someone, and those right after it."""
    for one in found:
        if not page.beside(one.element):
            yield Author(name=text_of(one.element, 200))


def _people(authors: Iterable[Author], sites: set[str]) -> People:
    people: dict[str, Author] = {}
    for author in authors:
        for name in split_byline(author.name):
            if folded(name) not in sites:
                people.setdefault(folded(name), Author(name=name, url=author.url))
    return tuple(people.values())[:MOST]


def split_byline(text: str) -> tuple[str, ...]:
    """Names in a byline."""
    return tuple(name for part in text.split(",") if (name := part.strip().removeprefix("By ").strip()))
