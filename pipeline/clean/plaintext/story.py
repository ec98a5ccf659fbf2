"""The text of a plain-text page: what is left when boxes, teasers, captions and the page's tail are taken out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.clean.boilerplate import is_sentence, speaks_of_support
from pipeline.clean.byline import in_usual_case, split_byline
from pipeline.clean.plaintext.labels import Label, Labelled

TAIL_SHARE = 0.15
"""What stands below a tail's first prompt is the page's tail when it is less than this share of the text above it."""
BARE = 5
"""Words of a teaser that announces headlines and has none of its own."""
LONGEST_BOX = 8
"""Units of an appeal above its button."""
PERSONAL = 0.4
"""Share of paragraphs with "we" or "you" from which on these words no longer tell an appeal from the article."""
GAP = 2
"""Paragraphs between two appeals that belong to the appeal if they name the outlet."""

_BOXES = frozenset({"support", "newsletter", "notification", "login", "cookies", "comments", "affiliate"})
_TEASERS = frozenset({"teaser", "related"})
_TAILS = frozenset(
    {"comments", "copyright", "login", "newsletter", "related", "share", "support", "notification", "cookies"}
)
_ENDS = frozenset({"comments", "copyright"})
_BIO = re.compile(
    r"\b(?:is (?:a|an|the|\w+ed)|was (?:a|an)|writes|covers|reports|ist|arbeitet|schreibt|est|couvre|es)\b"
)
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
    dropped = _boxes(page, outlet, skip) | _teased(page) | skip
    for i, each in enumerate(page):
        if each.label is Label.AGENCY:
            story.reporters = story.reporters or split_byline(each.text.strip("()"))
        elif each.label is Label.CAPTION or _is_captioned(page, i):
            story.captions.append(each)
        elif i not in dropped and each.label in (Label.PROSE, Label.TITLE, Label.SHORT):
            story.kept.append(each)
    signed = [*authors, outlet] if outlet else authors
    story.kept = _without_loose_titles(_without_bio(_above_tail(page, story.kept), signed), page)
    return story


def split_dateline(text: str) -> tuple[str | None, str]:
    """ "LONDON, March 3 (Agency) - The river …" parted into the place and the text; no place, no change."""
    match = _DATELINE.match(text[:160])
    if not match or not (match["agency"] or match["place"].partition(",")[0].isupper()):
        return None, text
    place = match["place"].strip()
    town, comma, land = place.partition(",")
    return (in_usual_case(town) if len(town) > 3 else town) + comma + land, text[match.end() :]


def _boxes(page: Sequence[Labelled], outlet: str | None, head: set[int]) -> set[int]:
    """Boilerplate, and what goes on with it: site speech and stray lines up to the next paragraph of the article."""
    prose = [each.voice for each in page if each.label is Label.PROSE]
    is_personal = sum(prose) > PERSONAL * len(prose)
    dropped = {i for i, each in enumerate(page) if each.label is Label.SITE or (i not in head and _is_appeal(page, i))}
    opener: Labelled | None = None
    for i, each in enumerate(page):
        if i in dropped:
            opener = each if each.kind in _BOXES or each.label is Label.TITLE else opener
        elif opener and _goes_on(each, outlet, opener, is_personal=is_personal):
            dropped.add(i)
        else:
            opener = None
    appeals = [i for i, each in enumerate(page) if each.kind == "support"]
    for first, second in pairwise(appeals):
        if 1 < second - first <= GAP + 1 and outlet and any(outlet in page[j].text for j in range(first + 1, second)):
            dropped |= set(range(first, second))
    for button in appeals:
        dropped |= _above_button(page, button, outlet)
    return dropped


def _is_appeal(page: Sequence[Labelled], i: int) -> bool:
    """Whether a line is the heading of an appeal: it speaks to the reader of giving, and the next paragraph goes on."""
    after = page[i + 1] if i + 1 < len(page) else None
    return page[i].label is Label.TITLE and speaks_of_support(page[i].text) and after is not None and after.voice


def _above_button(page: Sequence[Labelled], button: int, outlet: str | None) -> set[int]:
    """The appeal that a "Donate now" closes: below a heading in the site's voice, half the paragraphs or more in it."""
    own = others = 0
    for i in range(button - 1, max(-1, button - LONGEST_BOX), -1):
        each = page[i]
        if each.label is Label.TITLE:
            return set(range(i, button)) if each.voice and own >= others else set()
        if each.label is Label.SITE and each.kind != "support":  # another box ends here
            break
        is_own = each.label is Label.SITE or each.voice or bool(outlet and outlet in each.text)
        own, others = own + is_own, others + (not is_own)
    return set()


def _goes_on(each: Labelled, outlet: str | None, opener: Labelled, *, is_personal: bool) -> bool:
    if each.label is Label.PROSE:
        names_outlet = bool(outlet and outlet in each.text)
        is_giving = opener.kind in ("support", None) and (not is_personal or speaks_of_support(each.text))
        return each.voice and (names_outlet or is_giving)
    return each.label is Label.SHORT or (each.label is Label.TITLE and each.unit.paragraph == opener.unit.paragraph)


def _teased(page: Sequence[Labelled]) -> set[int]:
    """The headlines that follow a bare "Read more", up to the next paragraph."""
    dropped: set[int] = set()
    is_teased = False
    for i, each in enumerate(page):
        if each.kind in _TEASERS and each.unit.words <= BARE:
            is_teased = True
        elif each.label is Label.PROSE and not each.unit.bullet and not _asks(page, i):
            is_teased = False
        if is_teased:
            dropped.add(i)
    return dropped


def _is_captioned(page: Sequence[Labelled], i: int) -> bool:
    """Whether a line that is no sentence stands below a bare "Image caption"."""
    above = page[i - 1] if i else None
    return page[i].label is Label.TITLE and above is not None and above.label is Label.CAPTION and above.unit.words <= 2


def _asks(page: Sequence[Labelled], i: int) -> bool:
    """Whether a unit is a short question right below a teaser: the teased headline, not a paragraph."""
    return page[i].text.endswith("?") and page[i].unit.words <= 14 and i > 0 and page[i - 1].kind in _TEASERS


def _above_tail(page: Sequence[Labelled], kept: list[Labelled]) -> list[Labelled]:
    """Without the page's tail: what little stands below the first closing prompt.

    Below comments and copyright nothing is the article's; below an appeal or a list of links a full sentence may be.
    """
    place = {id(each): i for i, each in enumerate(page)}
    left = TAIL_SHARE * sum(len(each.text) for each in kept)
    ids = {id(each) for each in kept}
    end = len(page)
    has_sentence = False
    for i in range(len(page) - 1, place[id(kept[0])] if kept else len(page), -1):
        each = page[i]
        if id(each) in ids and each.label is Label.PROSE:
            left -= len(each.text)
            has_sentence = has_sentence or is_sentence(each.text)
        if left <= 0:
            break
        if each.kind in _ENDS or (each.kind in _TAILS and not has_sentence):
            end = i
    return [each for each in kept if place[id(each)] < end]


def _without_bio(kept: list[Labelled], signed: Sequence[str]) -> list[Labelled]:
    """Without closing lines on who the author or the outlet is."""
    while len(kept) > 3 and any(kept[-1].text.startswith(name) for name in signed) and _BIO.search(kept[-1].text):
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
        is_entry = not found and place[id(each)] > 0 and page[place[id(each)] - 1].is_clock
        if follows and each.unit.words <= 14 and (is_entry or (found and found[-1].label is Label.PROSE)):
            found.append(each)
    return found
