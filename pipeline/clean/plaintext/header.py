"""The head of a plain-text page: headline, standfirst, byline, place and date, in whatever order they come."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.clean.boilerplate import is_sentence
from pipeline.clean.byline import is_name, is_names, is_role, split_byline
from pipeline.clean.dates import ParsedDate
from pipeline.clean.plaintext.labels import Label, Labelled

DEPTH = 60
"""Units from the top in which the head is looked for."""
LONGEST_HEADLINE = 30
"""Words."""
LONGEST_BLOCK = 8
"""Lines of a block of credits."""
TAKEN_UP = 2
"""Words of a headline that come again in the text."""
STEM = 5
"""Letters of a word that count, so that "raises" and "raised" are one."""
FILED = 4
"""Lines around the byline in which a place stands."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_BEFORE_DATE = re.compile(r"([^,|–—-]{2,60}?)(?:,| [|–—-])\s*$")
_SUFFIX = re.compile(r"\s+[|–—-]\s+([^|–—]{2,60})$")
_IN_PLACE = re.compile(
    r"\(([A-ZÀ-Þ][\w'’.-]+(?:[ -][\w'’.-]+){0,3}), (?:envoyée?s? spéciale?s?|correspondante?s?)\b|"
    r"\s(?:in|aus|à|en|em|da|desde)\s+([A-ZÀ-Þ][\w'’.-]+(?:[ -][A-ZÀ-Þ][\w'’.-]+){0,3})\s*(?:$|[|,·(])"
)
_PLACE = re.compile(
    r"^[A-ZÀ-Þ][\w'’.-]+(?:[ /-](?:de|del|am|an der|upon|la|el|le|[A-ZÀ-Þ][\w'’.-]*)){0,3}(?:, [A-ZÀ-Þ][\w'’. -]+)?$"
)


@dataclass
class Header:
    """What the head says, and where the text below it begins."""

    headline: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    place: str | None = None
    published: ParsedDate | None = None
    modified: ParsedDate | None = None
    site: str | None = None
    """The name behind the headline's dash or bar, where the head repeats the headline without it."""
    end: int = 0
    """Index of the first unit that is not of the head."""
    used: set[int] = field(default_factory=set)


def read_header(page: Sequence[Labelled], outlet: str | None) -> Header:
    """Read the head of a page; ``outlet`` is no headline."""
    head = Header()
    anchor = _anchor(page)
    first = _first_prose(page, 0 if anchor is None else _credits_end(page, anchor))
    if anchor is not None and (byline := _late_byline(page, anchor, first)):
        head.standfirst, first = page[first].text, _first_prose(page, byline)
        head.used |= set(range(anchor, byline + 1))
    if anchor is not None:
        _read_credits(page, anchor, first, head)
    free = [i for i in range(first) if _may_title(page[i]) and i not in head.used and page[i].text != outlet]
    above = [i for i in free if anchor is None or i < anchor]
    _read_titles(page, above, [i for i in free if i not in above], first, head)
    start = first if anchor is None else _credits_end(page, anchor)
    head.end = max([start, *(i + 1 for i in head.used if i < first)])
    return head


def _anchor(page: Sequence[Labelled]) -> int | None:
    """The first byline or date line, unless the text has well begun before it."""
    prose = 0
    for i, each in enumerate(page[:DEPTH]):
        if each.label in (Label.DATE, Label.BYLINE):
            return i
        prose += each.label is Label.PROSE and each.unit.words > 12
        if prose > 3:
            return None
    return None


def _credits_end(page: Sequence[Labelled], anchor: int) -> int:
    """Past the block of lines that the byline or date stands in, unless the page has no blank lines at all."""
    own = page[anchor].unit.paragraph
    end = next((i for i in range(anchor, len(page)) if page[i].unit.paragraph != own), len(page))
    return end if end < len(page) and end - anchor <= LONGEST_BLOCK else anchor


def _late_byline(page: Sequence[Labelled], anchor: int, first: int) -> int | None:
    """The byline below the first paragraph under a date line: that paragraph is then the standfirst."""
    if page[anchor].label is not Label.DATE or any(each.label is Label.BYLINE for each in page[anchor:first]):
        return None
    is_next = first + 1 < len(page) and page[first + 1].label is Label.BYLINE and page[first].unit.words <= 60
    return first + 1 if is_next else None


def _first_prose(page: Sequence[Labelled], start: int) -> int:
    return next((i for i in range(start, len(page)) if page[i].label is Label.PROSE), len(page))


def _may_title(each: Labelled) -> bool:
    is_title = each.label is Label.TITLE or (each.label is Label.PROSE and each.unit.words <= 60)
    return is_title and not each.unit.bullet


def _read_titles(page: Sequence[Labelled], above: list[int], below: list[int], first: int, head: Header) -> None:
    """Choose the headline among the titles above and below the credits, and the standfirst right under it.

    The headline is a first-level heading, or what the page says twice, or the first title whose words the text takes up
    again (a masthead's it does not), or the first of some length.
    """
    titles = [i for i in above + below if page[i].unit.words <= LONGEST_HEADLINE]
    if not titles:
        return
    rules = (_heading(page, titles), _repeated(page, titles), _taken_up(page, titles, first))
    chosen = next((rule for rule in rules if rule is not None), None)
    if chosen is None:
        chosen = _longest_first(page, [i for i in titles if i in above] or titles)
    text = page[chosen].text
    suffix = _SUFFIX.search(text)
    if suffix and any(each.text == text[: suffix.start()] for each in page[:DEPTH]):
        head.site, text = suffix[1].strip(), text[: suffix.start()]
    head.headline = text
    same = {
        i
        for i in range(min(len(page), DEPTH))
        if _folded(page[i].text).startswith(_folded(text)) and page[i].unit.words < 40
    }
    head.used |= same
    side = above if chosen in above else below
    last = max((i for i in same if i in side), default=chosen)
    after = [i for i in side if i > last and i not in head.used and page[i].unit.words >= 5]
    if after and not head.standfirst and after[0] - last <= FILED:
        head.standfirst = page[after[0]].text
        head.used.add(after[0])


def _repeated(page: Sequence[Labelled], titles: Sequence[int]) -> int | None:
    seen = Counter(_folded(_SUFFIX.sub("", each.text)) for each in page[:DEPTH])
    return next((i for i in titles if seen[_folded(_SUFFIX.sub("", page[i].text))] > 1), None)


def _taken_up(page: Sequence[Labelled], titles: Sequence[int], first: int) -> int | None:
    """The first title of which the text below repeats some words, or their beginnings.

    One word is enough for a line right above such a title, which is then the standfirst.
    """
    text = " ".join(each.text for each in page[first : first + DEPTH] if each.label is Label.PROSE)
    stems = {word[:STEM] for word in _WORD.findall(text.lower())}
    shared = {i: len({word[:STEM] for word in _WORD.findall(page[i].text.lower())} & stems) for i in titles}
    titles = [i for i in titles if page[i].unit.words >= 4]
    found = next((i for i in titles if shared[i] >= TAKEN_UP), None)
    is_second = (
        found is not None and found - 1 in titles and shared[found - 1] and not is_sentence(page[found - 1].text)
    )
    return found - 1 if found is not None and is_second else found


def _heading(page: Sequence[Labelled], titles: Sequence[int]) -> int | None:
    return next((i for i in titles if page[i].unit.level == 1), None)


def _longest_first(page: Sequence[Labelled], titles: Sequence[int]) -> int:
    """The first title of some length that is no sentence, else the first of some length, else the first."""
    long = [i for i in titles if page[i].unit.words >= 4]
    return next((i for i in long if not is_sentence(page[i].text)), next(iter(long), titles[0]))


def _read_credits(page: Sequence[Labelled], anchor: int, first: int, head: Header) -> None:
    start = anchor
    own = page[anchor].unit.paragraph
    while start > 0 and page[start - 1].unit.paragraph == own and _is_label_line(page[start - 1]):
        start -= 1
    while start > 0 and anchor - start < FILED and _signs(page, start - 1):
        start -= 1
    last = max((i for i in range(anchor, first) if page[i].label is Label.BYLINE), default=anchor)
    for i in range(start, first):
        if _read_credit(page[i], head) or page[i].label in (Label.SHORT, Label.SITE):
            head.used.add(i)
        elif i > last + FILED:
            break


def _signs(page: Sequence[Labelled], i: int) -> bool:
    """Whether a line above the credits belongs to them: names or a job, with a title left above them."""
    text = page[i].text
    if page[i].label not in (Label.SHORT, Label.TITLE) or not any(each.unit.words >= 4 for each in page[:i]):
        return False
    if text.isupper():
        return is_names(text) and is_role(page[i + 1].text)
    return is_names(text) or (page[i].unit.words <= 4 and is_role(text))


def _is_label_line(each: Labelled) -> bool:
    return each.label in (Label.SHORT, Label.TITLE) and each.unit.words <= 4


def _read_credit(each: Labelled, head: Header) -> bool:
    """Take what one line of the credits says; False when it says nothing of the kind."""
    if each.date is not None:
        _read_date(each, head)
        before, _, after = each.text.partition(each.date.raw)
        head.authors = head.authors or split_byline(before or after)
        place = _BEFORE_DATE.match(before)
        if place and not head.place and _is_place(place[1]) and not split_byline(before):
            head.place = place[1]
        return True
    if each.label is Label.BYLINE or (not head.authors and is_names(each.text)):
        head.authors = head.authors or split_byline(each.text)
        if match := _IN_PLACE.search(each.text):
            head.place = head.place or match[1] or match[2]
        return True
    is_line = each.label in (Label.SHORT, Label.TITLE) and (is_name(each.text) or each.unit.words <= 2)
    if is_line and head.place is None and _is_place(each.text):
        head.place = each.text
        return True
    return False


def _is_place(text: str) -> bool:
    return len(text) > 2 and bool(_PLACE.match(text)) and not is_role(text)


def _read_date(each: Labelled, head: Header) -> None:
    if each.is_first and head.published:
        head.published, head.modified = each.date, head.modified or head.published
    elif each.is_change:
        head.modified = head.modified or each.date
    elif head.published is None:
        head.published = each.date
    head.modified = head.modified or each.modified


def _folded(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
