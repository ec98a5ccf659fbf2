"""Which place a name means: by what is named with it, and by how many people live there.

Names that can mean one place only, and states and countries, vote for the country and state of the others; so does
every name a little for all places it may mean. Local papers name the places around them, so a place near others that
are sure is likelier too.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import asin, cos, log10, radians, sin, sqrt

from pipeline.enrich.places.gazetteer import Candidate
from pipeline.enrich.places.mentions import Named

POPULATION = 1.0
"""Weight of ten times as many inhabitants."""
COUNTRY, STATE = 3.0, 4.0
"""Weight of all votes going to the candidate's country, and to its first-level part."""
NEAR, NEAR_KM = 3.0, 150
"""Weight of a sure place so near."""
PLACES_OF_NOTE = {"country": 9.0, "continent": 7.0, "state": 6.6, "region": 6.3, "water": 6.0, "county": 4.0}
"""Weight of what is no town; a town of a million has 6."""
CAPITAL = 6.8
"""Weight of a capital: that of a city of six millions."""
TOWNS = ("city", "capital")
ROUNDS = 2


def resolve(named: Sequence[Named]) -> list[Candidate | None]:
    """The place of each mention; ``None`` where the gazetteer knows no such name."""
    names = {(one.text, one.within) for one in named}
    chosen: dict[tuple[str, Candidate | None], Candidate | None] = {}
    by_name: dict[tuple[str, Candidate | None], Named] = {}
    for one in named:
        if one.governs or (one.text, one.within) not in by_name:
            by_name[one.text, one.within] = one
    for _ in range(ROUNDS):
        votes = _votes(named, chosen)
        chosen = {name: _best(by_name[name], votes, chosen) for name in names}
    chosen = {name: _centred(place, votes.sure) for name, place in chosen.items()}
    texts = {text: place for (text, within), place in chosen.items() if within is not None}
    return [
        chosen[one.text, one.within] if one.within else texts.get(one.text) or chosen[one.text, None] for one in named
    ]


class _Votes:
    """What the mentions of a text say about where it takes place."""

    def __init__(self) -> None:
        self.countries: defaultdict[str, float] = defaultdict(float)
        self.states: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.sure: list[Candidate] = []

    def add(self, place: Candidate, weight: float, *, sure: bool) -> None:
        if place.country:
            self.countries[place.country] += weight
            if place.admin1:
                self.states[place.country, place.admin1] += weight
        if sure and place.kind in TOWNS:
            self.sure.append(place)


def _votes(named: Sequence[Named], chosen: dict[tuple[str, Candidate | None], Candidate | None]) -> _Votes:
    votes = _Votes()
    for one in named:
        if one.within:
            votes.add(one.within, 2.0, sure=False)
        place = chosen.get((one.text, one.within))
        if place is not None:
            votes.add(place, 1.0, sure=True)
        elif one.candidates:
            first = one.candidates[0]
            alone = len(one.candidates) == 1 or first.kind in ("country", "state")
            for candidate in one.candidates[:20]:
                share = 1.0 if alone and candidate is first else 0.0 if alone else _prior(candidate) / 6
                votes.add(candidate, share / (1 if alone else len(one.candidates[:20])), sure=False)
    return votes


def _prior(place: Candidate) -> float:
    return PLACES_OF_NOTE.get(place.kind) or max(
        POPULATION * log10(max(place.population, 100)), CAPITAL if place.kind == "capital" else 0
    )


def _best(one: Named, votes: _Votes, chosen: dict[tuple[str, Candidate | None], Candidate | None]) -> Candidate | None:
    places = one.candidates
    if one.within:
        inside = [place for place in places if _is_in(place, one.within)]
        places = tuple(inside) or (one.within,)
    if one.governs:
        places = tuple(place for place in places if place.kind in ("capital", "country")) or places
    if not one.whole:
        places = tuple(place for place in places if place.kind != "country") or places
    mine = chosen.get((one.text, one.within))
    return max(places, key=lambda place: _score(place, votes, mine), default=None)


def _score(place: Candidate, votes: _Votes, mine: Candidate | None) -> float:
    countries, states = sum(votes.countries.values()) or 1, sum(votes.states.values()) or 1
    score = _prior(place) + COUNTRY * votes.countries.get(place.country or "", 0) / countries
    if place.country and place.admin1:
        score += STATE * votes.states.get((place.country, place.admin1), 0) / states
    others = [other for other in votes.sure[:200] if other is not mine]
    if others and place.kind in (*TOWNS, "county"):
        score += NEAR * sum(kilometres(place, other) <= NEAR_KM for other in others) / len(others)
    return score


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
    if region.kind == "country":
        return place.country == region.country and place.id != region.id
    return place.country == region.country and place.admin1 == region.admin1 and place.id != region.id


def kilometres(one: Candidate, other: Candidate) -> float:
    """Great-circle distance."""
    north, south = radians(one.latitude), radians(other.latitude)
    half = (
        sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    )
    return 12_742 * asin(sqrt(min(1.0, half)))
