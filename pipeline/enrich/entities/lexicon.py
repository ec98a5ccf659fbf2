"""The closed word lists and known names of this package, read from its TOML files once per process."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pipeline.enrich.places.gazetteer import Candidate, gazetteer
from pipeline.enrich.places.names import key
from pipeline.enrich.vocabulary import STOPWORDS


def _toml(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


_LISTS = _toml("lexicon.toml")


def words(section: str, name: str) -> frozenset[str]:
    """One list of single words; ``KeyError`` if there is none."""
    return frozenset(_LISTS[section][name].split())


def known(name: str) -> frozenset[str]:
    """One list of names, which may have several words; ``KeyError`` if there is none."""
    return frozenset(" ".join(each.split()) for each in _LISTS["known"][name].split("/"))


OFFICES = words("titles", "office")
ADDRESSES = words("titles", "address")
TITLES = OFFICES | ADDRESSES
NATIONALITIES = words("known", "nationality")
NOTHING = words("kinds", "nothing")
PARTICLES = words("parts", "particle")
LINKS = words("parts", "link")
DOTTED = words("parts", "dotted")
SUFFIXES = words("parts", "suffix")
GIVEN_NAMES = frozenset(word for text in _toml("given_names.toml")["given"].values() for word in text.split())
SMALL_WORDS = STOPWORDS["en"] - NATIONALITIES
"""Words that are written with a capital only where a sentence or a headline begins."""


@lru_cache(maxsize=50_000)
def place_weight(name: str) -> float:
    """The weight of the evidence that a name, in lower case, is a place: 5 for a country, 1.5 for a small town, 0."""
    if name in PLACES:
        return 5.0
    if name in _SHORT_WORDS:
        return 0.0
    return max((_weight(place) for place in gazetteer().lookup(name) if _is_own_name(name, place)), default=0.0)


def _is_own_name(name: str, place: Candidate) -> bool:
    """Towns have translated names too, and Casablanca's is White House."""
    return place.kind not in ("city", "capital") or key(place.name) == key(name)


def _weight(place: Candidate) -> float:
    if place.kind in ("city", "capital"):
        size = place.population
        capital = 4.5 if place.kind == "capital" else 0.0
        return max(capital, 4.0 if size >= 1_000_000 else 2.5 if size >= 100_000 else 1.5 if size >= 15_000 else 0.0)
    return {"country": 5.0, "continent": 5.0, "state": 4.0, "region": 4.0, "water": 4.0}.get(place.kind, 0.0)


PLACES = known("place")
_SHORT_WORDS = frozenset(word for words in STOPWORDS.values() for word in words if len(word) <= 4) | {"mai", "mars"}
"""Words of grammar in some language, which begin sentences and are towns somewhere."""
ALIASES = {
    name.strip(): tuple(each.strip() for each in line.split("/"))
    for line in _LISTS["known"]["aliases"].strip().splitlines()
    for name in line.split("/")
}
"""The names of one and the same, the fullest first, by each of them."""
ORGANIZATIONS = known("organization")


def is_known(name: str) -> bool:
    """Whether this name, in lower case, is one of a well-known organisation or place."""
    return name in ORGANIZATIONS or place_weight(name) > 0
