"""readability-lxml, asked for the text of an article in a tree that was parsed already.

The module is loaded once more for ourselves, and in this copy what takes most of its time is answered in another way:
spaces are cleaned without patterns that try each character, what it writes to its log is not worked out, and the same
class is not searched twice. Its judgement stays its own, and whoever else imports the package finds it as it is.
"""

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from typing import Any

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from pipeline.clean.elements import CLASS, ID, text_in
from pipeline.clean.reading import UNREAD

logging.getLogger("readability").setLevel(logging.CRITICAL)

LONGEST_RUN = 255
"""Spaces in a row from which on the program takes them for plain ones, whatever they are."""


def _own_copy() -> Any:
    spec = find_spec("readability.readability")
    if spec is None or spec.loader is None:
        raise ImportError("readability-lxml is not installed")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PROGRAM = _own_copy()
_BLOCKS = ("blockquote", "dl", "div", "img", "ol", "p", "table", "ul")
"""How the names begin that it takes for blocks."""
_LISTINGS = ("pre", "code")
_OF_WORDS = ("unlikelyCandidatesRe", "okMaybeItsACandidateRe", "positiveRe", "negativeRe")
_TABS = re.compile(r"\t|[ \t]{2,}")
_clean_slowly = _PROGRAM.clean


class _Document(_PROGRAM.Document):  # type: ignore[misc,name-defined]  # the package has no types
    """On a tree that was parsed already; its own way parses and cleans each page three times."""

    text = ""
    """The article's text, once there is a summary."""
    _lengths: dict[HtmlElement, int] | None = None
    """Lengths of text by element, while the tree stays as it is."""

    def _parse(self, tree: HtmlElement) -> HtmlElement:
        self.encoding = "utf-8"
        copy = deepcopy(tree)
        strip_elements(copy, *UNREAD - {"head"}, with_tail=False)
        return copy

    def get_clean_html(self) -> str:
        """The text instead of the markup, which the program only asks whether it is long enough; else the markup."""
        self.text = " ".join(self.html.itertext())
        return self.text if len(self.text) >= self.retry_length else str(super().get_clean_html())

    def remove_unlikely_candidates(self) -> None:
        """Drop what is named like something around an article: few names are, and the pages repeat them."""
        unlikely, possible = (_PROGRAM.REGEXES[name].search for name in _OF_WORDS[:2])
        for element in list(self.html.iterdescendants("*")):
            names = f"{element.get(CLASS, '')} {element.get(ID, '')}"
            if len(names) > 1 and unlikely(names) and not possible(names) and _may_go(element):
                element.drop_tree()

    def tags(self, node: HtmlElement, *names: str) -> Iterator[HtmlElement]:
        """The elements of these names below one, all of a name at once: what is done to one may move others."""
        for name in names:
            yield from list(node.iterdescendants(name))

    def reverse_tags(self, node: HtmlElement, *names: str) -> Iterator[HtmlElement]:
        """The same, the last of each name first."""
        for name in names:
            yield from reversed(list(node.iterdescendants(name)))

    def transform_misused_divs_into_paragraphs(self) -> None:
        """As the program does it, but each block is met once, not once for each division around it."""
        holding: set[HtmlElement] = set()
        for element in self.html.iter("*"):
            if element.tag.startswith(_BLOCKS):
                above = element.getparent()
                while above is not None and above not in holding:
                    holding.add(above)
                    above = above.getparent()
        for division in self.tags(self.html, "div"):
            if division not in holding:
                division.tag = "p"
        super().transform_misused_divs_into_paragraphs()

    def score_paragraphs(self) -> Any:
        """The program's scores; it measures the elements around each paragraph again and again."""
        self._lengths = {}
        try:
            return super().score_paragraphs()
        finally:
            self._lengths = None

    def get_link_density(self, element: HtmlElement) -> float:
        """Share of an element's text in links."""
        linked = sum(map(self._length, element.iterdescendants("a")))
        return linked / max(self._length(element), 1)

    def _length(self, element: HtmlElement) -> int:
        known = self._lengths
        if known is None:
            return _text_length(element)
        if element not in known:
            known[element] = _text_length(element)
        return known[element]


def article_text(tree: HtmlElement) -> str:
    """The text of what the program takes for the article; empty where it finds none. The tree stays as it is."""
    document = _Document(tree)
    try:
        document.summary(html_partial=True)
    except _PROGRAM.Unparseable:
        return ""
    return document.text


def _clean(text: str) -> str:
    """The text as the program cleans it: a line break for spaces with any, a space for several others or a tab.

    It has a space for a very long run with line breaks, which makes no difference to what it asks of a text: its
    length, its commas and how it ends.
    """
    cleaned = "\n".join(line for part in text.split("\n") if (line := part.strip()))
    if _may_have_long_run(cleaned):
        return str(_clean_slowly(text))
    if "\t" in cleaned:
        return _TABS.sub(" ", cleaned)
    while "  " in cleaned:
        cleaned = cleaned.replace("  ", " ")
    return cleaned


def _may_have_long_run(text: str) -> bool:
    """Whether there may be as many spaces in a row as ``LONGEST_RUN``: half of them follow one of the steps taken."""
    half = LONGEST_RUN // 2
    return len(text) >= LONGEST_RUN and any(
        text[start : start + half].isspace() for start in range(0, len(text), half) if text[start].isspace()
    )


def _text_length(element: HtmlElement) -> int:
    """Characters of an element's text when it is cleaned."""
    text = text_in(element)
    words = text.split()
    packed = len("".join(words))
    if packed + text.count(" ") + text.count("\n") == len(text):
        return packed + max(len(words) - 1, 0)
    return len(_clean(text))


class _Words:
    """One of the program's patterns that is nothing but words: looked for one by one, as is several times as fast."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self._words = pattern.pattern.split("|")
        self.search = lru_cache(maxsize=20_000)(self._search)  # a site's elements have few classes

    def _search(self, text: str) -> bool:
        if not text.isascii():  # some letters of other scripts are small or large ones of these
            return self._pattern.search(text) is not None
        low = text.lower()
        return any(word in low for word in self._words)


def _may_go(element: HtmlElement) -> bool:
    """Whether an element is no part of a program's listing, and holds nothing that is an article by its tag."""
    return (
        element.tag not in ("html", "body", *_LISTINGS)
        and next(element.iterancestors(*_LISTINGS), None) is None
        and next(element.iter("main", "article", "math"), None) is None
    )


def _blocks_told(*_: object, **__: object) -> bytes:
    """Instead of the markup in a division, which is searched for blocks: all that has none is a paragraph already."""
    return b"<div"


def _unsaid(*_: object) -> str:
    return ""


_PROGRAM.clean, _PROGRAM.text_length = _clean, _text_length
_PROGRAM.tostring = _blocks_told
_PROGRAM.describe = _PROGRAM.text_content = _unsaid
_PROGRAM.REGEXES = _PROGRAM.REGEXES | {name: _Words(_PROGRAM.REGEXES[name]) for name in _OF_WORDS}
