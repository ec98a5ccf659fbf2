"""readability-lxml, asked for the text of an article in a tree that was parsed already.

The module is loaded once more for ourselves, and in this copy what takes most of its time is answered in another way:
spaces are cleaned without patterns that try each character, what it writes to its log is not worked out, and the same
class is not searched twice. Its judgement stays its own, and whoever else imports the package finds it as it is.
"""

import logging
from copy import deepcopy
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from types import SimpleNamespace
from typing import Any

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from pipeline.clean.reading import UNREAD

logging.getLogger("readability").setLevel(logging.CRITICAL)

LONGEST_RUN = 250
"""Spaces in a row from which on the program cleans in its own way, which cuts the longest ones."""


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
_clean_slowly = _PROGRAM.clean


class _Document(_PROGRAM.Document):  # type: ignore[misc,name-defined]  # the package has no types
    """On a tree that was parsed already; its own way parses and cleans each page three times."""

    text = ""
    """The article's text, once there is a summary."""

    def _parse(self, tree: HtmlElement) -> HtmlElement:
        self.encoding = "utf-8"
        copy = deepcopy(tree)
        strip_elements(copy, *UNREAD - {"head"}, with_tail=False)
        return copy

    def get_clean_html(self) -> str:
        """The text instead of the markup, which the program only asks whether it is long enough; else the markup."""
        self.text = " ".join(self.html.itertext())
        return self.text if len(self.text) >= self.retry_length else str(super().get_clean_html())


def article_text(tree: HtmlElement) -> str:
    """The text of what the program takes for the article; empty where it finds none. The tree stays as it is."""
    document = _Document(tree)
    try:
        document.summary(html_partial=True)
    except _PROGRAM.Unparseable:
        return ""
    return document.text


def _clean(text: str) -> str:
    """The text as the program cleans it: a line break for spaces with any, a space for all others."""
    lines = [line for part in text.split("\n") if (line := part.strip())]
    cleaned = "\n".join(lines)
    if len(text) - len(cleaned) > LONGEST_RUN or not _has_usual_spaces(cleaned):
        return str(_clean_slowly(text))
    return "\n".join(" ".join(line.split()) for line in lines) if "  " in cleaned else cleaned


def _text_length(element: HtmlElement) -> int:
    """Characters of an element's text when it is cleaned: one for each run of spaces."""
    text = element.text_content()
    cleaned = "\n".join(map(str.strip, text.split("\n")))
    if not _has_usual_spaces(cleaned):
        return len(_clean_slowly(text))
    words = cleaned.split()
    return len("".join(words)) + max(len(words) - 1, 0)


def _has_usual_spaces(text: str) -> bool:
    """Whether there are no spaces but blanks and line breaks in a text."""
    return len("".join(text.split())) + text.count(" ") + text.count("\n") == len(text)


def _blocks_told(element: HtmlElement, **_: object) -> bytes:
    """Instead of the markup of an element, which is only searched for blocks: whether it is or holds one."""
    return b"<div" if any(inner.tag.lower().startswith(_BLOCKS) for inner in element.iter("*")) else b""


def _unsaid(*_: object) -> str:
    return ""


def _remembering(pattern: Any) -> Any:
    """A pattern that remembers what it was asked last: the elements of a page have few classes."""
    return SimpleNamespace(search=lru_cache(maxsize=5_000)(pattern.search))


_PROGRAM.clean, _PROGRAM.text_length = _clean, _text_length
_PROGRAM.tostring = _blocks_told
_PROGRAM.describe = _PROGRAM.text_content = _unsaid
_PROGRAM.REGEXES = _PROGRAM.REGEXES | {
    name: _remembering(_PROGRAM.REGEXES[name])
    for name in ("unlikelyCandidatesRe", "okMaybeItsACandidateRe", "positiveRe", "negativeRe")
}
