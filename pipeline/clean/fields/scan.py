"""One pass over the page's tree that gathers all that the readers of single fields look at, in reading order."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.clean.elements import CLASS, ID, Elements
from pipeline.clean.fields.visible import text_of
from pipeline.clean.fields.words import NOTHING, holds

MOST = 400
"""Elements of one kind that are kept; what comes later on a page is no longer about its article."""

MOST_SCRIPTS = 50
"""Scripts with linked data that are read."""

MOST_CONTENTS = 100
"""Meta tags of one name that are kept."""

LONGEST = 10_000
"""Characters of one meta tag that are kept."""

PROPERTIES = frozenset(
    [
        "about",
        "alternativeheadline",
        "articlesection",
        "author",
        "creator",
        "datecreated",
        "datemodified",
        "datepublished",
        "description",
        "headline",
        "image",
        "keywords",
        "name",
    ]
)
"""Microdata properties that some reader looks at, in lower case."""

BESIDE = frozenset(["aside", "footer", "nav", "dialog"])


ITEMPROP = b"itemprop"

_SEPARATOR = re.compile(r"[:._-]+")


class Found(NamedTuple):
    """An element and its place in reading order."""

    element: HtmlElement
    place: int


@dataclass(slots=True)
class Scan:
    """The elements of a page that say something about its article."""

    tree: HtmlElement
    url: str | None
    """Address of the page on the web; ``None`` for a saved page."""
    elements: list[HtmlElement]
    """Every element in reading order; its place is its index."""
    metas: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Contents of meta tags by ``key_of`` their name, property or itemprop."""
    links: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Addresses of link elements by each word of their rel."""
    scripts: list[str] = field(default_factory=list)
    """Texts of JSON-LD scripts."""
    title: str = ""
    named: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    """Elements by what their class or id says they hold (the lists of ``vocabulary.toml``)."""
    tagged: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    """Elements by tag: h1, h2, img, time."""
    properties: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    """Elements by itemprop, links by rel as ``rel=author`` or ``rel=tag``, and links ``to author`` by their address."""
    headline_place: int = 0
    """Where the article's headline stands; 0 where that is not known."""
    _beside: dict[HtmlElement, bool] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """Language tag of the html element, else og:locale, in lower case; a hint only."""
        declared = self.tree.get("lang") or self.tree.get("xml:lang") or self.meta("og:locale", "content-language")
        return declared.strip().lower().replace("_", "-")

    @property
    def month_first(self) -> bool:
        """03/04/2021 is March 4th on this page: English, and nothing says that it is not American."""
        return (
            self.language in ("en-us", "en", "")
            and re.search(r"^https?://[^/]+\.(?:com|edu|gov|net|org|us)(?:[:/]|$)", self.url or "") is not None
        )

    def meta(self, *names: str) -> str:
        """The first content that is not empty of the first of these meta tags that has one."""
        return next((content for name in names for content in self.metas.get(key_of(name), ()) if content), "")

    def contents(self, *names: str) -> list[str]:
        """Every content that is not empty of these meta tags."""
        return [content for name in names for content in self.metas.get(key_of(name), ()) if content]

    def away(self, place: int) -> int:
        """Elements between the headline and a place; those before the headline count double."""
        distance = place - self.headline_place
        return distance if distance >= 0 else -2 * distance

    def beside(self, element: HtmlElement) -> bool:
        """It stands around the article: in an aside, a footer, the navigation, or among other articles."""
        path: list[HtmlElement] = []
        answer = False
        while element is not None and element.tag not in ("body", "html", "main"):
            if (known := self._beside.get(element)) is not None:
                answer = known
                break
            path.append(element)
            if _apart(element) or "elsewhere" in named(element):
                answer = True
                break
            element = element.getparent()
        self._beside.update(dict.fromkeys(path, answer))
        return answer


@lru_cache(maxsize=2_000)
def key_of(name: str) -> str:
    """A meta tag's name without the case and the separators, which sites mix: ``og:site_name`` is ``og.site.name``."""
    return ".".join(_SEPARATOR.split(name[:100].strip().lower()))


def _apart(element: HtmlElement) -> bool:
    """It lies beside the main content by the HTML standard; the footer of an article belongs to it."""
    return element.tag in BESIDE and not (
        element.tag == "footer" and next(element.iterancestors("article"), None) is not None
    )


def named(element: HtmlElement) -> frozenset[str]:
    """What the class and id of the element say it holds."""
    return _holds(element.get(CLASS), element.get(ID))


def _holds(names: str | None, identity: str | None) -> frozenset[str]:
    found = holds(names) if names else NOTHING
    return found | holds(identity) if identity else found


def scan(elements: Elements, url: str | None) -> Scan:
    """Gather from the elements in one pass; the tree stays as it is."""
    page = Scan(elements.all[0], url, elements.all)
    for place, (element, names, identity) in enumerate(elements):
        tag = element.tag
        if reader := _READERS.get(tag):
            reader(page, element, place)
        if tag not in _UNNAMED:
            if names or identity:
                for what in _holds(names, identity):
                    _keep(page.named[what], element, place)
            if properties := element.get(ITEMPROP):
                _properties(page, properties, element, place)
    return page


def _on_meta(page: Scan, element: HtmlElement, _place: int) -> None:
    content = " ".join((element.get("content") or "")[:LONGEST].split())
    for attribute in ("name", "property", "itemprop"):
        if name := element.get(attribute):
            values = page.metas[key_of(name)]
            if len(values) < MOST_CONTENTS and content not in values:
                values.append(content)


def _on_link(page: Scan, element: HtmlElement, _place: int) -> None:
    if address := (element.get("href") or "").strip():
        for word in (element.get("rel") or "").lower().split()[:5]:
            page.links[word].append(address)


def _on_script(page: Scan, element: HtmlElement, _place: int) -> None:
    text = element.text
    if not text or len(page.scripts) >= MOST_SCRIPTS:
        return
    kind = (element.get("type") or "").lower()
    if "ld+json" in kind or (not kind and text.lstrip()[:1] in ("{", "[") and "schema.org" in text[:200]):
        page.scripts.append(text)


def _on_title(page: Scan, element: HtmlElement, _place: int) -> None:
    if not page.title and (parent := element.getparent()) is not None and parent.tag != "svg":
        page.title = text_of(element)


def _keep(found: list[Found], element: HtmlElement, place: int) -> None:
    if len(found) < MOST:
        found.append(Found(element, place))


def _on_tag(page: Scan, element: HtmlElement, place: int) -> None:
    _keep(page.tagged[element.tag], element, place)


def _on_a(page: Scan, element: HtmlElement, place: int) -> None:
    if rel := element.get("rel"):
        for word in rel.lower().split():
            if word in ("author", "tag"):
                _keep(page.properties[f"rel={word}"], element, place)
    if (address := element.get("href")) and _leads_to_author(address[:LONGEST]):
        _keep(page.properties["to author"], element, place)


def _leads_to_author(address: str) -> bool:
    """The steps of a path are looked up first, a pattern at each slash of each link takes five times as long."""
    return not _OF_AUTHORS.isdisjoint(address.lower().split("/")) and _TO_AUTHOR.search(address) is not None


def _properties(page: Scan, properties: str, element: HtmlElement, place: int) -> None:
    for name in properties.lower().split():
        if name in PROPERTIES:
            _keep(page.properties[name], element, place)


_OF_AUTHORS = frozenset(
    [
        *(f"aut{stem}{end}" for stem in ("hor", "or", "eur", "ore") for end in ("", "s", "es", "i", "en")),
        *(f"{one}{end}" for one in ("columnist", "journalist", "profile", "reporter", "writer") for end in ("", "s")),
    ]
)
_TO_AUTHOR = re.compile(rf"/(?:{'|'.join(_OF_AUTHORS)})/[^/]", re.I)
_READERS = {
    "a": _on_a, "h1": _on_tag, "h2": _on_tag, "img": _on_tag, "link": _on_link, "meta": _on_meta, "script": _on_script,
    "time": _on_tag, "title": _on_title,
}  # fmt: skip
_UNNAMED = frozenset(["body", "head", "html", "link", "meta", "option", "path", "script", "style", "svg"])
