"""The facts a page states about its article: headline, people, dates, tags, picture, identity, each with its source."""

from dataclasses import dataclass

from lxml.html import HtmlElement

from pipeline.clean.elements import Elements, elements_of
from pipeline.clean.fields.authors import read_authors
from pipeline.clean.fields.chosen import Chosen
from pipeline.clean.fields.description import read_description, read_standfirst
from pipeline.clean.fields.headline import headline_place, read_headline
from pipeline.clean.fields.images import read_main_image
from pipeline.clean.fields.published import read_modified, read_published
from pipeline.clean.fields.scan import scan
from pipeline.clean.fields.schema import linked
from pipeline.clean.fields.site import read_canonical_url, read_site_name, site_names
from pipeline.clean.fields.stamps import Stamp
from pipeline.clean.fields.topics import read_section, read_tags
from pipeline.documents import Author, Image
from pipeline.urls import domain_of

__all__ = ["Chosen", "Fields", "read_fields"]


@dataclass(frozen=True, slots=True)
class Fields:
    """What a page states about its article; unknown is ``None`` or empty."""

    headline: Chosen[str | None]
    description: Chosen[str | None]
    """The standfirst, else the page's own summary."""
    standfirst: Chosen[str | None]
    """The paragraph that the page marks as its standfirst."""
    authors: Chosen[tuple[Author, ...]]
    date_published: Chosen[str | None]
    """ISO 8601 with an offset, or a bare date where time or zone are not known."""
    date_published_raw: str | None
    """The text that ``date_published`` was read from."""
    date_modified: Chosen[str | None]
    section: Chosen[str | None]
    tags: Chosen[tuple[str, ...]]
    site_name: Chosen[str | None]
    canonical_url: Chosen[str | None]
    domain: str | None
    """Host of the canonical URL without a leading ``www.``."""
    main_image: Chosen[Image | None]
    is_accessible_for_free: bool | None
    """As the page's linked data states it."""
    html_lang: str | None
    """Language tag of the html element or og:locale: a hint only."""
    json_ld_body: str | None
    """``articleBody`` of the linked data; often a teaser."""
    og_type: str | None
    schema_types: tuple[str, ...]
    """Type names of the linked data in lower case."""
    robots: str | None
    """Content of the robots meta tag in lower case."""


def read_fields(
    tree: HtmlElement, *, url: str | None, permanent: str | None = None, elements: Elements | None = None
) -> Fields:
    """Read the page's facts from its unpruned tree, which stays as it is; ``elements`` are its own, if known.

    ``url`` is the address that answered, or the ``file:`` URI of a saved page; ``permanent`` the one before the first
    redirect that was only temporary, where there was one.
    """
    page = scan(elements or elements_of(tree), url if url and url.startswith(("http://", "https://")) else None)
    data = linked(page.scripts, url=page.url, titles=(page.title, page.meta("og:title")))
    names = site_names(page, data)
    headline = read_headline(page, data, names)
    page.headline_place = headline_place(page, headline.value)
    standfirst = read_standfirst(page, headline.value)
    published = read_published(page, data)
    canonical = read_canonical_url(page, data, permanent or url)
    return Fields(
        headline=headline,
        description=read_description(page, data, standfirst),
        standfirst=standfirst,
        authors=read_authors(page, data, names),
        date_published=_iso(published),
        date_published_raw=published.value.raw if published.value else None,
        date_modified=_iso(read_modified(page, data)),
        section=read_section(page, data),
        tags=read_tags(page, data, names),
        site_name=read_site_name(page, data),
        canonical_url=canonical,
        domain=domain_of(canonical.value) if canonical.value else None,
        main_image=read_main_image(page, data),
        is_accessible_for_free=data.free,
        html_lang=page.language or None,
        json_ld_body=data.body,
        og_type=page.meta("og:type").lower() or None,
        schema_types=data.types,
        robots=page.meta("robots").lower() or None,
    )


def _iso(stamp: Chosen[Stamp | None]) -> Chosen[str | None]:
    return Chosen(stamp.value.iso if stamp.value else None, stamp.source, stamp.confidence, stamp.others)
