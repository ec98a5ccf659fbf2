"""Places on the map: which ones the article names, where they lie, and what they are named for.

The first of them is the main place. Coordinates of countries and states are central points.
"""

from pipeline.documents import Enrichment, Mention, Place, PlaceRole
from pipeline.enrich.places.gazetteer import Candidate, gazetteer
from pipeline.enrich.places.mentions import Named, mentions_of
from pipeline.enrich.places.resolving import resolve
from pipeline.enrich.places.roles import role_of
from pipeline.enrich.text import Text


def places(text: Text, found: Enrichment) -> tuple[Place, ...]:
    """One entry for each place and role, the heaviest first; names without a place in the gazetteer are left out."""
    named = mentions_of(text.normal, found.entities, gazetteer())
    groups: dict[tuple[int, PlaceRole], tuple[Candidate, list[Named]]] = {}
    for one, place in zip(named, resolve(named), strict=True):
        if place is not None:
            role = role_of(text.normal, one.start, one.end, place)
            groups.setdefault((place.id, role), (place, []))[1].append(one)
    made = [_place(text, place, role, mentions) for (_, role), (place, mentions) in groups.items()]
    made += _from_the_dateline(text, made)
    order = sorted(range(len(made)), key=lambda number: (-_weight(text, made[number]), number))
    return tuple(made[number] for number in order)


def _place(text: Text, place: Candidate, role: PlaceRole, named: list[Named]) -> Place:
    mentions = tuple(Mention(start=one.start, end=one.end, text=text.body[one.start : one.end]) for one in named)
    return Place(
        name=place.name, country=place.country, latitude=place.latitude, longitude=place.longitude, role=role,
        mentions=mentions,
    )  # fmt: skip


def _from_the_dateline(text: Text, made: list[Place]) -> list[Place]:
    """The place of the article's dateline, where the body does not name it as such."""
    name = (text.article.dateline or "").partition(",")[0].strip()
    if not name or any(place.role == "dateline" for place in made):
        return []
    known = next((place for place in made if place.name.casefold() == name.casefold()), None)
    if known:
        return [known.model_copy(update={"role": "dateline", "mentions": ()})]
    candidates = gazetteer().lookup(name)
    return [_place(text, candidates[0], "dateline", [])] if candidates else []


def _weight(text: Text, place: Place) -> float:
    """Mentions count, early ones more; what stands for a government or far too large an area counts less."""
    length = len(text.body) + 1
    weight = sum(2 - mention.start / length for mention in place.mentions)
    weight += 2 * (place.name.casefold() in text.headline.casefold())
    return weight * {"metonym": 0.5, "dateline": 0.8}.get(place.role, 1.0)
