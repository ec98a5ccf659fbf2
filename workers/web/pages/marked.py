"""An article's text with what was found in it: names, places, dates and quotes, cut so that they nest in any way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workers.web.pages.rendering import with_query

MOST_MARKS = 5_000
"""A text with more of them is shown with the first ones."""


@dataclass(frozen=True)
class Mark:
    """Something found, and where; ``link`` leads to the articles that have it too."""

    start: int
    end: int
    kind: str
    title: str
    link: str | None = None


@dataclass(frozen=True)
class Piece:
    """A stretch of text under the same marks."""

    text: str
    kinds: str
    """Parted by spaces; empty for bare text."""
    title: str
    link: str | None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body, as what it stands there."""

    kind: str
    """``paragraph``, ``heading``, ``list`` or ``quote``."""
    pieces: tuple[Piece, ...]


def paragraphs(article: Mapping[str, Any]) -> list[Paragraph]:
    """The body of a published article."""
    body: str = article["body"]
    marks = sorted(_marks(article), key=lambda mark: (mark.start, -mark.end))[:MOST_MARKS]
    kinds = {block["text"]: block["type"] for block in article["blocks"]}
    found: list[Paragraph] = []
    begin = 0
    for text in body.split("\n\n"):
        end = begin + len(text)
        here = [mark for mark in marks if mark.start < end and mark.end > begin]
        if text.strip():
            found.append(Paragraph(kinds.get(text, "paragraph"), tuple(_pieces(body, begin, end, here))))
        begin = end + 2
    return found


def _marks(article: Mapping[str, Any]) -> Iterator[Mark]:
    for quote in article["quotes"]:
        speaker = quote["speaker"] or ("a source that is not named" if quote["anonymous"] else "speaker unknown")
        yield Mark(quote["start"], quote["end"], "said", f"{quote['kind']} quote: {speaker}")
    for entity in article["entities"]:
        link = with_query("/articles", {"entity": entity["name"]})
        for mention in entity["mentions"]:
            title = f"{entity['name']} ({entity['type']})"
            yield Mark(mention["start"], mention["end"], f"name {entity['type']}", title, link)
    for place in article["places"]:
        link, where = with_query("/articles", {"place": place["name"]}), place["country"] or "no country"
        for mention in place["mentions"]:
            title = f"{place['name']}, {where} ({place['role']})"
            yield Mark(mention["start"], mention["end"], "name place", title, link)
    for date in article["dates"]:
        yield Mark(date["start"], date["end"], "date", date["value"] or "a date that cannot be told")


def _pieces(body: str, begin: int, end: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    """Cut wherever a mark begins or ends; of several, the shortest names the piece."""
    cuts = sorted({begin, end, *(cut for mark in marks for cut in (mark.start, mark.end) if begin < cut < end)})
    for start, stop in pairwise(cuts):
        over = sorted((m for m in marks if m.start <= start and m.end >= stop), key=lambda m: m.end - m.start)
        kinds = " ".join(dict.fromkeys(word for mark in over for word in mark.kind.split()))
        title = " · ".join(dict.fromkeys(mark.title for mark in over))
        yield Piece(body[start:stop], kinds, title, next((mark.link for mark in over if mark.link), None))
