"""Places, where they lie and what they are named for; entities are given as another enricher finds them."""

import re

import pytest

from pipeline.documents import Article, Enrichment, Entity, EntityType, Mention, Place
from pipeline.enrich.places import places
from pipeline.enrich.places.gazetteer import gazetteer
from pipeline.enrich.text import Text


def read(
    body: str,
    *,
    named: str = "",
    headline: str = "",
    dateline: str | None = None,
    others: dict[str, EntityType] | None = None,
) -> list[Place]:
    kinds: dict[str, EntityType] = {name: "place" for name in named.split("|") if name} | (others or {})
    entities = tuple(
        Entity(
            name=name, type=kind, salience=0.5,
            mentions=tuple(
                Mention(start=found.start(), end=found.end(), text=name)
                for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", body)
            ),
        )
        for name, kind in kinds.items()
    )  # fmt: skip
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, headline=headline, dateline=dateline,
        language="en",
    )  # fmt: skip
    found = places(Text(article), Enrichment(language="en", entities=entities))
    assert all(mention.text == body[mention.start : mention.end] for place in found for mention in place.mentions)
    return list(found)


@pytest.mark.parametrize(
    ("body", "named", "name", "country", "at"),
    [
        ("It rained in Paris.", "Paris", "Paris", "FR", (48.9, 2.4)),
        ("It rained in Paris, Texas.", "Paris|Texas", "Paris", "US", (33.7, -95.6)),
        ("It rained in Paris, Texas.", "", "Paris", "US", (33.7, -95.6)),
        ("It rained in Dallas, Houston and Paris.", "Dallas|Houston|Paris", "Paris", "US", (33.7, -95.6)),
        ("They met in Athens, Ga., on Monday.", "Athens|Ga.", "Athens", "US", (33.9, -83.4)),
        ("They met in London (Ontario).", "London|Ontario", "London", "CA", (43.0, -81.2)),
        ("They met in the US.", "US", "United States", "US", (39.8, -98.5)),
        ("They met in Britain.", "Britain", "United Kingdom", "GB", (54.8, -2.7)),
        ("They met on the Crimean Peninsula.", "Crimean Peninsula", "Crimean Peninsula", None, (45.3, 34.4)),
        ("They met in Köln.", "Köln", "Köln", "DE", (50.9, 7.0)),
        ("They met in Moskau.", "Moskau", "Moscow", "RU", (55.8, 37.6)),
        ("They met in Großbritannien.", "Großbritannien", "United Kingdom", "GB", (54.8, -2.7)),
        ("They met in Estados Unidos.", "Estados Unidos", "United States", "US", (39.8, -98.5)),
        ("They met in the Pays-Bas.", "Pays-Bas", "The Netherlands", "NL", (52.3, 5.8)),
        ("They met in Bayern.", "Bayern", "Bavaria", "DE", (49, 11.5)),
        ("They met in Catalogne.", "Catalogne", "Catalonia", "ES", (41.8, 1.5)),
        ("They met in Irlanda del Norte.", "Irlanda del Norte", "Northern Ireland", "GB", (54.5, -6.5)),
        ("They met in Medio Oriente.", "Medio Oriente", "Middle East", None, (29, 42)),
        ("They met in Escócia.", "Escócia", "Scotland", "GB", (56, -4)),
        ("They met in Afrika.", "Afrika", "Africa", None, (7, 21)),
        ("They met in Victoria, B.C., on Monday.", "Victoria|B.C.", "Victoria", "CA", (48.4, -123.4)),
        ("They sailed the Black Sea.", "Black Sea", "Black Sea", None, (43, 34)),
    ],
)  # fmt: skip
def test_where_it_lies(body: str, named: str, name: str, country: str | None, at: tuple[float, float]) -> None:
    found = next(place for place in read(body, named=named) if place.name == name)
    assert found.country == country
    assert found.latitude == pytest.approx(at[0], abs=0.3)
    assert found.longitude == pytest.approx(at[1], abs=0.3)


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ("Moscow said that it would not move.", "metonym"),
        ("Later Moscow also warned them.", "metonym"),
        ("They count on Moscow’s support.", "metonym"),
        ("They imposed sanctions on Moscow.", "metonym"),
        ("It rained in Moscow.", "setting"),
        ("Moscow’s streets were wet.", "setting"),
        ("A man in Moscow said that it rained.", "setting"),
        ("MOSCOW (Agency) - It rained.", "dateline"),
        ("MOSCOW - It rained.", "dateline"),
    ],
)
def test_what_it_is_named_for(body: str, role: str) -> None:
    name = "MOSCOW" if "MOSCOW" in body else "Moscow"
    assert [(place.name, place.role) for place in read(body, named=name)] == [("Moscow", role)]


def test_a_capital_that_shares_its_name_with_a_state_is_meant_where_a_government_is() -> None:
    (place,) = read("They count on Washington’s support.", named="Washington")
    assert (place.country, place.role, round(place.latitude or 0)) == ("US", "metonym", 39)


def test_one_entry_for_a_place_and_role_however_it_is_written() -> None:
    found = read("The US and the United States are one. So is America.", named="US|United States|America")
    assert [(place.name, len(place.mentions)) for place in found] == [("United States", 3)]
    found = read("Moscow said so. It rained in Moscow.", named="Moscow")
    assert sorted((place.role, len(place.mentions)) for place in found) == [("metonym", 1), ("setting", 1)]


def test_the_main_place_comes_first() -> None:
    found = read(
        "The bridge in Graz fell. Nobody in Graz was hurt. Firemen came from Linz.", named="Graz|Linz", headline="Graz"
    )
    assert [place.name for place in found] == ["Graz", "Linz"]


def test_the_articles_dateline_is_a_place() -> None:
    (place,) = read("It rained.", dateline="Los Angeles")
    assert (place.name, place.role, place.country, place.mentions) == ("Los Angeles", "dateline", "US", ())


def test_an_institution_lies_where_its_name_says() -> None:
    (place,) = read("The Billings Fire Department came.", others={"Billings Fire Department": "organization"})
    assert (place.name, [mention.text for mention in place.mentions]) == ("Billings", ["Billings"])


@pytest.mark.parametrize(
    ("body", "others", "name"),
    [
        ("He studied at the University of Marfa.", {"University of Marfa": "organization"}, "Marfa"),
        ("The Montana Electric Company closed.", {"Montana Electric Company": "organization"}, "Montana"),
        ("The Cochise County Fair opened.", {"Cochise County Fair": "event"}, "Cochise County"),
        ("The Uppsala Chess Week began.", {"Uppsala Chess Week": "event"}, None),
        ("The Montana Gazette reports.", {"Montana Gazette": "organization"}, None),
        ("The Kansas City Runners won.", {"Kansas City Runners": "organization"}, "Kansas City"),
        ("The Bank of Norway met.", {"Bank of Norway": "organization"}, None),
    ],
)
def test_the_seat_of_an_institution(body: str, others: dict[str, EntityType], name: str | None) -> None:
    assert [place.name for place in read(body, others=others)] == ([name] if name else [])


@pytest.mark.parametrize(
    ("body", "named", "others", "texts"),
    [
        ("A fair in Marfa. Marfa firemen came.", "", {}, ["Marfa", "Marfa"]),
        ("A Marfa-based firm.", "", {}, ["Marfa"]),
        ("A fair in Marfa. Lena Marfa came.", "", {"Lena Marfa": "person"}, ["Marfa"]),
        ("Lena Marfa came. Marfa spoke.", "Marfa", {"Lena Marfa": "person"}, []),
        ("Lena Marfa came from Marfa.", "", {"Lena Marfa": "person"}, ["Marfa"]),
        ("PALM SPRINGS was hot.", "PALM", {}, ["PALM SPRINGS"]),
        ("The Police met.", "Police", {}, []),
        ("They saw Malta, Cyprus and Spain.", "Malta|Cyprus|Spain", {}, ["Malta", "Cyprus", "Spain"]),
    ],
)
def test_what_of_it_names_a_place(body: str, named: str, others: dict[str, EntityType], texts: list[str]) -> None:
    found = read(body, named=named, others=others)
    assert sorted(mention.text for place in found for mention in place.mentions) == sorted(texts)
    assert len(found) == len(set(texts))


@pytest.mark.parametrize(
    ("body", "others"),
    [
        ("Paris Whitcombe sang.", {"Paris Whitcombe": "person"}),
        ("Jordan scored twice.", {"Jordan": "person"}),
        ("The Berlin Philharmonic played.", {"Berlin Philharmonic": "organization"}),
        ("They met in March.", {}),
        ("They met at Qqxyzzy.", {"Qqxyzzy": "place"}),
        ("", {}),
    ],
)
def test_what_is_no_place(body: str, others: dict[str, EntityType]) -> None:
    assert read(body, others=others) == []


def test_a_county_lies_among_its_towns() -> None:
    (county,) = (
        place for place in read("In Cochise County, near Bisbee, Arizona.", named="Cochise County|Bisbee|Arizona")
        if place.name == "Cochise County"
    )  # fmt: skip
    towns = gazetteer().lookup("Bisbee")
    assert county.country == "US"
    assert abs((county.latitude or 0) - towns[0].latitude) < 0.1


def test_of_places_of_one_name_that_where_the_others_may_lie_close_by_is_meant() -> None:
    found = read("Floods hit Cambridge, Ely, Newmarket and Bedford.", named="Cambridge|Ely|Newmarket|Bedford")
    assert {place.country for place in found} == {"GB"}
    found = read("Floods hit Cambridge, Kitchener, Guelph and Waterloo.", named="Cambridge|Kitchener|Guelph|Waterloo")
    assert {place.country for place in found} == {"CA"}


def test_a_country_is_no_village_of_its_name() -> None:
    (place,) = read("The U.S. Department of Tides met.", others={"U.S. Department of Tides": "organization"})
    assert (place.name, place.country) == ("United States", "US")


@pytest.mark.parametrize(
    "hostile",
    [
        "Paris, Texas " * 10_000,
        "Aa-" * 100_000,
        "".join(f"in Paris{number} " for number in range(20_000)),
        "in A" * 100_000,
        "X" * 500_000,
        "\ud800 in Paris\x00",
    ],
)
def test_hostile_texts_come_to_an_end(hostile: str) -> None:
    read(hostile, named="Paris|Texas")
