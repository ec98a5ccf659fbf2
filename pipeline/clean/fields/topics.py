"""What the article is about in its publisher's words: tags and section."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.headline import folded
from pipeline.clean.fields.scan import Scan
from pipeline.clean.fields.schema import Linked, plain_text, strings
from pipeline.clean.fields.visible import text_of
from pipeline.clean.fields.words import holds
from pipeline.urls import domain_of

LONGEST = 60
"""Characters of the longest tag; longer ones are sentences."""

MOST = 50

NO_SECTION = frozenset(
    ["all", "allgemein", "articles", "front page", "home", "home page", "homepage", "latest", "uncategorized"]
)
"""What content systems put where an article is in no section."""

MOST_SHOWN = 30
"""Tags that a page shows with its article; longer lists are the site's."""

INSIDE = 200
"""Elements in a list of tags that are looked at."""

MOSTLY = 0.7
"""Share of a tag list's text that its links make up."""

BEFORE = 15
"""Elements before the headline in which tags of the article are looked for."""

_SPLIT = re.compile(r"[,;|]+|、|，")
_SPACED = re.compile(r"[\u3040-\u9fff\uac00-\ud7a3]+(?: [\u3040-\u9fff\uac00-\ud7a3]+){2,}")
_MACHINE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{20,30}|\d+|@\S+|\w+_\w+", re.I)
_PREFIX = re.compile(r"((?:[A-Za-z]+ ){0,3}[A-Za-z]+): (?=\w)|([a-z]+)/(?=\w)")
_GROUPS = frozenset(["category", "section", "sentiment", "type"])
"""Kinds of machine tags that say where an article stands, not what it is about."""

Tags = tuple[str, ...]


def read_tags(page: Scan, linked: Linked, site_names: tuple[str, ...]) -> Chosen[Tags]:
    """The article's tags in the order of the page, without the site's own name."""
    unwanted = {name.casefold() for name in site_names} | {domain_of(page.url or "") or ""}
    return choose(_tag_offers(page, linked, unwanted), (), same=_folded)


def read_section(page: Scan, linked: Linked) -> Chosen[str | None]:
    """The desk or department that the article appears in."""
    trail = [text for text in linked.breadcrumbs if len(text) <= LONGEST]
    sections = [text for text in linked.strings("articleSection") if text.casefold() not in NO_SECTION]
    offers = [
        Offer("json-ld", next(iter(sections), ""), 0.9),
        Offer(
            "meta",
            page.meta("article:section", "og:article:section", "parsely-section", "section", "cxenseparse:category"),
            0.8,
        ),
        Offer("breadcrumbs", trail[1] if len(trail) > 2 else "", 0.6),
    ]
    return choose(
        [offer for offer in offers if len(offer.value) <= LONGEST], None, same=lambda text: (text or "").casefold()
    )


def _tag_offers(page: Scan, linked: Linked, unwanted: set[str]) -> Iterator[Offer[Tags]]:
    declared = {
        "json-ld": (linked.strings("keywords"), 0.8),
        "news_keywords": (page.contents("news_keywords"), 0.75),
        "article:tag": (page.contents("article:tag", "og:article:tag"), 0.7),
        "page": (_visible(page), 0.65),
        "parsely-tags": (page.contents("parsely-tags") or page.contents("sailthru.tags"), 0.58),
        "keywords": (page.contents("keywords"), 0.6),
        "about": (strings(linked.article.get("about")), 0.45),
    }
    offers = [Offer(source, _clean(texts, unwanted), trust) for source, (texts, trust) in declared.items()]
    offers = [offer for offer in offers if offer.value]
    named = set(folded(f"{page.title} {page.url or ''}").split()) if offers else set()
    told = [_folded(offer.value) for offer in offers if offer.source != "about"]
    for offer in offers:
        wider = any(_folded(offer.value) < other for other in told)
        doubt = 0.25 * (len(offer.value) == 1) + 0.15 * wider + 0.2 * _of_title(offer.value, named)
        yield Offer(offer.source, offer.value, offer.confidence - doubt)


def _folded(tags: Tags) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in tags)


def _of_title(tags: Tags, words: set[str]) -> bool:
    """The tags are the title cut into words, as some content systems do; such words are no topics."""
    return all(" " not in tag for tag in tags) and sum(tag.casefold() in words for tag in tags) >= MOSTLY * len(tags)


def _visible(page: Scan) -> list[str]:
    """Links and labels that the page marks as tags of this article."""
    for beside in (False, True):
        marked = [found.element for found in page.properties["rel=tag"] if page.beside(found.element) is beside]
        if 0 < len(marked) <= MOST_SHOWN:
            return [text_of(element, 100) for element in marked]
    items: dict[HtmlElement, str] = {}
    for found in page.named["tag"][:80]:
        if found.place < page.headline_place - BEFORE or page.beside(found.element):
            continue
        for element in _items(found.element):
            items.setdefault(element, text_of(element, 100))
    links = {element: text for element, text in items.items() if element.tag == "a"} or items
    texts = [text for text in links.values() if not _is_label(text)]
    return texts if len(texts) <= MOST_SHOWN else []


def _items(box: HtmlElement) -> list[HtmlElement]:
    """The tags in an element that is named so: its links, where it holds little else; itself, where it is one."""
    links = [inner for inner in islice(box.iter("*"), INSIDE) if inner.tag == "a"]
    if box.tag in ("a", "button") or (not links and box.tag == "span"):
        return [box]
    texts = sum(len(text_of(link, 200)) for link in links)
    return links if links and texts >= MOSTLY * len(text_of(box)) else []


def _is_label(text: str) -> bool:
    """A tag list's own caption or control, such as "All topics"."""
    return "tag" in holds(text)


def _clean(texts: Iterable[str], unwanted: set[str]) -> Tags:
    texts = list(texts)
    lists = len(texts) == 1 or sum(len(_SPLIT.findall(text)) for text in texts) > 2 * len(texts)
    texts = [part for text in texts for part in (_SPLIT.split(text) if lists else [text])]
    if len(texts) == 1 and _SPACED.fullmatch(texts[0]):
        texts = texts[0].split()
    kept: dict[str, str] = {}
    for text in texts[: MOST * 4]:
        tag = _without_machinery(plain_text(text))
        if (len(tag) > 1 or not tag.isascii()) and len(tag) <= LONGEST and tag.casefold() not in unwanted:
            kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())[:MOST]


def _without_machinery(tag: str) -> str:
    """The tag as readers know it: content systems put its kind before it, and add numbers of their own."""
    tag = tag.strip(" #\"'.,")
    if _MACHINE.fullmatch(tag):
        return ""
    if match := _PREFIX.match(tag):
        return "" if (match[1] or match[2]).lower().split()[-1] in _GROUPS else tag[match.end() :].strip()
    return tag
