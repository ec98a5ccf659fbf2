"""The elements of a page in reading order with their names: passed once, then shared by all that look through them."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import tostring
from lxml.html import HtmlElement

CLASS, ID = b"class", b"id"
"""Attributes that most elements are asked for, as bytes: lxml has to encode any other name each time."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Every element of a page; lists of one length."""

    all: list[HtmlElement]
    classes: list[str | None]
    ids: list[str | None]

    def __iter__(self) -> Iterator[tuple[HtmlElement, str | None, str | None]]:
        """Each element with its class and its id."""
        return zip(self.all, self.classes, self.ids, strict=True)


def text_in(element: HtmlElement) -> str:
    """All text in an element, in half the time of lxml's ``text_content`` and a sixth of that of ``itertext``."""
    return tostring(element, method="text", encoding="unicode", with_tail=False) if len(element) else element.text or ""


def elements_of(tree: HtmlElement) -> Elements:
    """The elements of a tree, comments and the like left out."""
    elements = list(tree.iter("*"))
    return Elements(elements, [one.get(CLASS) for one in elements], [one.get(ID) for one in elements])
