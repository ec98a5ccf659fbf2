"""The standfirst under the headline, and the page's own summary."""

from lxml.html import HtmlElement

from pipeline.clean.fields.chosen import Chosen, Offer, choose
from pipeline.clean.fields.headline import folded
from pipeline.clean.fields.scan import Scan
from pipeline.clean.fields.schema import Linked, plain_text
from pipeline.clean.fields.visible import text_of

SHORTEST = 25
LONGEST = 1_200
"""Characters of a standfirst."""

REACH = 120
"""Elements after the headline, and four times fewer before it, within which a standfirst stands."""


def read_standfirst(page: Scan, headline: str | None) -> Chosen[str | None]:
    """The paragraph printed between headline and text, where the page marks it as such."""
    title = folded(headline or "")
    for found in page.named["standfirst"]:
        away = found.place - page.headline_place
        if not -REACH // 4 < away < REACH or page.beside(found.element) or _in_figure(found.element):
            continue
        text = text_of(found.element, LONGEST + 1)
        if SHORTEST <= len(text) <= LONGEST and not (title and title in folded(text)):
            return Chosen(text, "class", 0.8)
    return Chosen(None, "", 0.0)


def _in_figure(element: HtmlElement) -> bool:
    return element.tag == "figure" or next(element.iterancestors("figure"), None) is not None


def read_description(page: Scan, linked: Linked, standfirst: Chosen[str | None]) -> Chosen[str | None]:
    """The standfirst, else the page's own summary."""
    offers = [
        Offer("standfirst", standfirst.value or "", 0.9),
        Offer("og:description", plain_text(page.meta("og:description")), 0.8),
        Offer("json-ld", linked.string("description"), 0.75),
        Offer("description", plain_text(page.meta("description", "dc.description")), 0.7),
        Offer("twitter:description", plain_text(page.meta("twitter:description")), 0.6),
    ]
    return choose(
        [Offer(one.source, one.value or None, one.confidence) for one in offers],
        None,
        same=lambda text: folded(text or ""),
    )
