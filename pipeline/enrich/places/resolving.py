"""Which place a name means: by what is named with it, and by how many people live there.

Names that can mean one place only, and states and countries, vote for the country and state of the others; so does
every name a little for all places it may mean. Local papers name the places around them, so a place is the likelier
the more of the other names may mean a place close by.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import log1p, log10

from pipeline.enrich.places.gazetteer import TOWNS, Candidate
from pipeline.enrich.places.mentions import Named
from pipeline.enrich.places.names import key
from pipeline.enrich.places.nearby import Nearby

POPULATION = 1.0
"""Weight of ten times as many inhabitants."""
COUNTRY, STATE = 3.0, 4.0
"""Weight of all votes going to the candidate's country, and to its first-level part."""
NEAR = 2.0
"""Weight of the logarithm of how many other names may mean a town within a degree or two."""
OWN_NAME = 2.0
"""Weight of being called so at home, and not in another language or for short."""
PLACES_OF_NOTE = {"country": 9.0, "continent": 7.0, "state": 6.6, "region": 6.3, "water": 6.0, "county": 4.0}
"""Weight of what is no town; a town of a million has 6."""
CAPITAL = 6.8
"""Weight of a capital: that of a city of six millions."""
ROUNDS = 2
MOST = 20
"""Places of one name that vote."""
Name = tuple[str, Candidate | None]
"""A name as it is written, and the state or country behind it."""


def resolve(named: Sequence[Named]) -> list[Candidate | None]:
    """The place of each mention; ``None`` where the gazetteer knows no such name."""
    by_name: dict[Name, Named] = {}
    for one in named:
        if one.governs or (one.text, one.within) not in by_name:
            by_name[one.text, one.within] = one
    nearby = Nearby(named)
    chosen: dict[Name, Candidate | None] = {}
    for _ in range(ROUNDS):
        votes = _votes(named, chosen)
        chosen = {name: _best(one, votes, nearby) for name, one in by_name.items()}
    towns = [place for place in chosen.values() if place is not None and place.kind in TOWNS]
    chosen = {name: _centred(place, towns) for name, place in chosen.items()}
    texts = {text: place for (text, within), place in chosen.items() if within is not None}
    return [
        chosen[one.text, one.within] if one.within else texts.get(one.text) or chosen[one.text, None] for one in named
    ]


class _Votes:
    """What the mentions of a text say about the country and the state where it takes place."""

    def __init__(self) -> None:
        self._votes: defaultdict[tuple[str, ...], float] = defaultdict(float)
        self._all = [0.0, 0.0]

    def add(self, place: Candidate, weight: float) -> None:
        for level, area in enumerate(_areas(place)):
            self._votes[area] += weight
            self._all[level] += weight

    def share(self, place: Candidate) -> float:
        """The weight of what speaks for the place's country and state."""
        shares = [self._votes.get(area, 0.0) / (self._all[level] or 1) for level, area in enumerate(_areas(place))]
        return sum(weight * share for weight, share in zip((COUNTRY, STATE), shares, strict=False))


def _areas(place: Candidate) -> list[tuple[str, ...]]:
    country = place.country or ""
    return [(country,), (country, place.admin1)] if country and place.admin1 else [(country,)] if country else []


def _votes(named: Sequence[Named], chosen: dict[Name, Candidate | None]) -> _Votes:
    votes = _Votes()
    for one in named:
        if one.within:
            votes.add(one.within, 2.0)
        place = chosen.get((one.text, one.within))
        if place is None and _is_sure(one.candidates):
            place = one.candidates[0]
        if place is not None:
            votes.add(place, 1.0)
        else:
            voters = one.candidates[:MOST]
            for candidate in voters:
                votes.add(candidate, _prior(candidate) / 6 / len(voters))
    return votes


def _is_sure(places: Sequence[Candidate]) -> bool:
    return len(places) == 1 or (len(places) > 1 and places[0].kind in ("country", "state"))


def _prior(place: Candidate) -> float:
    capital = CAPITAL if place.kind == "capital" else 0
    return PLACES_OF_NOTE.get(place.kind) or max(POPULATION * log10(max(place.population, 100)), capital)


def _best(one: Named, votes: _Votes, nearby: Nearby) -> Candidate | None:
    places = one.candidates
    if one.within:
        places = tuple(place for place in places if _is_in(place, one.within)) or places
    if one.governs:
        places = tuple(place for place in places if place.kind in ("capital", "country")) or places
    return max(places, key=lambda place: _score(place, one.text, votes, nearby), default=None)


def _score(place: Candidate, name: str, votes: _Votes, nearby: Nearby) -> float:
    score = _prior(place) + votes.share(place)
    if place.kind in (*TOWNS, "county"):
        score += NEAR * log1p(nearby.others(place, name))
    return score + OWN_NAME * (place.kind not in TOWNS or key(place.name) == key(name))


def _centred(place: Candidate | None, towns: Sequence[Candidate]) -> Candidate | None:
    """A county lies among the towns of its state that the article names; without one it stays at the state's centre."""
    if place is None or place.kind != "county":
        return place
    inside = [town for town in towns if (town.country, town.admin1) == (place.country, place.admin1)]
    if not inside:
        return place
    middle = [sum(getattr(town, axis) for town in inside) / len(inside) for axis in ("latitude", "longitude")]
    return replace(place, latitude=round(middle[0], 4), longitude=round(middle[1], 4))


def _is_in(place: Candidate, region: Candidate) -> bool:
    inside = place.country == region.country and place.id != region.id
    return inside and (region.kind == "country" or place.admin1 == region.admin1)
