"""Authors as a page prints them: in marked bylines, in a line near the headline, beside a portrait."""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree
from lxml.html import HtmlElement

from pipeline.clean.byline import is_byline, is_name, split_byline
from pipeline.clean.fields.scan import Found, Scan, named
from pipeline.clean.fields.visible import SILENT, text_of
from pipeline.documents import Author
from pipeline.urls import absolute_url

MOST = 30
"""Links and texts of one byline, and elements above one, that are looked at."""

LONGEST = 300
"""Characters of a byline."""

NEAR = 60
"""Elements from the headline within which a byline without any mark is looked for."""

INSIDE = 200
"""Elements in a byline that are looked at."""

TOGETHER = 25
"""Elements from the first name of a byline within which its other names stand."""


def marked(page: Scan, found: list[Found], *, beside: bool) -> Iterator[Author]:
    """Names in elements that are marked as byline: those of the first that holds any, and of its neighbours.

    ``beside``: of elements around the article, as a box about its author is; never of readers' comments.
    """
    first: int | None = None
    for one in sorted(found, key=lambda one: page.away(one.place)):
        if first is not None and not 0 <= one.place - first <= TOGETHER:
            continue
        if page.beside(one.element) is not beside or _of_another(one.element):
            continue
        for author in _names(page, one.element):
            first = one.place if first is None else first
            yield author


def _names(page: Scan, element: HtmlElement) -> list[Author]:
    """The names in a byline: its links' texts where these are names, else its parts."""
    links = (
        [element] if element.tag == "a" else [inner for inner in islice(element.iter("*"), INSIDE) if inner.tag == "a"]
    )
    linked = [
        Author(name=name, url=absolute_url(page.url, link.get("href") or ""))
        for link in links
        for name in split_byline(text_of(link, LONGEST))
    ]
    if linked:
        return linked
    parts = " | ".join(" ".join(text.split()) for text in islice(_texts(element), MOST))
    for text in (parts, text_of(element, LONGEST)):
        if len(text) <= LONGEST and (names := split_byline(text)):
            return [Author(name=name) for name in names]
    return []


def _texts(element: HtmlElement) -> Iterator[str]:
    """What stands between the tags of a byline; ``itertext`` would pass any number of empty elements."""
    for event, inner in islice(etree.iterwalk(element, events=("start", "end")), 2 * INSIDE):
        text = inner.text if event == "start" else inner.tail if inner is not element else None
        if text and text.strip():
            yield text


def _of_another(element: HtmlElement) -> bool:
    """It names who took a picture or wrote a comment, not who wrote the article."""
    for step, above in enumerate(chain((element,), element.iterancestors())):
        what = named(above)
        if "reply" in what or (step < 4 and (above.tag in ("figure", "figcaption") or "credit" in what)):
            return True
        if step > MOST:
            break
    return False


def _near(page: Scan) -> Iterator[HtmlElement]:
    """Elements from a little before to some way after the headline."""
    start = page.headline_place
    for element in page.elements[max(start - NEAR // 3, 0) : start + NEAR]:
        if element.tag not in SILENT:
            yield element


def lines(page: Scan) -> Iterator[Author]:
    """The line near the headline that reads like a byline."""
    for element in _near(page):
        if (element.text or "").strip() and is_byline(text := text_of(element, LONGEST)):
            yield Author(name=text)
            return


def portraits(page: Scan) -> Iterator[Author]:
    """Names near the headline that stand beside a picture of that name."""
    pictured = {
        " ".join((found.element.get("alt") or "")[:LONGEST].split())
        for found in page.tagged["img"]
        if -NEAR <= found.place - page.headline_place <= NEAR
    }
    for element in _near(page):
        text = " ".join((element.text or "")[:LONGEST].split())
        if text in pictured and is_name(text):
            yield Author(name=text)
