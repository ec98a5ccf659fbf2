"""Who publishes the page and at which address: site name, canonical URL and domain."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.scan import Scan
from pipeline.clean.fields.schema import Linked, strings
from pipeline.errors import Rejected
from pipeline.urls import canonicalise

SHORTEST_NAME, LONGEST_NAME = 3, 80
"""Characters of a site name; longer texts are slogans."""

LONGEST_TITLE = 400
"""Characters of a title in which the site's name is looked for."""

_TITLE_PART = re.compile(r"\s[|–—·•:-]+\s|\s?[|｜]\s?")


def site_names(page: Scan, linked: Linked) -> tuple[str, ...]:
    """Every name that the page gives its site or publisher, the most trusted first."""
    return tuple(dict.fromkeys(offer.value for offer in _name_offers(page, linked) if offer.value))


def read_site_name(page: Scan, linked: Linked) -> Chosen[str | None]:
    """The name under which the page is published."""
    return choose(_name_offers(page, linked), None, same=lambda name: (name or "").casefold())


def read_canonical_url(page: Scan, linked: Linked, url: str | None) -> Chosen[str | None]:
    """The page's identity in the form of ``pipeline.urls.canonicalise``.

    A declared address counts where it lies on the page's own site and does not turn an article into a front page: sites
    are seen to declare their home page, a staging host, or the page the template was copied from. A saved page, which
    has no site of its own, is taken at its word.
    """
    declared = {
        "canonical": page.links["canonical"][:3],
        "og:url": [page.meta("og:url")],
        "json-ld": _main_entity(linked),
    }
    trust = {"canonical": 0.9, "og:url": 0.8, "json-ld": 0.7}
    offers = [
        Offer(source, identity, trust[source])
        for source, addresses in declared.items()
        for address in addresses
        if address and (identity := _identity(page.url, address)) and _belongs(identity, page.url)
    ]
    own = _identity(None, url or "")
    return choose([*offers, Offer("url", own, 0.6)], None)


def _name_offers(page: Scan, linked: Linked) -> Iterator[Offer[str | None]]:
    named = {
        "og:site_name": (page.meta("og:site_name"), 0.9),
        "json-ld publisher": (next(iter(strings(linked.article.get("publisher"))), ""), 0.85),
        "json-ld site": (next(iter(strings(linked.site.get("name"))), ""), 0.8),
        "title": (_in_title(page), 0.7),
        "application-name": (page.meta("application-name", "apple-mobile-web-app-title"), 0.6),
        "dc.publisher": (page.meta("dc.publisher", "dcterms.publisher", "publisher"), 0.5),
    }
    for source, (name, confidence) in named.items():
        if name and len(name) <= LONGEST_NAME and not name.startswith(("http:", "https:", "@")):
            yield Offer(source, name, confidence)


def _in_title(page: Scan) -> str:
    """The last piece of the title that the host is named after: "Harbour Post" on harbour-post.example."""
    host = _squeezed(_host(page.url or "").removeprefix("www.").rpartition(".")[0])
    pieces = (piece.strip() for piece in reversed(_TITLE_PART.split(page.title[:LONGEST_TITLE])[1:]))
    return next((piece for piece in pieces if len(name := _squeezed(piece)) >= SHORTEST_NAME and name in host), "")


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _main_entity(linked: Linked) -> list[str]:
    entity = linked.article.get("mainEntityOfPage")
    if isinstance(entity, dict):
        entity = entity.get("@id") or entity.get("url")
    return [value for value in (entity, linked.article.get("url")) if isinstance(value, str)]


def _identity(base: str | None, address: str) -> str | None:
    try:
        return canonicalise(urljoin(base or "", address.strip()))
    except (Rejected, ValueError):
        return None


def _belongs(identity: str, url: str | None) -> bool:
    """The declared identity can be that of the page at ``url``."""
    if url is None:
        return urlsplit(identity).path not in ("", "/")
    one, other = _host(identity).removeprefix("www."), _host(url).removeprefix("www.")
    same_site = _site(one) == _site(other) or one.endswith(f".{other}") or other.endswith(f".{one}")
    return same_site and (urlsplit(identity).path not in ("", "/") or urlsplit(url).path in ("", "/"))


def _site(host: str) -> str:
    """The part of a host that one owner has: two labels, or three where the last but one is short, as in ``co.uk``."""
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
