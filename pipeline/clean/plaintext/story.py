"""The text of a plain-text page: what is left when boxes, teasers, captions and the page's tail are taken out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.clean.byline import split_byline
from pipeline.clean.plaintext.labels import Label, Labelled

TAIL_SHARE = 0.15
"""What stands below a tail's first prompt is the page's tail when it is less than this share of the text above it."""
GAP = 2
"""Paragraphs between two appeals that belong to the appeal if they name the outlet."""

_BOXES = frozenset({"support", "newsletter", "notification", "login", "cookies", "comments", "affiliate"})
_TEASERS = frozenset({"teaser", "related"})
_TAILS = frozenset(
    {"comments", "copyright", "login", "newsletter", "related", "share", "support", "notification", "cookies"}
)
_BIO = re.compile(r"\b(?:is (?:a|an|the)|was (?:a|an)|writes|covers|reports|ist|arbeitet|schreibt|est|couvre|es)\b")
_DATELINE = re.compile(
    r"^(?P<place>[A-ZÀ-Þ][^\W\d_]*(?:[ .'/-]{1,2}[^\W\d_]+){0,4}(?:, [^\W\d_]+\.?(?: [^\W\d_]+)?)?)"
    r"(?:,? \w{3,9}\.? \d{1,2}(?:, \d{4})?|, \d{1,2}\.? ?\w{3,9}\.?)?\s?"
    r"(?P<agency>\([^()]{2,30}\)|,? (?:Reuters|AP|AFP|dpa|PA))?\s*[—–-]{1,2}\s+(?=\S)"
)


@dataclass
class Story:
    """The article's text."""

    kept: list[Labelled] = field(default_factory=list)
    captions: list[Labelled] = field(default_factory=list)
    reporters: tuple[str, ...] = ()
    """Names in an agency's closing credits."""


def read_story(page: Sequence[Labelled], *, skip: set[int], outlet: str | None, authors: Sequence[str]) -> Story:
    """Choose the article's units from those below the head."""
    story = Story()
    dropped = _boxes(page, outlet) | _teased(page) | skip
    for i, each in enumerate(page):
        if each.label is Label.AGENCY:
            story.reporters = story.reporters or split_byline(each.text.strip("()"))
        elif each.label is Label.CAPTION:
            story.captions.append(each)
        elif i not in dropped and each.label in (Label.PROSE, Label.TITLE, Label.SHORT):
            story.kept.append(each)
    story.kept = _without_loose_titles(_without_bio(_above_tail(page, story.kept), authors), page)
    return story


def split_dateline(text: str) -> tuple[str | None, str]:
    """ "LONDON, March 3 (Agency) - The river …" parted into the place and the text; no place, no change."""
    match = _DATELINE.match(text[:160])
    if not match or not (match["agency"] or match["place"].isupper()):
        return None, text
    place = match["place"].strip()
    return (place.title() if place.isupper() and len(place) > 3 else place), text[match.end() :]


def _boxes(page: Sequence[Labelled], outlet: str | None) -> set[int]:
    """Boilerplate, and what goes on with it: site speech and stray lines up to the next paragraph of the article."""
    dropped = {i for i, each in enumerate(page) if each.label is Label.SITE}
    for i in sorted(dropped):
        if page[i].kind in _BOXES:
            for j in range(i + 1, len(page)):
                if j not in dropped and not _goes_on(page[j], outlet, page[i]):
                    break
                dropped.add(j)
    appeals = [i for i, each in enumerate(page) if each.kind == "support"]
    for first, second in pairwise(appeals):
        if 1 < second - first <= GAP + 1 and outlet and any(outlet in page[j].text for j in range(first + 1, second)):
            dropped |= set(range(first, second))
    return dropped


def _goes_on(each: Labelled, outlet: str | None, opener: Labelled) -> bool:
    if each.label is Label.PROSE:
        return each.voice and bool((outlet and outlet in each.text) or opener.kind == "support")
    return each.label is Label.SHORT or (each.label is Label.TITLE and each.unit.paragraph == opener.unit.paragraph)


def _teased(page: Sequence[Labelled]) -> set[int]:
    """The headlines that follow a "Read more", up to the next paragraph."""
    dropped: set[int] = set()
    for i, each in enumerate(page):
        if each.kind in _TEASERS:
            for j in range(i + 1, len(page)):
                if page[j].label is Label.PROSE and not page[j].unit.bullet:
                    break
                dropped.add(j)
    return dropped


def _above_tail(page: Sequence[Labelled], kept: list[Labelled]) -> list[Labelled]:
    """Without the page's tail: what little stands below the first closing prompt."""
    place = {id(each): i for i, each in enumerate(page)}
    prompts = [i for i, each in enumerate(page) if each.kind in _TAILS]
    total = sum(len(each.text) for each in kept)
    for prompt in prompts:
        below = [each for each in kept if place[id(each)] > prompt]
        prose = [each for each in below if each.label is Label.PROSE]
        if (
            below
            and sum(len(each.text) for each in prose) < TAIL_SHARE * total
            and len(prose) <= 2
            and prompt > place[id(kept[0])]
        ):
            return [each for each in kept if place[id(each)] < prompt]
    return kept


def _without_bio(kept: list[Labelled], authors: Sequence[str]) -> list[Labelled]:
    while len(kept) > 3 and any(kept[-1].text.startswith(name) for name in authors) and _BIO.search(kept[-1].text):
        kept = kept[:-1]
    return kept


def _without_loose_titles(kept: list[Labelled], page: Sequence[Labelled]) -> list[Labelled]:
    """A line that is no sentence stays as a subheading: alone, and with a paragraph right below it on the page."""
    place = {id(each): i for i, each in enumerate(page)}
    found: list[Labelled] = []
    for i, each in enumerate(kept):
        if each.label is Label.PROSE:
            found.append(each)
            continue
        after = kept[i + 1] if i + 1 < len(kept) else None
        follows = after is not None and after.label is Label.PROSE and place[id(after)] == place[id(each)] + 1
        if found and follows and found[-1].label is Label.PROSE and each.unit.words <= 14:
            found.append(each)
    return found
