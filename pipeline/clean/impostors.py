"""Pages that answer in place of an article: consent pages, bot walls, soft 404s, paywall stubs and their like.

What such pages call themselves and tell their readers is data (``impostors.toml``). Each finding gives points, and they
are weighed against the text that the page has of its own, which is its body without the paragraphs that speak for the
impostor: the more there is, the more it takes. So a short report about cookies, or one below a login form, stays an
article, and a consent page of a thousand words does not become one.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lxml.html import HtmlElement

from pipeline.clean.body import Body
from pipeline.clean.evidence import Evidence, Phrases, Told, plain, unlinked
from pipeline.clean.fields import Fields
from pipeline.clean.markup import has_script, link_texts, noscript_of
from pipeline.documents import FetchedPage

TITLE = GATE = 4
"""Points for a title, or a line across the text, that is the impostor's."""
HEADING = 3
"""Points for a heading that is."""
SPEECH = 3
"""Points for a page that mostly tells what the impostor tells; twice as many if it says two such things."""
MARK = 3
"""Points for markup that only such pages have."""
HINT = 2
"""Points for markup or an address that articles can have too: at most as many as what the page says."""
MOST_HINTS = 4 * HINT
"""Points for two such marks, an address, and a page that is not free."""
STOPPED = 2
"""Points for a text that ends in an ellipsis on a page that is not free."""

LEAST = 2
"""Points that make an impostor of a page without any text of its own."""
PER_POINT = 200
"""Characters of its own text, some 35 words, that ask for one point more."""
LONGEST = 5000
"""Characters of body beyond which only a page with such a title or heading is looked at: the points end there."""
SHELL = 300
"""Characters of visible text up to which a page of scripts is a shell that they are to fill."""

LISTING = FRONT = 4
"""Points for a list of articles, and for the root of a site."""
TEASERS = 8
"""Linked lines from which a page lists articles."""
SHORTEST_TEASER = 20

OF_ARTICLES = frozenset({"paywall", "script_shell"})
"""What pages of real articles turn into: that a page declares an article says nothing against these."""


@dataclass(frozen=True)
class Kind:
    """One kind of impostor and how it is known; see ``impostors.toml``."""

    reason: str
    lines: Phrases
    says: Phrases
    marks: tuple[str, ...]
    hints: tuple[str, ...]
    paths: frozenset[str]

    def names(self, lines: Told) -> bool:
        """Whether one of the lines is the impostor's, but for a word or two."""
        held = lines.among(self.lines)
        return any(own in line and len(own) * 4 >= len(line) * 3 for own in held for line in lines.texts)

    def told(self, texts: Told) -> list[str]:
        """Which of its phrases stand in the texts."""
        return texts.among(self.says)


def impostor(tree: HtmlElement, *, fields: Fields, body: Body, page: FetchedPage) -> str | None:
    """The reason of ``pipeline.errors.REJECTIONS`` for which a page is no article; ``None`` for an article."""
    seen = Evidence(tree, fields, body, page)
    if seen.size <= LONGEST or any(kind.names(lines) for kind in kinds() for lines in (seen.title, seen.headings)):
        excess = {kind.reason: _excess(kind, seen) for kind in kinds()}
        likeliest = max(excess, key=lambda reason: excess[reason])
        if excess[likeliest] >= 0:
            return likeliest
    if _is_index(seen, fields, tree, body):
        return "index_page"
    return None if body.text else _of_empty(tree, body)


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of impostor."""
    data = tomllib.loads(files("pipeline.clean").joinpath("impostors.toml").read_text("utf-8"))
    return tuple(
        Kind(
            reason, Phrases(kind["lines"]), Phrases(kind["says"]),
            tuple(kind["marks"]), tuple(kind["hints"]), frozenset(kind["paths"]),
        )
        for reason, kind in data.items()
    )  # fmt: skip


def _excess(kind: Kind, page: Evidence) -> float:
    """Points for this kind over what it needs; of a text too long for any, only that it is below 0."""
    needed = _needed(kind, page)
    titled = 0 if kind.reason == "paywall" else TITLE * kind.names(page.title) + HEADING * kind.names(page.headings)
    said = titled + (GATE + STOPPED if kind.reason == "paywall" else 2 * SPEECH)
    most = said + MARK + min(said, MOST_HINTS)
    return _points(kind, titled, page) - needed if most >= needed else most - needed


def _points(kind: Kind, titled: int, page: Evidence) -> float:
    """How much speaks for this kind: what the page says, its sure marks, and hints as far as they bear that out."""
    if kind.reason == "paywall":
        said: float = GATE * _is_gated(kind, page) + STOPPED * (page.is_stopped and page.free is False)
    else:
        said = titled + _speech(kind, page)
    if not said and page.size > MARK * PER_POINT:
        return 0.0
    marked = bool(kind.marks) and any(mark in page.markup for mark in kind.marks)
    return said + MARK * marked + (min(said, _hints(kind, page)) if said else 0.0)


def _hints(kind: Kind, page: Evidence) -> float:
    found = min(2, sum(hint in page.markup for hint in kind.hints)) + bool(kind.paths & page.address)
    return HINT * (found + (kind.reason == "paywall" and page.free is False))


def _speech(kind: Kind, page: Evidence) -> float:
    """Points for what the page tells its reader; none unless that is most of what it tells."""
    things = kind.told(page.told)
    if not things:
        return 0.0
    telling = sum(size for text, size in page.texts if any(thing in text for thing in things))
    share = telling / max(1, sum(size for _, size in page.texts))
    return SPEECH * min(2, len(things)) * share if share >= 0.5 else 0.0


def _is_gated(kind: Kind, page: Evidence) -> bool:
    return bool(kind.told(page.lines)) or kind.names(page.lines)


def _needed(kind: Kind, page: Evidence) -> float:
    """Points that this kind needs on a page with so much text of its own."""
    things = kind.told(page.told_in_body)
    own = sum(size for text, size in page.blocks if not any(thing in text for thing in things))
    needed = LEAST + own / PER_POINT
    return 2 * needed if page.is_declared and kind.reason not in OF_ARTICLES else needed


def _is_index(page: Evidence, fields: Fields, tree: HtmlElement, body: Body) -> bool:
    """Whether the page lists articles: many linked lines, and what text there is lies scattered among them."""
    teasers: set[str] = set()
    total = longest = run = 0
    for segment in body.reading.segments:
        if segment.noise:
            continue
        if len(segment.text) >= SHORTEST_TEASER and segment.linked * 5 >= len(segment.text) * 4:
            teasers.add(segment.text)
            run = 0
        run += segment.prose
        total += segment.prose
        longest = max(longest, run)
    if not body.text:
        teasers.update(link_texts(tree))
    if len([teaser for teaser in teasers if len(teaser) >= SHORTEST_TEASER]) < TEASERS:
        return False
    lists = any("collection" in name or name == "itemlist" for name in fields.schema_types)
    points = LISTING * (1 - longest / max(1, total)) + FRONT * page.is_front + HINT * lists
    return points >= (LEAST + longest / PER_POINT) * (2 if page.is_declared else 1)


def _of_empty(tree: HtmlElement, body: Body) -> str:
    """The reason for a page without a body: whether scripts were to fill it."""
    visible = sum(unlinked(segment) for segment in body.reading.segments)
    shell = next(kind for kind in kinds() if kind.reason == "script_shell")
    told = shell.told(Told([plain(noscript_of(tree))]))
    return "script_shell" if has_script(tree) and (told or visible <= SHELL) else "no_content"
