"""What stands inside the article without being part of it: lists of links, appeals, second copies, other articles."""

from collections import Counter

from pipeline.clean.boilerplate import has_site_voice, is_boilerplate, kind_of_boilerplate
from pipeline.clean.segments import Reading, Segment, has_words

LEAST_OWN = 0.6
"""Share of the paragraphs of a report that are no appeals."""

MOST_SPEAKING = 0.1
"""Share of those in which somebody speaks to the reader, at most."""

LINKED = 0.8
"""Share of a list's text in links from which it is a list of links."""

ENOUGH = 400
"""Characters of running text that an article element must hold to be the article by itself."""


def of_one_article(reading: Reading, kept: list[int]) -> list[int]:
    """Without the article elements that follow the one that the text begins in, as on pages that scroll on and on."""
    first = next((index for index in kept if reading.segments[index].prose), None)
    own = _article(reading, first) if first is not None else -1
    if own < 0:
        return kept
    left = [index for index in kept if _article(reading, index) in (own, -1) or own in reading.above_segment(index)]
    return left if sum(reading.segments[index].prose for index in left) > ENOUGH else kept


def _article(reading: Reading, index: int) -> int:
    """The article element that a segment is in; -1 for none."""
    above = reading.above_segment(index)
    return next((place for place in above if reading.places[place].element.tag == "article"), -1)


def belongs(segment: Segment) -> bool:
    """Whether a segment can be text of the article at all: no picture, no caption, and not mostly links."""
    if segment.kind in ("image", "embed", "caption") or segment.noise or not has_words(segment.text):
        return False
    return segment.kind in ("item", "table") or segment.prose > 0 or segment.linked * 2 <= len(segment.text)


def without_link_lists(reading: Reading, kept: list[int]) -> list[int]:
    """Without lists that hardly hold anything but links or buttons: other articles, contents, ways to share."""
    length: Counter[int] = Counter()
    linked: Counter[int] = Counter()
    group = {index: reading.places[reading.segments[index].place].list for index in kept}
    for index in kept:
        if group[index] < 0:
            continue
        segment = reading.segments[index]
        length[group[index]] += len(segment.text)
        linked[group[index]] += len(segment.text) if kind_of_boilerplate(segment.text) == "share" else segment.linked
    return [index for index in kept if group[index] < 0 or linked[group[index]] < LINKED * length[group[index]]]


def without_boilerplate(segments: list[Segment], kept: list[int]) -> list[int]:
    """Without what the site says for itself.

    Running text is left out only where the author does not speak to the reader too: what alone addresses the reader of
    a report is the site's appeal, but advice and guides sound like that all along. Where it is all that there is, and
    little, the page has no article.
    """
    running = [index for index in kept if segments[index].prose]
    little = 0 < sum(segments[index].prose for index in running) <= ENOUGH
    if little and all(is_boilerplate(segments[index].text) for index in running):
        return []
    own = [segments[index].text for index in running if not is_boilerplate(segments[index].text)]
    report = len(own) > LEAST_OWN * len(running) and sum(map(has_site_voice, own)) <= MOST_SPEAKING * len(own)
    return [index for index in kept if not _is_site_speech(segments[index], report=report)]


def _is_site_speech(segment: Segment, *, report: bool) -> bool:
    if segment.kind == "item" or (segment.prose and not report):
        return False
    return is_boilerplate(segment.text)


def once(segments: list[Segment], kept: list[int], seen: set[str]) -> list[int]:
    """Without running text that was there before: pages carry a second copy for small screens."""
    left = []
    for index in kept:
        text = segments[index].text
        if segments[index].prose:
            if text in seen:
                continue
            seen.add(text)
        left.append(index)
    return left
