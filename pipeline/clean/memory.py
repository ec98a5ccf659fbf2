"""What a site repeats: paragraphs that stand in article after article are the site's, whatever they say.

No single page can show that. A memory keeps fingerprints of paragraphs by site, and says in how many other articles
each was seen. What repeats is left out with care, for reports repeat things too: a statement quoted in two articles of
a day, the background of a story that runs for weeks, one agency's paragraph under several headlines.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

from pipeline.clean.blocks import IN_BODY
from pipeline.clean.boilerplate import has_site_voice, is_sentence
from pipeline.documents import Block

RECURS = 3
"""Distinct articles of one site, this one among them, from which a block can be the site's own."""

TOLD = 6
"""The same for a sentence that addresses nobody: the background of a story is told again in a few reports."""

EVERYWHERE = 10
"""Distinct articles from which a short line is, wherever it stands and whatever it says."""

SHORT_LINE = 120
"""Characters in the longest line of that kind; the background of a long story is longer."""

SAME_ARTICLE = 0.5
"""Share of the text that recurs from which the page is one article at another address, not an article with notices."""

SHORTEST = 3
"""Words in the shortest block that is remembered; shorter ones recur by chance."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_QUOTATION = re.compile(r"[\"“„«][^\"“”„«»]{25,}")
"""Somebody's words; the name of a film or column in quotation marks is shorter."""


class SiteMemory(Protocol):
    """Where the fingerprints of a site's articles are kept; shared by all workers of a fleet."""

    def seen(self, site: str, fingerprints: Sequence[str], document_id: str) -> Sequence[int]:
        """Remember that an article holds these fingerprints; in how many other articles of the site each was seen.

        ``document_id`` is the article's identity: the same article read again is no other article. Counts may stop
        at ``EVERYWHERE``.
        """


class InProcessMemory:
    """A memory of this process alone, bounded; for tests and for work without a fleet."""

    def __init__(self, most: int = 200_000) -> None:
        self._most = most
        """Fingerprints that are kept; those not seen for longest go first."""
        self._articles: OrderedDict[tuple[str, str], set[str]] = OrderedDict()

    def seen(self, site: str, fingerprints: Sequence[str], document_id: str) -> Sequence[int]:
        """See ``SiteMemory``."""
        return [self._see((site, fingerprint), document_id) for fingerprint in fingerprints]

    def _see(self, key: tuple[str, str], document_id: str) -> int:
        articles = self._articles.setdefault(key, set())
        self._articles.move_to_end(key)
        others = len(articles - {document_id})
        if len(articles) <= EVERYWHERE:
            articles.add(document_id)
        if len(self._articles) > self._most:
            self._articles.popitem(last=False)
        return others


def fingerprint(text: str) -> str:
    """16 hex digits that two blocks share which differ in case, punctuation or numbers alone."""
    words = ("0" if word.isdigit() else word for word in _WORD.findall(text.lower()))
    return blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


def forget_repeated(blocks: tuple[Block, ...], memory: SiteMemory, *, site: str, document_id: str) -> tuple[Block, ...]:
    """The blocks without those that the site repeats in article after article; the memory learns all of them."""
    asked = [place for place, block in enumerate(blocks) if _is_remembered(block)]
    prints = [fingerprint(blocks[place].text) for place in asked]
    articles = {place: others + 1 for place, others in zip(asked, memory.seen(site, prints, document_id), strict=True)}
    recurring = {place for place, count in articles.items() if count >= RECURS}
    length = sum(len(blocks[place].text) for place in asked)
    if sum(len(blocks[place].text) for place in recurring) > SAME_ARTICLE * length:
        return blocks
    at_edge = _at_edges(asked, recurring)
    dropped = {place for place in recurring if _is_notice(blocks[place], articles[place], at_edge=place in at_edge)}
    return tuple(block for place, block in enumerate(blocks) if place not in dropped)


def _is_notice(block: Block, articles: int, *, at_edge: bool) -> bool:
    """Whether a recurring block is the site's.

    Never a quotation. What is spoken to the reader at once; what stands at an edge too, but a sentence only after more
    articles; inside, a short line that is no sentence and stands everywhere.
    """
    if _QUOTATION.search(block.text):
        return False
    if has_site_voice(block.text):
        return True
    if at_edge:
        return articles >= TOLD or not is_sentence(block.text)
    short = len(block.text) <= SHORT_LINE and not is_sentence(block.text)
    return articles >= EVERYWHERE and short and block.type != "heading"


def _is_remembered(block: Block) -> bool:
    return block.type in IN_BODY and len(_WORD.findall(block.text)) >= SHORTEST


def _at_edges(asked: list[int], recurring: set[int]) -> set[int]:
    """The recurring blocks with nothing but recurring ones before or after them."""
    found: set[int] = set()
    for order in (asked, asked[::-1]):
        for place in order:
            if place not in recurring:
                break
            found.add(place)
    return found
