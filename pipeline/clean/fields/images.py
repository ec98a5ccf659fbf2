"""The article's main picture, with the caption and credit that the page prints below it."""

from typing import Any

from lxml.html import HtmlElement

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import Scan, named, text_of
from pipeline.clean.fields.schema import Linked, plain_text
from pipeline.clean.fields.site import absolute
from pipeline.clean.reading import address
from pipeline.documents import Image


def read_main_image(page: Scan, linked: Linked) -> Chosen[Image | None]:
    """The picture that stands for the article."""
    shown = _shown(page)
    urls = {
        "og:image": (page.meta("og:image", "og:image:url", "og:image:secure_url"), 0.8),
        "json-ld": (next(iter(_urls(linked.article.get("image"))), ""), 0.75),
        "page": (shown.url if shown else "", 0.6),
        "twitter:image": (page.meta("twitter:image", "twitter:image:src"), 0.5),
        "image_src": (next(iter(page.links["image_src"]), ""), 0.4),
    }
    offers: list[Offer[Image | None]] = []
    for source, (found, confidence) in urls.items():
        if found and (url := absolute(page, found)):
            same = shown is not None and file_name(url) == file_name(shown.url)
            image = Image(url=url, caption=shown.caption, credit=shown.credit) if same and shown else Image(url=url)
            offers.append(Offer(source, image, confidence))
    return choose(offers, None, same=lambda image: file_name(image.url) if image else "")


def file_name(url: str) -> str:
    """The last part of the path: copies of a picture in other sizes mostly share it."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2].lower()


def _urls(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):
        return _urls(value.get("url") or value.get("contentUrl") or value.get("@id"))
    if isinstance(value, list):
        return tuple(url for one in value[:20] if not isinstance(one, list) for url in _urls(one))
    return ()


def _shown(page: Scan) -> Image | None:
    """The first figure with a picture that belongs to the article."""
    for found in page.tagged["figure"][:20]:
        picture = next(found.element.iter("img"), None)
        if picture is None or page.beside(found.element):
            continue
        source = address(picture)
        if source and (url := absolute(page, source)):
            caption, credit = _caption(found.element)
            return Image(url=url, caption=caption, credit=credit)
    return None


def _caption(figure: HtmlElement) -> tuple[str | None, str | None]:
    caption = next(figure.iter("figcaption"), None)
    if caption is None:
        return None, None
    text = text_of(caption)
    credit = next((text_of(part, 200) for part in caption.iterdescendants() if "credit" in named(part)), "")
    if credit and credit != text:
        text = " ".join(text.replace(credit, " ").split())
    return plain_text(text) or None, credit or None
