"""What a page says of itself in schema.org's words: the node of its linked data that is the article, and its values."""

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.clean.fields.jsonld import Node, nodes

MOST = 500
"""Values of one property that are read."""

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,500}>")
_KINDS = (
    ("article", 5),
    ("blogposting", 5),
    ("report", 5),
    ("socialmediaposting", 4),
    ("posting", 4),
    ("review", 3),
    ("creativework", 2),
    ("recipe", 3),
    ("howto", 3),
    ("podcastepisode", 3),
    ("videoobject", 2),
    ("webpage", 1),
    ("page", 1),
)
"""Endings of type names, in lower case, and how far such a node is likely to be the article."""


@dataclass(frozen=True)
class Linked:
    """The linked data of a page."""

    article: Node
    """The node that describes the article; empty without one."""
    page: Node
    """The node that describes the page around it; empty without one."""
    site: Node
    """The site or its publisher."""
    breadcrumbs: tuple[str, ...]
    types: tuple[str, ...]
    """Type names of the outer nodes."""

    def strings(self, key: str) -> tuple[str, ...]:
        """The texts under ``key`` of the article, else of the page, each on one line."""
        return strings(self.article.get(key)) or strings(self.page.get(key))

    def string(self, key: str) -> str:
        """The first of ``strings``, else empty."""
        return next(iter(self.strings(key)), "")

    @property
    def body(self) -> str | None:
        """``articleBody``, paragraphs as the site parts them."""
        value = self.article.get("articleBody") or self.article.get("text")
        return html.unescape(value).strip() or None if isinstance(value, str) else None

    @property
    def free(self) -> bool | None:
        """``isAccessibleForFree``, which sites write as a truth value and as a word."""
        value = (
            str(self.article.get("isAccessibleForFree", self.page.get("isAccessibleForFree", "")))
            .lower()
            .rsplit("/", 1)[-1]
        )
        return {"true": True, "false": False}.get(value)


def linked(scripts: list[str], *, url: str | None, titles: tuple[str, ...]) -> Linked:
    """Read the JSON-LD scripts; ``url`` and ``titles`` of the page tell its article from others it lists."""
    found = nodes(scripts)
    told = " ".join(map(_plain, titles))
    ranked = sorted((-_rank(node, url, told), place) for place, node in enumerate(found))
    ranked = [(-rank, place) for rank, place in ranked if rank < 0]
    articles = [found[place] for rank, place in ranked if rank >= 2 and _kind(found[place]) != 1]
    pages = [node for node in found if _kind(node) == 1]
    sites = [node for node in found if "website" in types(node)]
    return Linked(
        article=articles[0] if articles else {},
        page=pages[0] if pages else {},
        site=sites[0] if sites else {},
        breadcrumbs=_breadcrumbs(found),
        types=tuple(dict.fromkeys(name for node in found[:200] for name in types(node))),
    )


def types(node: Node) -> tuple[str, ...]:
    """Type names of a node in lower case, without a vocabulary's address."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return tuple(re.split(r"[/#:]", name)[-1].lower() for name in names if isinstance(name, str))


def strings(value: Any) -> tuple[str, ...]:
    """The texts in a value: a string, an object with a name, or a list of such."""
    if isinstance(value, str):
        text = plain_text(value)
        return (text,) if text else ()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, list):
        return tuple(text for one in value[:MOST] if not isinstance(one, list) for text in strings(one))
    if isinstance(value, dict):
        inner = value.get("name") or value.get("@value")
        return strings(inner) if isinstance(inner, str | int | float) else ()
    return ()


def plain_text(text: str) -> str:
    """A text without tags and entities, on one line; entities are undone twice, since many sites encode them twice."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return " ".join((_TAG.sub(" ", text) if "<" in text else text).split())


def same_page(one: str, other: str) -> bool:
    """Two addresses lead to the same path; scheme, host and query do not count."""
    return _path(one) == _path(other)


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/").lower()
    except ValueError:
        return url


def _kind(node: Node) -> int:
    return max((score for name in types(node) for ending, score in _KINDS if name.endswith(ending)), default=0)


def _rank(node: Node, url: str | None, told: str) -> int:
    rank = _kind(node)
    if rank < 2:
        return rank
    addresses = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    addresses = [one.get("@id") or one.get("url") if isinstance(one, dict) else one for one in addresses]
    if url and any(isinstance(one, str) and same_page(one, url) for one in addresses):
        rank += 3
    headline = _plain(next(iter(strings(node.get("headline") or node.get("name"))), ""))
    if len(headline) > 5 and headline in told:
        rank += 3
    return rank + ("datePublished" in node) + ("articleBody" in node)


def _breadcrumbs(found: list[Node]) -> tuple[str, ...]:
    for node in found:
        if "breadcrumblist" in types(node) and isinstance(items := node.get("itemListElement"), list):
            listed = [item for item in items[:20] if isinstance(item, dict)]
            return tuple(text for item in listed for text in strings(item.get("name") or item.get("item"))[:1])
    return ()


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
