"""From the text of a page to its tree: parsed once, then shared by every reader of the clean stage."""

import re

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction, document_fromstring

from pipeline.clean import bounds
from pipeline.errors import Rejected

UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML tree can hold; libxml2 ends the text at a NUL."""

_CLASSES = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)

_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_NO_CHARACTERS = ("\ufffe", "\uffff")
_MISREAD = re.compile(r"[\xc2-\xf4][\x80-\xbf]{1,3}")
"""UTF-8 that was read as ISO 8859-1."""

_IMPOSSIBLE = re.compile(r"[\xc2-\xf4][\x80-\x9f]")
"""The same with a control character, which no text holds."""


def parse(text: str) -> HtmlElement:
    """The page's tree, without comments and processing instructions.

    Raises ``Rejected``: ``too_large`` or ``too_complex`` (see ``bounds``); ``no_content`` where there is no element.
    """
    bounds.check(text)
    source = _source(text)
    if not source:
        raise Rejected("no_content", "the page is empty")
    try:
        return document_fromstring(source, parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Rejected("no_content", "the page holds no element") from error


def _parser() -> etree.HTMLParser:
    """A parser whose elements are all made by C code: lxml.html's own asks Python for the class of each, every time."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    return parser


def _source(text: str) -> bytes:
    """The text without what is ``UNWANTED``, in UTF-8: bytes are searched many times faster than characters."""
    source = text.strip().encode("utf-8", "ignore")  # which leaves surrogates out
    if not text.isascii() and _has_c1(source):
        source = _reread(text).strip().encode("utf-8", "ignore")
    if any(control in source for control in _CONTROLS):  # each is looked for many bytes at a time
        source = source.translate(None, _CONTROLS)
    for unwanted in _NO_CHARACTERS:
        if unwanted in text:
            source = source.replace(unwanted.encode(), b"")
    return source.strip()


def _has_c1(source: bytes) -> bool:
    """Whether a text in UTF-8 has a control character of ISO 8859-1."""
    place = source.find(b"\xc2")
    while place >= 0:
        if source[place + 1] < 0xA0:
            return True
        place = source.find(b"\xc2", place + 2)
    return False


def _reread(text: str) -> str:
    """Mend a page that some program on its way read in the wrong encoding: "â\x80\x99" is an apostrophe."""
    if len(_IMPOSSIBLE.findall(text[:200_000])) < 3:
        return text
    return _MISREAD.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    try:
        return match.group().encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match.group()
