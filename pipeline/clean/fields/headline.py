"""The headline: what the page declares for itself, freed of the site's name, checked against what it shows.

Sites put their name, a section or a sales line after the headline, parted by a bar or dash. A piece is taken off where
it names the site, or where what is left is what another source says; a dash inside a headline so stays.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import Scan
from pipeline.clean.fields.schema import Linked, plain_text
from pipeline.clean.fields.visible import text_of

LONGEST = 400
"""Characters of the longest text that is taken for a headline."""

MAJORITY = 4
"""Sources that outvote the order of trust."""

LEAST_SHARED = 0.2
"""Share of words that a heading has in common with a declared title, under which it is a heading of the site's own."""

SHORTEST_STEM = 15
"""Characters of a title that is cut off by which the whole is known."""

_CUT = re.compile(r"[\s,]*(?:…|\.\.\.)$")
_PART = re.compile(
    r"\s+[|–—\-:·•»«~]{1,2}\s+|\s*[|｜»：]\s*|--|\s+[@]\s+|_(?=\S+$)|(?<=[^\x00-\u2fff])[-－–—_](?=[^\x00-\u2fff]{2,15}$)"
)
_WORDS = re.compile(r"\w+")
_APART: Any = {code: " " for code in range(0x80) if not _WORDS.match(chr(code))}


def read_headline(page: Scan, linked: Linked, site_names: tuple[str, ...]) -> Chosen[str | None]:
    """The article's headline as its publisher words it."""
    shown = _shown(page)
    raw = {
        "json-ld": linked.string("headline"),
        "og:title": plain_text(page.meta("og:title")),
        "h1": shown[0] if shown else "",
        "twitter:title": plain_text(page.meta("twitter:title", "title", "dc.title", "sailthru.title", "parsely-title")),
        "title": page.title,
    }
    known = {folded(text) for text in (*raw.values(), *shown) if text} - {""}
    names = {folded(name) for name in site_names} | _host_names(page.url)
    texts = {source: without_site(text[:LONGEST].rstrip(), known, names) for source, text in raw.items()}
    texts = {source: _whole(text, texts.values()) for source, text in texts.items() if folded(text) not in names}
    heads = [without_site(text, known, names) for text in shown]
    texts["h1"] = _told(heads, [text for source, text in texts.items() if source != "h1"])
    offers = _offers(texts, curated=bool(linked.types), plain=texts.get("og:title") == raw["og:title"])
    return choose(offers, None, same=lambda text: folded(text or ""))


def folded(text: str) -> str:
    """A text's letters and digits in lower case, words parted by a space: for comparing."""
    if text.isascii():
        return " ".join(text.lower().translate(_APART).split())
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold()))


def without_site(text: str, known: set[str], names: set[str]) -> str:
    """``text`` without pieces at its ends that name the site or that the other sources do not have."""
    ends = [(match.start(), match.end()) for match in _PART.finditer(text)][-12:]
    for start, end in reversed(ends):
        left, right = text[:start].rstrip(), text[end:].lstrip()
        if _names_site(right, names) and folded(left):
            return without_site(left, known, names)
    for start, end in ends[:1]:
        if _names_site(text[:start], names) and folded(text[end:]):
            return text[end:].lstrip()
    for start, end in ends:
        for rest in (text[:start].rstrip(), text[end:].lstrip()):
            if folded(rest) in known and len(folded(rest).split()) > 1:
                return rest
    return text


def _whole(text: str, others: Iterable[str]) -> str:
    """A title that is cut off, as another source has it in full."""
    stem = _CUT.sub("", text)
    if stem == text or len(stem) < SHORTEST_STEM:
        return text
    return next((other for other in others if other.startswith(stem) and not _CUT.search(other)), text)


def _names_site(text: str, names: set[str]) -> bool:
    """The text is a name of the site, or holds little else: "Harbour Post Online", "harbourpost.example"."""
    words = folded(text)
    joined = words.replace(" ", "")
    return any(
        words == name
        or joined == name.replace(" ", "")
        or (len(name) > 2 and len(words) < 2 * len(name) + 8 and f" {name} " in f" {words} ")
        for name in names
    )


def _host_names(url: str | None) -> set[str]:
    """Names that a site goes by according to its address: the host, and the host's longest label."""
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return set()
    labels = host.split(".")[:-1]
    return {folded(host), folded(max(labels, key=len).replace("-", " "))} - {""} if labels else set()


def headline_place(page: Scan, headline: str | None) -> int:
    """Where the page prints its headline: the heading most like it; 0 without one."""
    wanted = set(folded(headline or "").split())
    best, place = 0.0, 0
    for found in [*page.tagged["h1"][:20], *page.tagged["h2"][:10]]:
        words = set(folded(text_of(found.element, LONGEST)).split())
        shared = len(words & wanted) / max(len(words | wanted), 1)
        if shared > best:
            best, place = shared, found.place
    return place


def _shown(page: Scan) -> list[str]:
    """Texts of first-level headings, those in the page's main part first."""
    elements = sorted((found.element for found in page.tagged["h1"][:20]), key=page.beside)
    marked = [found.element for found in page.properties["headline"][:3] if found.element.tag != "meta"]
    return [text for element in [*elements, *marked] if (text := text_of(element, LONGEST))]


def _told(heads: list[str], told: list[str]) -> str:
    """The heading that shares most with what the page declares, so that a heading of the site's own is not taken."""
    declared = [set(folded(text).split()) for text in told if text]

    def shared(head: str) -> float:
        words = set(folded(head).split())
        return max((len(words & other) / max(len(words | other), 1) for other in declared), default=0.0)

    best = max(heads, key=shared, default="")
    return best if not declared or shared(best) >= LEAST_SHARED else ""


def _offers(texts: dict[str, str], *, curated: bool, plain: bool) -> list[Offer[str | None]]:
    """Newsrooms word og:title and JSON-LD by hand; elsewhere a plugin makes them, and the heading is the headline.

    ``plain``: og:title came without the site's name, so it is no copy of the title element.
    """
    trust = {"og:title": 0.8, "json-ld": 0.75, "h1": 0.7, "twitter:title": 0.5, "title": 0.4}
    if not plain:
        trust["og:title"] = 0.72
    if not curated:
        trust["h1"] = 0.85
    same = folded(texts.get("json-ld", ""))
    if same and sum(folded(text) == same for text in texts.values()) >= MAJORITY:
        trust["json-ld"] = 0.9
    if same and same == folded(texts.get("title", "")) != folded(texts.get("h1", "")):
        trust["json-ld"] = 0.85
    return [Offer(source, texts[source], confidence) for source, confidence in trust.items() if texts.get(source)]
