"""Pages that come as plain text or Markdown: no tags say what is what, so lines and their neighbours must.

The page is cut into units, each unit labelled by its own looks, the head read from the labels, then the story: boxes,
teasers, captions and the tail go by what stands around them.
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from pipeline.clean.byline import split_byline
from pipeline.clean.dates import parse_date
from pipeline.clean.page import UNWANTED
from pipeline.clean.plaintext.header import Header, read_header
from pipeline.clean.plaintext.labels import Label, Labelled, label
from pipeline.clean.plaintext.outlet import masthead_of, outlet_of
from pipeline.clean.plaintext.story import Story, read_story, split_dateline
from pipeline.clean.plaintext.units import front_matter, units_of
from pipeline.documents import Article, Author, Block, FetchedPage, FieldProvenance, Image, Link
from pipeline.language import detect_language
from pipeline.urls import domain_of

LEAST_CHARS = 140
"""Text shorter than this is no article."""
OPENING = 3
"""Paragraphs in which the dateline is looked for: a caption may have been left above it."""


def read_text(page: FetchedPage) -> Article:
    """The article on a page of type ``text/plain`` or ``text/markdown``."""
    is_markdown = page.media_type == "text/markdown"
    text = UNWANTED.sub("", page.text.replace("\f", "\n"))
    matter, text = front_matter(text) if is_markdown else ({}, text)
    units = units_of(text, markdown=is_markdown)
    language = detect_language(" ".join(unit.text for unit in units if unit.words > 12)) or detect_language(text)
    labelled = [label(unit, language=language) for unit in units]
    outlet = outlet_of(*_speech(labelled)) or masthead_of([each.text for each in labelled])
    head = read_header(labelled, outlet)
    outlet = head.site or outlet
    below = set(range(head.end)) | head.used
    story = read_story(labelled, skip=below, outlet=outlet, authors=head.authors)
    return _article(page, matter, head, story, outlet, language)


def _speech(labelled: Sequence[Labelled]) -> tuple[list[str], str]:
    """What the site says, and what the article says; a copyright line right above a paragraph is a picture's credit."""
    site = [
        each.text
        for each, after in zip_longest(labelled, labelled[1:])
        if each.label is Label.SITE and not (each.kind == "copyright" and after and after.label is Label.PROSE)
    ]
    return site, "\n".join(each.text for each in labelled if each.label is Label.PROSE)


def _article(
    page: FetchedPage, matter: dict[str, str], head: Header, story: Story, outlet: str | None, language: str | None
) -> Article:
    place, blocks = _blocks(story)
    body = "\n\n".join(block.text for block in blocks)
    headline = matter.get("title") or head.headline
    standfirst = matter.get("description") or head.standfirst
    declared = parse_date(matter["date"]) if "date" in matter else None
    published = declared or head.published
    names = split_byline(matter.get("author", "")) or head.authors or story.reporters
    is_article = len(body) >= LEAST_CHARS
    url = page.url if page.url.startswith("http") else None
    return Article(
        id=page.id, url=url, requested_url=page.requested_url, canonical_url=url and (page.permanent_url or url),
        site_name=outlet, domain=domain_of(url) if url else None, headline=headline, description=standfirst,
        authors=tuple(Author(name=name) for name in names), dateline=place or head.place,
        date_published=published.iso if published else None,
        date_published_raw=published.raw if published else None,
        date_modified=head.modified.iso if head.modified else None, date_fetched=page.date_fetched, language=language,
        body=body, blocks=(*_lead(standfirst), *blocks, *_pictures(story.captions)),
        images=_images(story.captions), links=_links(story.kept),
        outcome="article" if is_article else "rejected", reason=None if is_article else "no_content",
        provenance=_provenance(matter, head, story), carry=page.carry,
    )  # fmt: skip


def _blocks(story: Story) -> tuple[str | None, list[Block]]:
    """The story as blocks, and the dateline that one of its first paragraphs began with."""
    place: str | None = None
    blocks: list[Block] = []
    for i, each in enumerate(story.kept):
        text = each.text
        if place is None and i < OPENING:
            place, text = split_dateline(text)
        if each.label is not Label.PROSE:
            blocks.append(Block(type="heading", text=text, level=max(each.unit.level, 2)))
        elif each.unit.bullet and blocks and blocks[-1].type == "list":
            blocks[-1] = Block(type="list", text=f"{blocks[-1].text}\n{text}")
        else:
            kind = "list" if each.unit.bullet else "quote" if each.unit.quote else "paragraph"
            blocks.append(Block(type=kind, text=text))
    return place, blocks


def _lead(standfirst: str | None) -> tuple[Block, ...]:
    return (Block(type="lead", text=standfirst),) if standfirst else ()


def _pictures(captions: Iterable[Labelled]) -> tuple[Block, ...]:
    return tuple(Block(type="image", text=each.text, url=each.unit.image) for each in captions)


def _images(captions: Iterable[Labelled]) -> tuple[Image, ...]:
    return tuple(Image(url=each.unit.image, caption=each.text or None) for each in captions if each.unit.image)


def _links(kept: Iterable[Labelled]) -> tuple[Link, ...]:
    return tuple(Link(url=url, text=text) for each in kept for text, url in each.unit.links)


def _provenance(matter: dict[str, str], head: Header, story: Story) -> dict[str, FieldProvenance]:
    found = {
        "headline": ("front matter", 0.95) if "title" in matter else ("line", 0.8) if head.headline else None,
        "description": ("front matter", 0.9) if "description" in matter else ("line", 0.7) if head.standfirst else None,
        "authors": ("byline", 0.8) if head.authors else ("closing credits", 0.6) if story.reporters else None,
        "date_published": ("line", 0.8) if head.published else None,
        "body": ("lines", 0.8) if story.kept else None,
    }
    return {name: FieldProvenance(source=said[0], confidence=said[1]) for name, said in found.items() if said}
