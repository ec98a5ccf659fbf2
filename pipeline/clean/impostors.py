"""Pages that answer in the place of an article: bot walls, consent pages, soft 404s and their like.

What such pages say is data (``impostors.toml``); how much else they hold decides. A page with an article on it is never
one of these only because it also has a cookie notice, a login form or a subscription offer.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lxml.html import HtmlElement

from pipeline.clean.body import Body
from pipeline.clean.fields import Fields
from pipeline.clean.segments import Reading, Segment, breadth, words_of

SLIGHT = 250
"""Characters of body up to which the whole page is asked what it says, and not the body alone."""

SHELL = 200
"""Characters of visible text up to which a page with scripts is an empty shell."""

TEASERS = 8
"""Linked headings from which a page without an article of its own is a list of articles."""

PER_TEASER = 150
"""Characters of body for each of them beyond which the body is more than their summaries."""

SHORTEST_TEASER = 30
"""Characters in the shortest linked line that is a headline without being marked as one."""

_PARTS = re.compile(r"\s[|·•–—-]\s|\s*[|»:]\s")


@dataclass(frozen=True)
class _Kind:
    reason: str
    most: int
    lines: frozenset[str]
    says: tuple[str, ...]


@cache
def _kinds() -> tuple[_Kind, ...]:
    data = tomllib.loads(files("pipeline.clean").joinpath("impostors.toml").read_text("utf-8"))
    return tuple(_kind(reason, **entry) for reason, entry in data.items())


def _kind(reason: str, most: int, lines: list[str], says: list[str]) -> _Kind:
    return _Kind(reason, most, frozenset(map(_plain, lines)), tuple(f" {_plain(phrase)} " for phrase in says))


def find_impostor(tree: HtmlElement, fields: Fields, body: Body) -> str | None:
    """The reason of ``pipeline.errors.REJECTIONS`` for which a page is no article; ``None`` for an article."""
    size = breadth(body.text)
    lines = _lines(tree, fields)
    spoken = _spoken(body, size)
    for kind in _kinds():
        if size <= kind.most and (lines & kind.lines or _is_said(kind, spoken, size)):
            return kind.reason
    if size <= SLIGHT and not body.text and _has_password(tree):
        return "login_page"
    if size <= SLIGHT and _is_shell(tree, body.reading):
        return "script_shell"
    if _is_index(fields, body, size):
        return "index_page"
    return None if body.text else "no_content"


def _plain(text: str) -> str:
    return " ".join(words_of(text))


def _lines(tree: HtmlElement, fields: Fields) -> frozenset[str]:
    """What stands on top of the page, each line whole and in parts."""
    lines = [tree.findtext(".//title") or "", fields.headline.value or ""]
    lines += ["".join(heading.itertext()) for heading in tree.iter("h1")][:3]
    parts = [part for line in lines for part in (line, *_PARTS.split(line[:300]))]
    return frozenset(filter(None, map(_plain, parts)))


def _spoken(body: Body, size: int) -> list[str]:
    """The paragraphs that tell what the page is: the body's, or all there is where the body is slight."""
    if size > SLIGHT:
        texts = [block.text for block in body.blocks if block.type in ("paragraph", "lead", "list", "quote")]
    else:
        texts = [segment.text for segment in body.reading.segments if segment.kind not in ("image", "embed")]
    return [f" {_plain(text)} " for text in texts]


def _is_said(kind: _Kind, spoken: list[str], size: int) -> bool:
    """Whether half of the body says it; of a page with hardly any body, one paragraph among not much else."""
    telling = [text for text in spoken if any(phrase in text for phrase in kind.says)]
    if size > SLIGHT:
        return sum(map(len, telling)) * 2 > sum(map(len, spoken))
    return bool(telling) and sum(map(len, spoken)) <= max(kind.most, 1500)


def _has_password(tree: HtmlElement) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in tree.iter("input"))


def _is_shell(tree: HtmlElement, reading: Reading) -> bool:
    visible = sum(reading.lengths)
    return visible <= SHELL and next(tree.iter("script"), None) is not None


def _is_index(fields: Fields, body: Body, size: int) -> bool:
    """Whether the page lists articles: many linked headings, and no date, author or type of an article of its own."""
    if fields.og_type == "article" or fields.authors.value or fields.date_published.value:
        return False
    if any("article" in name or "posting" in name for name in fields.schema_types):
        return False
    targets = {segment.links[0][0] for segment in body.reading.segments if _is_teaser(segment)}
    return len(targets) >= TEASERS and len(targets) * PER_TEASER > size


def _is_teaser(segment: Segment) -> bool:
    """Whether a segment is a headline that leads to another page."""
    long = segment.kind == "heading" or len(segment.text) > SHORTEST_TEASER
    return long and bool(segment.links) and segment.linked * 5 >= len(segment.text) * 4
