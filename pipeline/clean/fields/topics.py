"""What the article is about in its publisher's words: tags and section."""

import re
from collections.abc import Iterator

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import Scan, text_of
from pipeline.clean.fields.schema import Linked, plain_text, strings

LONGEST = 60
"""Characters of the longest tag; longer ones are sentences."""

MOST = 50

_SPLIT = re.compile(r"[,;|]+|、")


def read_tags(page: Scan, linked: Linked) -> Chosen[tuple[str, ...]]:
    """The article's tags in the order of the page."""
    return choose(_tag_offers(page, linked), (), same=lambda tags: frozenset(tag.casefold() for tag in tags))


def read_section(page: Scan, linked: Linked) -> Chosen[str | None]:
    """The desk or department that the article appears in."""
    trail = [text for text in linked.breadcrumbs if len(text) <= LONGEST]
    offers = [
        Offer("json-ld", linked.string("articleSection"), 0.9),
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


def _tag_offers(page: Scan, linked: Linked) -> Iterator[Offer[tuple[str, ...]]]:
    yield Offer("json-ld", _clean(linked.strings("keywords")), 0.8)
    yield Offer("news_keywords", _clean(page.metas.get("news_keywords", ())), 0.75)
    yield Offer("article:tag", _clean([*page.metas.get("article:tag", ()), *page.metas.get("og:article:tag", ())]), 0.7)
    yield Offer("page", _visible(page), 0.65)
    yield Offer("keywords", _clean(page.metas.get("keywords", ())), 0.6)
    yield Offer("about", _clean(strings(linked.article.get("about"))), 0.4)


def _visible(page: Scan) -> tuple[str, ...]:
    """Links that the page marks as tags of this article."""
    marked = [found.element for found in page.properties["rel=tag"]]
    if not marked:
        boxes = [found.element for found in page.named["tag"][:40] if not page.beside(found.element)]
        marked = [link for box in boxes for link in box.iter("a")][:MOST]
    return _clean([text_of(element, 100) for element in marked])


def _clean(texts: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    parts = [part for text in texts for part in (_SPLIT.split(text) if len(texts) == 1 else [text])]
    tags = (plain_text(part).strip(" #\"'.,") for part in parts[: MOST * 4])
    return tuple(dict.fromkeys(tag for tag in tags if tag and len(tag) <= LONGEST))[:MOST]
