"""What readers see of an element."""

from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipeline.clean.elements import text_in
from pipeline.clean.reading import INLINE

MOST_INLINE = 30
"""Elements in a line of text that is read at once."""

MOST_STEPS = 2_000
"""Starts and ends of elements that are passed to read the text of one."""

SILENT = frozenset(["button", "noscript", "script", "style", "svg", "template"])
"""Elements whose text is no text for readers."""


def text_of(element: HtmlElement, most: int = 2_000) -> str:
    """The visible text of an element on one line, at most ``most`` characters of it."""
    if not len(element):
        return " ".join((element.text or "").split())[:most].strip()
    if _is_line(element) and len(line := text_in(element)) <= most:
        return " ".join(line.split())
    pieces: list[str] = []
    size = steps = 0
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start" and inner.tag in SILENT and inner is not element:
            walk.skip_subtree()
            continue
        text = inner.text if event == "start" else inner.tail if inner is not element else None
        if inner.tag not in INLINE:
            pieces.append(" ")
        if text:
            pieces.append(text)
            size += len(text)
        steps += 1
        if size > most or steps > MOST_STEPS:
            break
    return " ".join("".join(pieces).split())[:most].strip()


def _is_line(element: HtmlElement) -> bool:
    """Whether nothing in an element parts its text or hides some of it."""
    inner = [one.tag in INLINE for one in islice(element.iterdescendants("*"), MOST_INLINE)]
    return len(inner) < MOST_INLINE and all(inner)
