"""What a page shows to whoever asks whether it is an article at all; each part is gathered when it is asked for."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.clean.body import Body
from pipeline.clean.fields import Fields
from pipeline.clean.markup import markup_of
from pipeline.clean.segments import Segment, breadth, without_marks
from pipeline.documents import FetchedPage

LONGEST = 2_000
"""Characters of one paragraph that are read."""
SLIGHT = 200
"""Characters of body up to which what lies around it is listened to as well."""
LONGEST_LINE = 200

_PART = re.compile(r"\s[|·•–—-]{1,2}\s|\s?[|»]\s|:\s")
_WORD = re.compile(r"[^\W_]+")
_APART: Any = {code: " " for code in range(0x80) if not _WORD.match(chr(code))}


def plain(text: str) -> str:
    """The words of a text in lower case, with a space around each."""
    low = without_marks(text[:LONGEST].lower())
    words = low.translate(_APART).split() if low.isascii() else _WORD.findall(low)
    return f" {' '.join(words)} "


class Phrases:
    """Phrases as they are looked for in plain words, by a word that a text with the phrase has."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.by_word: dict[str, list[str]] = defaultdict(list)
        self.unparted: list[str] = []
        """Those of languages that write no spaces, and so do not part theirs."""
        for words in map(plain, texts):
            if breadth(words) == len(words):
                self.by_word[max(words.split(), key=len)].append(words)
            else:
                self.unparted.append(words.strip())


class Told:
    """Texts in plain words that are asked for hundreds of phrases: few have even one word of a phrase."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts)
        self._whole = "\n".join(self.texts)
        self._words = frozenset(self._whole.split())

    def among(self, phrases: Phrases) -> list[str]:
        """Which of the phrases stand in one of the texts."""
        met = phrases.by_word.keys() & self._words
        offered = [*phrases.unparted, *(phrase for word in met for phrase in phrases.by_word[word])]
        return [phrase for phrase in offered if phrase in self._whole]


def unlinked(segment: Segment) -> int:
    """Characters of a segment outside of its links."""
    return breadth(segment.text) - segment.linked


class Evidence:
    """One page; every text is given as ``plain`` words."""

    def __init__(self, tree: HtmlElement, fields: Fields, body: Body, page: FetchedPage) -> None:
        self._tree, self._fields, self._body, self._page = tree, fields, body, page
        self.size = breadth(body.text)
        """Characters of its body."""
        self.free = fields.is_accessible_for_free
        self._plain = cache(plain)  # most texts are lines, texts and blocks at once
        slight = self.size <= SLIGHT
        self._heard = [one for one in body.reading.segments if not one.url and (slight or not one.noise)]

    @cached_property
    def title(self) -> Told:
        """The title, whole and in parts."""
        return _parts([next((title.text for title in self._tree.iterdescendants("title")), None) or ""])

    @cached_property
    def headings(self) -> Told:
        """The headline and the headings of the first level, else the first two of any; whole and in parts."""
        top = [one.text for one in self._body.reading.segments if one.level == 1]
        shown = top or [one.text for one in self._heard if one.kind == "heading"]
        return _parts([self._fields.headline.value or "", *shown[:2]])

    @cached_property
    def texts(self) -> tuple[tuple[str, int], ...]:
        """What the page tells its reader, each text with its characters outside of links."""
        return tuple((self._plain(one.text), unlinked(one)) for one in self._heard)

    @cached_property
    def told(self) -> Told:
        """The same texts."""
        return Told(text for text, _ in self.texts)

    @cached_property
    def lines(self) -> Told:
        """All its short lines, those around the body too."""
        return Told(self._plain(one.text) for one in self._body.reading.segments if 0 < len(one.text) <= LONGEST_LINE)

    @cached_property
    def blocks(self) -> tuple[tuple[str, int], ...]:
        """The body's blocks of text, each with its characters."""
        return tuple((self._plain(one.text), breadth(one.text)) for one in self._body.blocks if not one.url)

    @cached_property
    def told_in_body(self) -> Told:
        """The same blocks."""
        return Told(text for text, _ in self.blocks)

    @cached_property
    def markup(self) -> str:
        """See ``markup_of``."""
        return markup_of(self._tree)

    @cached_property
    def address(self) -> frozenset[str]:
        """The labels of the host and the steps of the path of its addresses."""
        return _steps(self._page.url) | _steps(self._fields.canonical_url.value or "")

    @property
    def is_front(self) -> bool:
        """It is the root of its site."""
        url = self._page.url
        return url.startswith("http") and urlsplit(url).path in ("", "/") and not urlsplit(url).query

    @property
    def is_stopped(self) -> bool:
        """Its text ends in an ellipsis."""
        return self._body.text.rstrip(" )]").endswith(("…", "..."))

    @property
    def is_declared(self) -> bool:
        """It declares that it is an article."""
        fields = self._fields
        if fields.og_type == "article" or (fields.authors.value and fields.date_published.value):
            return True
        return any(name.endswith(("article", "posting")) for name in fields.schema_types)


def _parts(lines: list[str]) -> Told:
    parts = [part for line in lines for part in (line, *_PART.split(line[:LONGEST_LINE]))]
    return Told(dict.fromkeys(words for part in parts if (words := plain(part)).strip()))


def _steps(url: str) -> frozenset[str]:
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return frozenset()
    return frozenset([*parts.netloc.split("."), *parts.path.split("/")]) - {""}
