"""The article's main picture, with the caption and credit that the page prints below it."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import Found, Scan, named
from pipeline.clean.fields.schema import Linked, plain_text
from pipeline.clean.fields.visible import text_of
from pipeline.documents import Image
from pipeline.urls import absolute_url

SMALLEST = 150
"""Width in pixels under which a picture is an icon or a portrait."""

REACH = 400
"""Elements after the headline within which the main picture stands."""

LONGEST = 2_000
"""Characters of an address that are compared."""

LONGEST_SET = 8_000
"""Characters of a set of sizes that are read."""

OPENING = 120
"""Elements after the headline within which a figure opens the article."""

NO_IDS: frozenset[str] = frozenset()

_ID = re.compile(r"[^\W_]{6,}")
_DAY = re.compile(r"(?:19|20)\d{6}$")
_ICON = re.compile(r"\.(?:svg|gif)(?:$|\?)|logo|icon|avatar|blank|pixel|placeholder|spacer", re.I)
_STAND_IN = re.compile(
    r"default[-_](?:image|og|share|social|thumb)|(?:facebook|fb|og|opengraph|share|social)[-_](?:default|fallback|logo|placeholder)",
    re.I,
)
_SIZE = re.compile(r"(\S+)(?:\s+(\d{1,5})(?:\.\d+)?[wx])?(?=,|\s|$)")
_ADDRESSES = ("data-src", "data-original", "data-lazy-src", "src")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")


def read_main_image(page: Scan, linked: Linked) -> Chosen[Image | None]:
    """The picture that stands for the article: as shown where the page shows it, else as declared for previews."""
    declared = {
        "og:image": (page.meta("og:image", "og:image:url", "og:image:secure_url"), 0.8),
        "json-ld": (next(iter(_urls(linked.article.get("image"))), ""), 0.75),
        "twitter:image": (page.meta("twitter:image", "twitter:image:src"), 0.5),
        "image_src": (next(iter(page.links["image_src"]), ""), 0.4),
    }
    offers: list[Offer[Image | None]] = [
        Offer(source, Image(url=url), confidence)
        for source, (address, confidence) in declared.items()
        if address and not _STAND_IN.search(address) and (url := absolute_url(page.url, address))
    ]
    ids = [picture_ids(offer.value.url) for offer in offers if offer.value]
    for found, url in _shown(page):
        shown = picture_ids(url) if ids else NO_IDS
        if not all(shown.isdisjoint(one) for one in ids):
            return choose([Offer("page", _image(found.element, url), 0.9), *offers], None, same=_same)
    if first := next(_opening(page), None):
        offers.append(Offer("page", _image(first[0].element, first[1]), 0.9))
    return choose(offers, None, same=_same)


def picture_ids(url: str) -> frozenset[str]:
    """What copies of a picture in other sizes share: the numbers and hashes in the address, and the file name."""
    path = unquote(unquote(url[:LONGEST])).partition("://")[2].partition("/")[2]
    numbered = (name for name in _ID.findall(path) if not name.isalpha() and not _DAY.match(name))
    found = frozenset(name.lower() for name in numbered)
    name = path.partition("?")[0].rstrip("/").rpartition("/")[2].lower()
    return found | {name} if len(name) > 4 else found


def _same(image: Image | None) -> str:
    return min(picture_ids(image.url), default=image.url) if image else ""


def _shown(page: Scan) -> Iterator[tuple[Found, str]]:
    """Pictures near the headline that are no icons, with their addresses."""
    start = page.headline_place
    for found in page.tagged["img"]:
        if not start - 200 <= found.place <= start + REACH or page.beside(found.element):
            continue
        address = _address(found.element)
        width = re.match(r"\d{1,5}", found.element.get("width") or "")
        if not address or (width and int(width[0]) < SMALLEST) or _in_portrait(found.element):
            continue
        if url := absolute_url(page.url, address):
            yield found, url


def _opening(page: Scan) -> Iterator[tuple[Found, str]]:
    """Shown pictures that stand in a figure right after the headline."""
    for found, url in _shown(page):
        if 0 <= found.place - page.headline_place <= OPENING and _figure(found.element) is not None:
            yield found, url


def _address(picture: HtmlElement) -> str:
    """The address of a picture; lazily loaded ones keep it in another attribute, or in a set of sizes."""
    return next((address for address in _addresses(picture) if not _ICON.search(address)), "")


def _addresses(picture: HtmlElement) -> Iterator[str]:
    for name in _ADDRESSES:
        value = (picture.get(name) or "").strip()
        if value and not value.startswith(("data:", "about:", "blob:")):
            yield value
    box = next(picture.iterancestors("picture"), None)
    for holder in (picture, *(islice(box.iter("source"), 10) if box is not None else ())):
        for name in _SETS:
            sizes = _SIZE.findall((holder.get(name) or "")[:LONGEST_SET])
            if sizes:
                yield max(sizes, key=lambda size: int(size[1] or 0))[0].strip(",")


def _in_portrait(element: HtmlElement) -> bool:
    for _ in range(4):
        if element is None:
            return False
        if "author" in named(element):
            return True
        element = element.getparent()
    return False


def _figure(element: HtmlElement) -> HtmlElement | None:
    for _ in range(8):
        if element is None or element.tag == "figure":
            return element
        element = element.getparent()
    return None


def _image(picture: HtmlElement, url: str) -> Image:
    """The picture with the caption and credit of its figure."""
    figure = _figure(picture)
    caption = next(figure.iter("figcaption"), None) if figure is not None else None
    if caption is None:
        return Image(url=url)
    text = text_of(caption)
    credit = next((text_of(part, 200) for part in caption.iterdescendants() if "credit" in named(part)), "")
    if credit and credit != text:
        text = " ".join(text.replace(credit, " ").split())
    return Image(url=url, caption=plain_text(text) or None, credit=credit or None)


def _urls(value: Any) -> list[str]:
    """Addresses in a value of linked data: a string, an image object, or a list of such."""
    objects = value[:20] if isinstance(value, list) else [value]
    values = [
        one.get("url") or one.get("contentUrl") or one.get("@id") if isinstance(one, dict) else one for one in objects
    ]
    return [url for url in values if isinstance(url, str)]
