"""Pages that answer in place of an article: consent pages, login pages, bot walls, soft 404s, paywall stubs and their like.

What such pages call themselves and tell their readers is data (``impostors.toml``). Each finding gives points, and they
are weighed against the text that the page has of its own, which is its body without the paragraphs that speak for the
impostor: the more there is, the more it takes. So a short report about cookies, or one below a login form, stays an
article, and a consent page of a thousand words does not become one.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.clean.body import Body
from pipeline.clean.fields import Fields
from pipeline.clean.markup import has_script, markup_of, noscript_of
from pipeline.clean.segments import Segment, breadth
from pipeline.documents import FetchedPage

TITLE = HEADING = GATE = 4
"""Points for a title, a heading, or a line across the text that is the impostor's."""
SPEECH = 3
"""Points for a page that mostly tells what the impostor tells; twice as many if it says two such things."""
MARK = 3
"""Points for markup that only such pages have."""
HINT = 2
"""Points for markup or an address that articles can have too: at most as many as what the page says."""
STOPPED = 2
"""Points for a text that ends in an ellipsis on a page that is not free."""

LEAST = 2
"""Points that make an impostor of a page without any text of its own."""
PER_POINT = 200
"""Characters of its own text, some 35 words, that ask for one point more."""
LONGEST = 5000
"""Characters of body beyond which only a page with such a title or heading is looked at: the points end there."""
SLIGHT = 200
"""Characters of body up to which what lies around it is listened to as well."""
LONGEST_GATE = 200
"""Characters of the longest line that offers to read on."""
SHELL = 300
"""Characters of visible text up to which a page of scripts is a shell that they are to fill."""
TEASERS = 8
"""Linked lines from which a page lists articles."""
SHORTEST_TEASER = 20

OF_ARTICLES = frozenset({"paywall", "script_shell"})
"""What pages of real articles turn into: that a page declares an article says nothing against these."""

_PART = re.compile(r"\s[|·•–—-]{1,2}\s|\s?[|»]\s|:\s")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class _Kind:
    """One kind of impostor and how it is known."""

    reason: str
    lines: tuple[str, ...]
    says: tuple[str, ...]
    marks: tuple[str, ...]
    hints: tuple[str, ...]
    paths: frozenset[str]


@dataclass(frozen=True)
class _Page:
    """What is asked for evidence."""

    title: tuple[str, ...]
    """The title, whole and in parts, as plain words; ``headings`` too."""
    headings: tuple[str, ...]
    texts: tuple[tuple[str, int], ...]
    """What the page tells: plain words, and characters outside of links."""
    lines: tuple[str, ...]
    """Its short lines, the noise too, as plain words."""
    body: tuple[tuple[str, int], ...]
    """The body's blocks: plain words, and characters."""
    markup: str
    paths: frozenset[str]
    declared: bool
    """It declares that it is an article."""
    free: bool | None
    stopped: bool


def impostor(tree: HtmlElement, *, fields: Fields, body: Body, page: FetchedPage) -> str | None:
    """The reason of ``pipeline.errors.REJECTIONS`` for which a page is no article; ``None`` for an article."""
    title, headings = _top(tree, fields, body)
    called = any(_calls(line, kind) for kind in _kinds() for line in (*title, *headings))
    if breadth(body.text) > LONGEST and not called:
        return None
    seen = _look(tree, title, headings, fields, body, page)
    excess = {kind.reason: _points(kind, seen) - _needed(kind, seen) for kind in _kinds()}
    likeliest = max(excess, key=lambda reason: excess[reason])
    if excess[likeliest] >= 0:
        return likeliest
    if _is_index(fields, body, page, seen.declared):
        return "index_page"
    return None if body.text else _of_empty(tree, body)


@cache
def _kinds() -> tuple[_Kind, ...]:
    data = tomllib.loads(files("pipeline.clean").joinpath("impostors.toml").read_text("utf-8"))
    return tuple(
        _Kind(
            reason, tuple(map(_phrase, kind["lines"])), tuple(map(_phrase, kind["says"])),
            tuple(kind["marks"]), tuple(kind["hints"]), frozenset(kind["paths"]),
        )
        for reason, kind in data.items()
    )  # fmt: skip


def _plain(text: str) -> str:
    """The words of a text in lower case, with a space around each."""
    return f" {' '.join(_WORD.findall(text[:LONGEST].lower()))} "


def _phrase(text: str) -> str:
    """A phrase as it is looked for in plain words; languages that write no spaces do not part theirs."""
    plain = _plain(text)
    return plain if breadth(plain) == len(plain) else plain.strip()


def _top(tree: HtmlElement, fields: Fields, body: Body) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The page's title and its uppermost headings as plain words."""
    slight = breadth(body.text) <= SLIGHT
    shown = [one.text for one in body.reading.segments if one.kind == "heading" and (slight or not one.noise)][:2]
    shown += [one.text for one in body.reading.segments if one.level == 1][:2]
    return _parts([tree.findtext(".//title") or ""]), _parts([fields.headline.value or "", *shown])


def _parts(lines: list[str]) -> tuple[str, ...]:
    parts = [part for line in lines for part in (line, *_PART.split(line[:300]))]
    return tuple(dict.fromkeys(plain for part in parts if (plain := _plain(part)).strip()))


def _calls(line: str, kind: _Kind) -> bool:
    """Whether a line is the impostor's, but for a word or two."""
    return any(phrase in line and len(phrase) * 4 >= len(line) * 3 for phrase in kind.lines)


def _look(
    tree: HtmlElement, title: tuple[str, ...], headings: tuple[str, ...], fields: Fields, body: Body, page: FetchedPage
) -> _Page:
    slight = breadth(body.text) <= SLIGHT
    segments = [one for one in body.reading.segments if one.kind not in ("image", "embed")]
    return _Page(
        title=title,
        headings=headings,
        texts=tuple((_plain(one.text), _unlinked(one)) for one in segments if slight or not one.noise),
        lines=tuple(_plain(one.text) for one in segments if len(one.text) <= LONGEST_GATE),
        body=tuple((_plain(one.text), breadth(one.text)) for one in body.blocks if one.type not in ("image", "embed")),
        markup=markup_of(tree),
        paths=_words_of_address(page.url) | _words_of_address(fields.canonical_url.value or ""),
        declared=_declares_article(fields),
        free=fields.is_accessible_for_free,
        stopped=body.text.rstrip(" )]").endswith(("…", "...")),
    )


def _unlinked(segment: Segment) -> int:
    return breadth(segment.text) - segment.linked


def _words_of_address(url: str) -> frozenset[str]:
    """The labels of an address's host and the steps of its path."""
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return frozenset()
    return frozenset([*(parts.netloc.split(".")), *parts.path.split("/")]) - {""}


def _declares_article(fields: Fields) -> bool:
    if fields.og_type == "article" or (fields.authors.value and fields.date_published.value):
        return True
    return any(name.endswith(("article", "posting")) for name in fields.schema_types)


def _points(kind: _Kind, page: _Page) -> float:
    """How much speaks for this kind: what the page says, its sure marks, and hints as far as they bear that out."""
    said = TITLE * any(_calls(line, kind) for line in page.title) + _speech(kind, page)
    said += HEADING * any(_calls(line, kind) for line in page.headings)
    hints = HINT * min(2, sum(hint in page.markup for hint in kind.hints)) + HINT * bool(kind.paths & page.paths)
    if kind.reason == "paywall":
        said = GATE * _is_gated(kind, page) + STOPPED * (page.stopped and page.free is False)
        hints += HINT * (page.free is False)
    return said + MARK * any(mark in page.markup for mark in kind.marks) + min(said, hints)


def _speech(kind: _Kind, page: _Page) -> float:
    """Points for what the page tells its reader; none unless that is most of what it tells."""
    telling = [(text, size) for text, size in page.texts if _tells(text, kind)]
    share = sum(size for _, size in telling) / max(1, sum(size for _, size in page.texts))
    if share < 0.5:
        return 0.0
    things = sum(any(phrase in text for text, _ in telling) for phrase in kind.says)
    return SPEECH * min(2, things) * share


def _tells(text: str, kind: _Kind) -> bool:
    return any(phrase in text for phrase in kind.says)


def _is_gated(kind: _Kind, page: _Page) -> bool:
    return any(_calls(line, kind) or _tells(line, kind) for line in page.lines)


def _needed(kind: _Kind, page: _Page) -> float:
    """Points that this kind needs on a page with so much text of its own."""
    own = sum(size for text, size in page.body if not _tells(text, kind))
    needed = LEAST + own / PER_POINT
    return 2 * needed if page.declared and kind.reason not in OF_ARTICLES else needed


def _is_index(fields: Fields, body: Body, page: FetchedPage, declared: bool) -> bool:
    """Whether the page lists articles: many linked lines, and no stretch of text that is longer than a teaser's."""
    teasers: set[str] = set()
    longest = run = 0
    for segment in body.reading.segments:
        if segment.noise:
            continue
        if segment.links and segment.linked * 5 >= len(segment.text) * 4 and len(segment.text) >= SHORTEST_TEASER:
            teasers.add(segment.links[0][0])
            run = 0
        run += segment.prose
        longest = max(longest, run)
    points = 4 + 4 * _is_front(page) + 2 * any("collection" in name or name == "itemlist" for name in fields.schema_types)
    needed = (LEAST + longest / PER_POINT) * (2 if declared else 1)
    return len(teasers) >= TEASERS and points + (fields.og_type == "website") >= needed


def _is_front(page: FetchedPage) -> bool:
    return page.url.startswith("http") and urlsplit(page.url).path in ("", "/") and not urlsplit(page.url).query


def _of_empty(tree: HtmlElement, body: Body) -> str:
    """The reason for a page without a body: whether scripts were to fill it."""
    visible = sum(_unlinked(segment) for segment in body.reading.segments)
    shell = next(kind for kind in _kinds() if kind.reason == "script_shell")
    told = _tells(_plain(noscript_of(tree)), shell)
    return "script_shell" if has_script(tree) and (told or visible <= SHELL) else "no_content"
