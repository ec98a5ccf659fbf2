"""From the text of a page to its tree: parsed once, then shared by every reader of the clean stage."""

import re

from lxml import etree
from lxml.html import HTMLParser, HtmlElement, document_fromstring

from pipeline.clean import bounds
from pipeline.errors import Rejected

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML tree can hold; libxml2 ends the text at a NUL."""


def parse(text: str) -> HtmlElement:
    """The page's tree, without comments and processing instructions.

    Raises ``Rejected``: ``too_large`` or ``too_complex`` (see ``bounds``), ``no_content`` for a page without an element.
    """
    bounds.check(text)
    source = _UNWANTED.sub("", text).strip()
    if not source:
        raise Rejected("no_content", "the page is empty")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(source.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Rejected("no_content", "the page holds no element") from error
