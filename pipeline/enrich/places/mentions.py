"""Where an article names places: what the entities say, what begins an institution's name, what a state follows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.documents import Entity
from pipeline.enrich.places.gazetteer import Candidate, Gazetteer
from pipeline.enrich.places.roles import cues, stands_for_government

LONGEST_NAME = 4
"""Words of a name inside of a longer one."""
MOST = 2_000
"""Mentions read of one article."""
_WORDS = re.compile(r"[^\W\d_][\w.'’-]*")
_NAME = re.compile(r"[A-Z][\w.'’-]*(?:[ \n](?:of|de|la|del|upon|[A-Z][\w.'’-]*)){0,3}")
_STATE = re.compile(r",?\s(?P<name>[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2})")


@dataclass
class Named:
    """One mention with the places it may mean."""

    start: int
    end: int
    text: str
    candidates: tuple[Candidate, ...]
    whole: bool = True
    """It is a name of its own, and not the beginning of an institution's."""
    within: Candidate | None = None
    """The state or country that is named right behind it."""
    governs: bool = False
    """It stands for a government."""


def mentions_of(normal: str, entities: tuple[Entity, ...], gazetteer: Gazetteer) -> list[Named]:
    """Every mention of a place in order of the text, without overlap."""
    found = [*_from_entities(normal, entities, gazetteer), *_after_a_preposition(normal, entities, gazetteer)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Named] = []
    for one in found[:MOST]:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    for one, following in zip(kept, [*kept[1:], None], strict=False):
        one.governs = stands_for_government(normal, one.start, one.end)
        one.within = _state_behind(normal, one, following, gazetteer)
    return kept


def _from_entities(normal: str, entities: tuple[Entity, ...], gazetteer: Gazetteer) -> Iterator[Named]:
    for entity in entities:
        for mention in entity.mentions:
            text = normal[mention.start : mention.end]
            if entity.type == "place":
                shortened = f"{text}." if normal[mention.end : mention.end + 1] == "." else text
                candidates = gazetteer.lookup(shortened) or gazetteer.lookup(text) or gazetteer.lookup(entity.name)
                yield Named(mention.start, mention.end, text, candidates)
            elif entity.type in ("organization", "event", "product", "person"):
                yield from _beginning(text, mention.start, gazetteer, entity.type)


def _beginning(text: str, start: int, gazetteer: Gazetteer, kind: str) -> Iterator[Named]:
    """ "Billings Fire Department": a place whose institution it is."""
    words = list(_WORDS.finditer(text))
    for length in range(min(LONGEST_NAME, len(words) - 1), 0, -1):
        end = words[length - 1].end()
        if words[length][0].lower().rstrip(".") not in cues("institution"):
            continue
        if words[length][0] == "County" and (county := gazetteer.lookup(text[: words[length].end()])):
            yield Named(start, start + words[length].end(), text[: words[length].end()], county, whole=False)
            return
        if kind != "person" and (candidates := gazetteer.lookup(text[words[0].start() : end])):
            yield Named(start + words[0].start(), start + end, text[words[0].start() : end], candidates, whole=False)
            return


def _after_a_preposition(normal: str, entities: tuple[Entity, ...], gazetteer: Gazetteer) -> Iterator[Named]:
    """Names that no entity covers: "in Marfa", "Marfa, Texas"."""
    covered = sorted((mention.start, mention.end) for entity in entities for mention in entity.mentions)
    at = 0
    for match in _NAME.finditer(normal):
        while at < len(covered) and covered[at][1] <= match.start():
            at += 1
        if at < len(covered) and covered[at][0] < match.end():
            continue
        before = normal[max(0, match.start() - 12) : match.start()].lower().split()
        state = _STATE.match(normal, match.end()) if normal[match.end() : match.end() + 1] == "," else None
        behind = state is not None and any(one.kind in ("state", "country") for one in gazetteer.lookup(state["name"]))
        if behind or (before and before[-1] in cues("leading") - {"to", "of"}):
            yield from _named(match, gazetteer)


def _named(match: re.Match[str], gazetteer: Gazetteer) -> Iterator[Named]:
    text = match[0].rstrip(".") if len(match[0]) > 5 else match[0]
    text = text.removesuffix("'s")
    if len(text) > 3 and text.split()[0].lower() not in cues("never") and (candidates := gazetteer.lookup(text)):
        yield Named(match.start(), match.start() + len(text), text, candidates)


def _state_behind(normal: str, one: Named, following: Named | None, gazetteer: Gazetteer) -> Candidate | None:
    """ "Paris, Texas", "Paris, Texas's", "Paris (Texas)": the state or country a comma away."""
    if following is not None and normal[one.end : following.start] in (", ", " ", " (", ","):
        candidates = following.candidates
    elif match := _STATE.match(normal, one.end):
        candidates = gazetteer.lookup(match["name"]) if normal[one.end] == "," else ()
    else:
        return None
    return next((candidate for candidate in candidates if candidate.kind in ("state", "country")), None)
