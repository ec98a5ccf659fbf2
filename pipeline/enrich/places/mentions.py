"""Where an article names places: what the entities say, what begins an institution's name, what a state follows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.documents import Entity
from pipeline.enrich.places.gazetteer import Candidate, Gazetteer
from pipeline.enrich.places.institutions import places_in
from pipeline.enrich.places.roles import cues, stands_for_government

MOST = 2_000
"""Mentions read of one article."""
MOST_NAMES = 300
"""Names looked for again."""
SHORTEST = 4
"""Characters of a name that is believed without an entity."""
_WORD = r"[A-Z](?:\.(?:[A-Z]\.){1,4}|(?<=S)te?\.|(?<=[FM])t\.|[\w'’-]*)"
_NAME = re.compile(rf"{_WORD}(?:[ \n](?:of|de|la|del|upon|{_WORD})){{0,3}}\.?")
_NEXT = re.compile(r" [A-Z][\w'’-]+")
_HYPHENATED = re.compile(r"(?<![\w-])[A-Z]\w+(?: [A-Z]\w+)?(?=-(?:area|based|born|bound|wide)\b)")
_LOCATED = re.compile(r"\b(?:in|at|from|near) $")
_STATE = re.compile(r",?\s(?P<name>[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2})")


@dataclass
class Named:
    """One mention with the places it may mean."""

    start: int
    end: int
    text: str
    candidates: tuple[Candidate, ...]
    within: Candidate | None = None
    """The state or country that is named right behind it."""
    governs: bool = False
    """It stands for a government."""


def mentions_of(normal: str, entities: tuple[Entity, ...], gazetteer: Gazetteer) -> list[Named]:
    """Every mention of a place in order of the text, without overlap."""
    found = [*_from_entities(normal, entities, gazetteer), *_in_place_of_one(normal, entities, gazetteer)]
    surnames = {entity.name.split()[-1] for entity in entities if entity.type == "person" and " " in entity.name}
    kept = _without_overlap([one for one in found if not _is_other(normal, one, surnames)])
    kept = _without_overlap([*kept, *_again(normal, entities, kept)])
    for one, following in zip(kept, [*kept[1:], None], strict=False):
        one.governs = stands_for_government(normal, one.start, one.end)
        one.within = _state_behind(normal, one, following, gazetteer)
    return kept


def _without_overlap(named: list[Named]) -> list[Named]:
    kept: list[Named] = []
    for one in sorted(named, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept[:MOST]


def _is_other(normal: str, one: Named, surnames: set[str]) -> bool:
    """An institution's word, or the surname of somebody whom the text names, where nothing says that it is a place."""
    if one.text.lower() in cues("institution"):
        return True
    behind = normal[one.end : one.end + 1] == ","
    return one.text in surnames and not behind and not _LOCATED.search(normal, max(0, one.start - 8), one.start)


def _from_entities(normal: str, entities: tuple[Entity, ...], gazetteer: Gazetteer) -> Iterator[Named]:
    for entity in entities:
        for mention in entity.mentions:
            text = normal[mention.start : mention.end]
            if entity.type == "place":
                yield _place(normal, mention.start, mention.end, entity.name, gazetteer)
            elif entity.type in ("organization", "event", "product", "person"):
                for start, end, candidates in places_in(text, entity.type, gazetteer):
                    yield Named(mention.start + start, mention.start + end, text[start:end], candidates)


def _place(normal: str, start: int, end: int, name: str, gazetteer: Gazetteer) -> Named:
    """The mention, or with the next word where that is a place's name too, as "UNION" of "UNION CITY" is."""
    text = normal[start:end]
    longer = _NEXT.match(normal, end)
    if longer and (candidates := gazetteer.lookup(text + longer[0])):
        return Named(start, longer.end(), text + longer[0], candidates)
    shortened = f"{text}." if normal[end : end + 1] == "." else text
    return Named(start, end, text, gazetteer.lookup(shortened) or gazetteer.lookup(text) or gazetteer.lookup(name))


def _again(normal: str, entities: tuple[Entity, ...], named: list[Named]) -> Iterator[Named]:
    """Further mentions of the same names, outside of persons' names: what was a place once is one throughout."""
    known = {one.text: one for one in named if one.candidates and len(one.text) >= SHORTEST and not _is_time(one.text)}
    if not known:
        return
    names = "|".join(sorted(map(re.escape, list(known)[:MOST_NAMES]), key=len, reverse=True))
    persons = (mention for entity in entities if entity.type == "person" for mention in entity.mentions)
    taken = sorted((mention.start, mention.end) for mention in persons)
    for match in _outside(re.finditer(rf"(?<!\w)(?:{names})(?!\w)", normal), taken):
        yield Named(match.start(), match.end(), match[0], known[match[0]].candidates)


def _outside(matches: Iterable[re.Match[str]], spans: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """The matches that overlap none of the spans; both in order."""
    at = 0
    for match in matches:
        while at < len(spans) and spans[at][1] <= match.start():
            at += 1
        if at == len(spans) or spans[at][0] >= match.end():
            yield match


def _in_place_of_one(normal: str, entities: tuple[Entity, ...], gazetteer: Gazetteer) -> Iterator[Named]:
    """Names that no entity covers: "in Marfa", "Marfa, Texas", "a Marfa-based firm"."""
    covered = sorted((mention.start, mention.end) for entity in entities for mention in entity.mentions)
    for match in _outside(_NAME.finditer(normal), covered):
        before = normal[max(0, match.start() - 12) : match.start()].lower().split()
        state = _STATE.match(normal, match.end()) if normal[match.end() : match.end() + 1] == "," else None
        behind = state is not None and any(one.kind in ("state", "country") for one in gazetteer.lookup(state["name"]))
        if behind or (before and before[-1] in _leading()):
            yield from _named(match, gazetteer)
    for match in _outside(_HYPHENATED.finditer(normal), covered):
        yield from _named(match, gazetteer)


def _named(match: re.Match[str], gazetteer: Gazetteer) -> Iterator[Named]:
    text = match[0].removesuffix("'s")
    bare = text.rstrip(".")
    text = bare if gazetteer.lookup(bare) == gazetteer.lookup(text) else text
    if len(text) >= SHORTEST and not _is_time(text) and (candidates := gazetteer.lookup(text)):
        yield Named(match.start(), match.start() + len(text), text, candidates)


@cache
def _leading() -> frozenset[str]:
    """Words before a place that leave no doubt, as "in" does."""
    return cues("leading") - {"to", "of"}


def _is_time(name: str) -> bool:
    return name.split()[0].lower() in cues("never")


def _state_behind(normal: str, one: Named, following: Named | None, gazetteer: Gazetteer) -> Candidate | None:
    """ "Paris, Texas", "Paris, Texas's", "Paris (Texas)": the state or country a comma away."""
    if following is not None and normal[one.end : following.start] in (", ", " ", " (", ","):
        candidates = following.candidates
    elif match := _STATE.match(normal, one.end):
        candidates = gazetteer.lookup(match["name"]) if normal[one.end] == "," else ()
    else:
        return None
    return next((candidate for candidate in candidates if candidate.kind in ("state", "country")), None)
