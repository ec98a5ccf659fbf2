"""Articles that a site cuts into several pages: which page is the next part of the same article.

Only what the page itself links as its next one (``rel=next``), on the same host, and under the same address but for a
page number that is one higher. Listings have such links too; so the page must say that it is an article.
"""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

MOST_PARTS = 20
"""Parts of one article that are read."""

_LINK = re.compile(r"<(?:link|a)\s[^<>]{0,2000}>", re.I)
_NEXT = re.compile(r"rel\s{0,8}=\s{0,8}[\"']?[^\"'>]{0,60}\b(?i:next)\b")
"""With a plain beginning, which a page that has none is searched for in no time; to fold a page's case takes longer."""
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]{1,2000})\"|'([^']{1,2000})'|([^\s\"'>]{1,2000}))", re.I)
_ARTICLE = re.compile(
    r"og:type[\"']\s+content=[\"']article|content=[\"']article[\"']\s+property=[\"']og:type"
    r"|\"@type\"\s*:\s*\[?\s*\"[A-Za-z]*Article\"|itemtype=[\"']https?://schema\.org/[A-Za-z]*Article",
    re.I,
)
_PAGE = re.compile(
    r"(?:[?&](?:page|p|pg|pagina|seite|paged)=(\d{1,3})(?=&|$)|/(?:page|seite|pagina|p)?[-/]?(\d{1,3})/?$"
    r"|[-_,](?:p|page|seite)?(\d{1,3})(?=\.\w{3,5}$))"
)
SNIFFED = 200_000
"""Characters of the page in which it says that it is an article."""


def next_part(text: str, url: str) -> str | None:
    """The address of the next part of the article on the page ``text`` at ``url``; ``None`` where there is none."""
    if not _names_next(text) or not _ARTICLE.search(text[:SNIFFED]):
        return None
    for link in _LINK.finditer(text):
        if not _names_next(link[0]):
            continue
        href = _HREF.search(link[0])
        if href and (target := _absolute(url, next(filter(None, href.groups())))) and _follows(url, target):
            return target
    return None


def _names_next(text: str) -> bool:
    is_shouting = "REL=" in text or "Rel=" in text
    return bool(_NEXT.search(text.lower() if is_shouting else text))


def _absolute(url: str, reference: str) -> str | None:
    try:
        return urljoin(url, unescape(reference).strip()).partition("#")[0]
    except ValueError:
        return None


def _follows(url: str, target: str) -> bool:
    """Whether ``target`` is the page after ``url`` of the same address."""
    if urlsplit(url)[:2] != urlsplit(target)[:2]:
        return False
    stem, number = _numbered(target)
    return any(stem == before and number == at + 1 for before, at in (_numbered(url), (_plain(url), 1)))


def _numbered(url: str) -> tuple[str, int]:
    """The address without its page number, and the number."""
    match = _PAGE.search(url)
    if not match:
        return _plain(url), 1
    number = next(filter(None, match.groups()))
    return _plain(url[: match.start()] + url[match.end() :]), int(number)


def _plain(url: str) -> str:
    return url.replace("?&", "?").rstrip("/?&")
