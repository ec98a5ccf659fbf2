"""The clean stage: from a page as it was fetched to the article on it."""

from lxml.html import HtmlElement

from pipeline.clean.body import read_body
from pipeline.clean.language import detect_language
from pipeline.clean.page import parse
from pipeline.documents import Article, FetchedPage
from pipeline.errors import Rejected


def clean(page: FetchedPage) -> Article:
    """The article on a page.

    Never raises for a bad page: what is no article comes back with ``outcome="rejected"`` and a reason of
    ``pipeline.errors.REJECTIONS``, together with the fields that were found.
    """
    try:
        return _article(page, parse(page.text))
    except Rejected as refusal:
        return Article(**_origin(page), outcome="rejected", reason=refusal.reason)


def _article(page: FetchedPage, tree: HtmlElement) -> Article:
    body = read_body(tree, headline=None, description=None, declared=None, base=page.url)
    return Article(
        **_origin(page),
        language=detect_language(body.text),
        body=body.text,
        blocks=body.blocks,
        images=body.images,
        links=body.links,
        outcome="article" if body.text else "rejected",
        reason=None if body.text else "no_content",
    )


def _origin(page: FetchedPage) -> dict[str, str | None]:
    return {
        "id": page.id,
        "url": page.url,
        "requested_url": page.requested_url,
        "canonical_url": page.url,
        "date_fetched": page.date_fetched,
    }
