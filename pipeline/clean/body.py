"""The article's text in a page: read once, judged by several candidates, trimmed at the edges."""

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from pipeline.clean.blocks import blocks_of, body_of, images_of, links_of
from pipeline.clean.choice import Choice, choose
from pipeline.clean.edges import cut
from pipeline.clean.elements import Elements
from pipeline.clean.reading import read
from pipeline.clean.segments import Reading
from pipeline.documents import Block, Image, Link


@dataclass(frozen=True)
class Body:
    """The article's own content."""

    text: str
    blocks: tuple[Block, ...]
    images: tuple[Image, ...]
    links: tuple[Link, ...]
    reading: Reading
    choice: Choice

    def with_blocks(self, blocks: tuple[Block, ...]) -> "Body":
        """The content with some of its blocks only."""
        text = body_of(blocks)
        links = tuple(link for link in self.links if link.text in text)
        return replace(self, text=text, blocks=blocks, images=images_of(blocks), links=links)


def read_body(
    tree: HtmlElement,
    *,
    headline: str | None,
    description: str | None,
    declared: str | None,
    base: str | None,
    elements: Elements | None = None,
) -> Body:
    """The content of the article on a page, empty where there is none.

    ``headline`` and ``description`` help to find the edges; ``declared`` is the text that the page's own data claims to
    be the body, ``base`` the address that its links are relative to, ``elements`` are the tree's, if known.
    """
    reading = read(tree, elements)
    choice = choose(reading, tree, declared)
    article = cut(reading, choice.marks, headline=headline, description=description)
    blocks = blocks_of(reading, article, base)
    return Body(body_of(blocks), blocks, images_of(blocks), links_of(reading, article, base), reading, choice)
