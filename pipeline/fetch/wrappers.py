"""Pages that only stand before another one: share links, redirect notices, AMP caches. The page itself tells the way.

Nothing is guessed: taken is only an address that the page states, in a way that a browser or a reader would follow.
What cannot be told from the page stays as it is, and clean says what it is (a consent page, a script shell).
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

from pipeline.errors import Rejected
from pipeline.urls import host_of, join

MOST_WRAPPERS = 3
"""Wrappers in a row that are followed."""
LONGEST_WRAPPER = 400_000
"""Characters; a wrapper is small, and Google's are the largest."""
SNIFFED = 60_000
"""Characters in which a refresh or a declared target is looked for."""
LONGEST_WAIT = 10
"""Seconds of a refresh that is still a redirect; news pages reload themselves after minutes."""
FEW_WORDS = 60
"""Visible words of a page that says little but where to go on."""

_META = re.compile(r"<meta\s[^<>]{0,4000}>", re.I)
_REFRESH = re.compile(r"\bhttp-equiv\s*=\s*[\"']?refresh\b", re.I)
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]{1,4000})\"|'([^']{1,4000})')", re.I)
_TARGET = re.compile(r"\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s][^\"']{0,4000})", re.I)
_SCRIPT_MOVE = re.compile(
    r"location(?:\.href\s{0,8}=|\s{0,8}=|\.replace\s{0,8}\(|\.assign\s{0,8}\()\s{0,8}[\"'](https?:[^\"'\s]{4,4000})[\"']"
)
_UNSEEN = re.compile(r"<(head|script|style|noscript|template|svg)\b", re.I)
_NOSCRIPT = re.compile(r"<(noscript)\b", re.I)
_TAG = re.compile(r"<[^<>]{0,4000}>")
_CANONICAL = re.compile(r"<link\s[^<>]{0,1000}\brel\s*=\s*[\"']?canonical\b[^<>]{0,4000}>", re.I)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]{1,4000})\"|'([^']{1,4000})'|([^\s\"'>]{1,4000}))", re.I)
_DECLARED = re.compile(
    r"\b(?:data-n-au|data-destination-url|data-original-url)\s*=\s*[\"'](https?:[^\"'\s]{4,4000})", re.I
)
_ANCHOR = re.compile(r"<a\s[^<>]{0,2000}\bhref\s{0,8}=\s{0,8}[\"'](https?://[^\"'\s]{4,4000})[\"']", re.I)

AMP_CACHES = (".ampproject.net", ".bing-amp.com", ".cdn.ampproject.org")
"""Hosts below which pages of others are served; each page names its own address as canonical."""
AMP_PATHS = ("google.com/amp/", "www.google.com/amp/")
SHARE_HOSTS = frozenset(
    {
        "apne.ws", "apple.news", "away.vk.com", "bbc.in", "bit.ly", "buff.ly", "cnn.it", "dlvr.it", "flip.it",
        "getpocket.com", "go.skimresources.com", "l.facebook.com", "l.instagram.com", "l.smartnews.com",
        "lm.facebook.com", "lnkd.in", "news.google.com", "nyti.ms", "out.reddit.com", "ow.ly", "reut.rs",
        "share.google", "t.co", "tinyurl.com", "trib.al", "wapo.st", "www.google.com",
    }
)  # fmt: skip
"""Hosts whose pages stand for a page elsewhere: where such a page states just one address elsewhere, that is it."""
TARGET_PARAMETERS = ("url", "u", "q", "dest", "target")
"""Parameters in which such hosts carry the address of the other page."""


def wrapper_target(text: str, url: str) -> str | None:
    """Where the page ``text`` at ``url`` sends its reader, in normal form; ``None`` for a page that is itself meant."""
    if len(text) > LONGEST_WRAPPER:
        return None
    for reference in _stated(text, url):
        if (target := _joined(url, reference)) and target != _joined(url, url):
            return target
    return None


def _stated(text: str, url: str) -> Iterator[str]:
    """The addresses that the page states, the surest first."""
    head = text[:SNIFFED]
    refresh, move = _refresh(head), _SCRIPT_MOVE.search(head)
    # For readers without scripts alone, or by a script: only a page that has nothing else to say means it for all.
    if refresh and (refresh == _refresh(_seen(head, _NOSCRIPT)) or _says_little(text)):
        yield refresh
    if move and _says_little(text):
        yield move[1].replace("\\/", "/")
    yield from _elsewhere(text, head, url)


def _refresh(head: str) -> str | None:
    """The target of a ``<meta http-equiv=refresh>`` that comes soon."""
    for meta in _META.finditer(head):
        if not _REFRESH.search(meta[0]) or not (content := _CONTENT.search(meta[0])):
            continue
        target = _TARGET.match(unescape(content[1] or content[2]))
        if target and int(target[1]) <= LONGEST_WAIT:
            return target[2].strip()
    return None


def _elsewhere(text: str, head: str, url: str) -> list[str]:
    """What a page of a cache or share service states as the address that it stands for."""
    host = host_of(url)
    is_cache = host.endswith(AMP_CACHES) or url.partition("://")[2].startswith(AMP_PATHS)
    if not is_cache and host not in SHARE_HOSTS:
        return []
    stated = [canonical] if (canonical := _canonical(head)) and _is_elsewhere(canonical, url) else []
    if is_cache:
        return stated
    declared = [unescape(found) for found in _DECLARED.findall(text)[:1]]
    return [*declared, *_in_parameters(url), *stated, *_only_anchor(text, url)]


def _canonical(head: str) -> str | None:
    link = _CANONICAL.search(head)
    href = _HREF.search(link[0]) if link else None
    return unescape(next(filter(None, href.groups()))) if href else None


def _in_parameters(url: str) -> list[str]:
    query = parse_qs(urlsplit(url).query, max_num_fields=50)
    values = [value for name in TARGET_PARAMETERS for value in query.get(name, ())]
    return [value for value in values if value.startswith(("http://", "https://"))][:1]


def _only_anchor(text: str, url: str) -> list[str]:
    """The one address elsewhere that a page with few words links to."""
    found = {unescape(href) for href in _ANCHOR.findall(text) if _is_elsewhere(unescape(href), url)}
    return list(found) if len(found) == 1 and _says_little(text) else []


def _is_elsewhere(reference: str, url: str) -> bool:
    target = _joined(url, reference)
    return target is not None and _site(host_of(target)) != _site(host_of(url))


def _site(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _says_little(html: str) -> bool:
    return len(_TAG.sub(" ", _seen(html, _UNSEEN)).split()) < FEW_WORDS


def _seen(html: str, unseen: re.Pattern[str]) -> str:
    """The page without the elements that ``unseen`` finds the beginning of, in one pass."""
    pieces, at, lower = [], 0, html.lower()
    for opening in unseen.finditer(html):
        if opening.start() < at:
            continue
        pieces.append(html[at : opening.start()])
        end = lower.find(f"</{opening[1].lower()}", opening.end())
        at = end if end >= 0 else len(html)
    return "".join([*pieces, html[at:]])


def _joined(base: str, reference: str) -> str | None:
    try:
        return join(base, unescape(reference.strip()))
    except Rejected:
        return None
