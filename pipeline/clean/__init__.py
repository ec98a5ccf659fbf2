"""The clean stage: from a page as it was fetched to the article on it."""

from contextlib import suppress
from typing import Any

from lxml.html import HtmlElement

from pipeline.clean.body import Body, read_body
from pipeline.clean.choice import Choice
from pipeline.clean.elements import elements_of
from pipeline.clean.fields import Chosen, Fields, read_fields
from pipeline.clean.impostors import impostor
from pipeline.clean.memory import SiteMemory, forget_repeated
from pipeline.clean.page import parse
from pipeline.clean.plaintext import read_text
from pipeline.clean.plaintext.story import split_dateline
from pipeline.documents import Article, FetchedPage, FieldProvenance
from pipeline.errors import Rejected
from pipeline.identity import content_hash
from pipeline.language import detect_language


def clean(page: FetchedPage, *, memory: SiteMemory | None = None) -> Article:
    """The article on a page; with a memory, also without what its site repeats in article after article.

    Never raises for a bad page: what is no article comes back with ``outcome="rejected"`` and a reason of
    ``pipeline.errors.REJECTIONS``, together with the fields that were found.
    """
    if page.media_type != "text/html":
        return read_text(page)
    try:
        article = _article(page, parse(page.text), memory)
        return _joined(article, page, memory) if page.parts and article.outcome == "article" else article
    except Rejected as refusal:
        return Article(
            **_origin(page), canonical_url=page.permanent_url or page.url, outcome="rejected", reason=refusal.reason
        )


def prepare() -> None:
    """Load what every page needs, by reading one. Forked processes share its memory."""
    text = "".join(f"<p>The bridge is {year} years old and has to be closed, she said.</p>" for year in range(20))
    page = f"<html><body><article><h1>Lyon closes a bridge</h1>{text}</article>"
    clean(FetchedPage(id="", requested_url="", url="", media_type="text/html", text=page, date_fetched=""))


def _article(page: FetchedPage, tree: HtmlElement, memory: SiteMemory | None) -> Article:
    elements = elements_of(tree)
    fields = read_fields(tree, url=page.url or None, permanent=page.permanent_url, elements=elements)
    body = read_body(
        tree,
        headline=fields.headline.value,
        description=fields.description.value,
        declared=fields.json_ld_body,
        base=page.url,
        elements=elements,
    )
    place, body = _split_dateline(body)
    reason = impostor(tree, fields=fields, body=body, page=page)
    article = Article(
        **_origin(page),
        **_stated(fields),
        dateline=place,
        provenance=_provenance(fields, body.choice),
        language=detect_language(body.text),
        body=body.text,
        blocks=body.blocks,
        images=body.images,
        links=body.links,
        outcome="rejected" if reason else "article",
        reason=reason,
    )
    return article if reason or memory is None else _without_notices(article, body, memory)


def _joined(first: Article, page: FetchedPage, memory: SiteMemory | None) -> Article:
    """The article with the text of its further pages, which are read like pages of their own."""
    articles = [first]
    for part in page.parts:
        with suppress(Rejected):
            articles.append(_article(page.model_copy(update={"text": part.text}), parse(part.text), memory))
    told = [article for article in articles if article.body]
    blocks = [block for article in told for block in article.blocks if block.type != "lead" or article is first]
    return first.model_copy(
        update={
            "body": "\n\n".join(article.body for article in told),
            "blocks": tuple(blocks),
            "images": tuple({image.url: image for article in told for image in article.images}.values()),
            "links": tuple({link.url: link for article in told for link in article.links}.values()),
        }
    )


def _without_notices(article: Article, body: Body, memory: SiteMemory) -> Article:
    """The article without what its site repeats; ``source_hash`` then tells what it was before."""
    if not article.domain:
        return article
    document_id = article.canonical_url or article.url or article.id
    kept = body.with_blocks(forget_repeated(body.blocks, memory, site=article.domain, document_id=document_id))
    if kept.blocks == body.blocks:
        return article
    changed = {"body": kept.text, "blocks": kept.blocks, "images": kept.images, "links": kept.links}
    return article.model_copy(update=changed | {"source_hash": content_hash(article)})


def _split_dateline(body: Body) -> tuple[str | None, Body]:
    """The place that the first paragraph begins with, and the body without it."""
    for index, block in enumerate(body.blocks):
        if block.type == "paragraph":
            place, text = split_dateline(block.text)
            if place is None:
                break
            cut = block.model_copy(update={"text": text})
            return place, body.with_blocks((*body.blocks[:index], cut, *body.blocks[index + 1 :]))
    return None, body


def _origin(page: FetchedPage) -> dict[str, Any]:
    """The fields that say where the article was read."""
    return {
        "id": page.id,
        "url": page.url or None,
        "requested_url": page.requested_url or None,
        "date_fetched": page.date_fetched,
        "carry": page.carry,
    }


CHOSEN = (
    "authors", "canonical_url", "date_modified", "date_published", "description", "headline", "main_image", "section",
    "site_name", "tags",
)  # fmt: skip
"""Fields that are chosen among several readers."""


def _stated(fields: Fields) -> dict[str, Any]:
    """The fields that the page states."""
    return {
        **{name: getattr(fields, name).value for name in CHOSEN},
        "date_published_raw": fields.date_published_raw,
        "domain": fields.domain,
        "is_accessible_for_free": fields.is_accessible_for_free,
    }


def _provenance(fields: Fields, choice: Choice) -> dict[str, FieldProvenance]:
    """Where each field that was found comes from."""
    chosen: dict[str, Chosen[Any]] = {name: getattr(fields, name) for name in CHOSEN}
    found = {
        name: FieldProvenance(source=field.source, confidence=field.confidence, others=field.others)
        for name, field in chosen.items()
        if field.value
    }
    if choice.source:
        others = {name: f"{value:.3f}" for name, value in choice.support.items() if name != choice.source}
        found["body"] = FieldProvenance(source=choice.source, confidence=choice.confidence, others=others)
    return found
