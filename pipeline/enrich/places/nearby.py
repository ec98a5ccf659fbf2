"""How many of a text's names may mean a town close to a place: counted on a grid, so that it costs no comparing."""

from collections import defaultdict
from collections.abc import Sequence
from math import floor

from pipeline.enrich.places.gazetteer import TOWNS, Candidate
from pipeline.enrich.places.mentions import Named
from pipeline.enrich.places.names import key

MOST = 30
"""Towns looked at of one name; of the commonest names there are more."""


class Nearby:
    """The names of one text by the squares of one degree where their towns lie."""

    def __init__(self, named: Sequence[Named]) -> None:
        self._names: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        for one in {each.text: each for each in named}.values():
            towns = [place for place in one.candidates[:MOST] if place.kind in TOWNS]
            if towns and one.candidates[0].kind not in ("country", "state"):
                for town in towns:
                    self._names[_square(town)].add(key(one.text))

    def others(self, place: Candidate, name: str) -> int:
        """Names, ``name`` left out, that may mean a town in the place's square or one that touches it."""
        north, east = _square(place)
        around = [
            self._names[square]
            for square in ((north + up, east + right) for up in (-1, 0, 1) for right in (-1, 0, 1))
            if square in self._names
        ]
        return len(set().union(*around) - {key(name)})


def _square(place: Candidate) -> tuple[int, int]:
    return floor(place.latitude), floor(place.longitude)
