"""Places inside of the names of institutions: "Billings Fire Department", "Montana Electric", "University of Marfa"."""

import re
from collections.abc import Iterator

from pipeline.enrich.places.gazetteer import Candidate, Gazetteer
from pipeline.enrich.places.roles import cues

LONGEST_NAME = 4
"""Words of a place's name inside of a longer one."""
_WORDS = re.compile(r"[^\W\d_][\w.'’-]*")
_SEAT = re.compile(r"(\w+) of (?:the )?((?:[A-Z][\w.'’-]+ ){0,2}[A-Z][\w.'’-]+)$")
Found = tuple[int, int, tuple[Candidate, ...]]


def places_in(name: str, kind: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Where the name of an entity of this type holds a place's name, and what that may mean.

    Newspapers are named for their town wherever they report from.
    """
    words = [(match.start(), match.end()) for match in _WORDS.finditer(name)]
    if not words or name[words[-1][0] : words[-1][1]].lower() in cues("press"):
        return
    opening = _before_institution(name, words, kind, gazetteer)
    if opening is None and kind != "person":
        opening = _state_or_country(name, words, gazetteer)
    if opening is not None:
        yield opening
    seat = _SEAT.search(name)
    if seat and seat[1].lower() in cues("seated") and (candidates := gazetteer.lookup(seat[2])):
        yield seat.start(2), seat.end(2), candidates


def _before_institution(name: str, words: list[tuple[int, int]], kind: str, gazetteer: Gazetteer) -> Found | None:
    """What a word such as "Department" follows, with the word itself where that is the place's, as in "Carson City".

    Of what was taken for a person only a county is read.
    """
    for length in range(min(LONGEST_NAME, len(words) - 1), 0, -1):
        (start, last), following = words[length], words[length - 1][1]
        institution = name[start:last]
        if institution.lower().rstrip(".") not in cues("institution") or (kind == "person" and institution != "County"):
            continue
        for end in (last, following)[: 1 if kind == "person" else 2]:
            if candidates := gazetteer.lookup(name[words[0][0] : end]):
                return words[0][0], end, candidates
    return None


def _state_or_country(name: str, words: list[tuple[int, int]], gazetteer: Gazetteer) -> Found | None:
    """What a state's or country's institution begins with; a longer name, such as a city's, is nothing of it."""
    for length in range(min(LONGEST_NAME, len(words) - 1), 0, -1):
        start, end = words[0][0], words[length - 1][1]
        if candidates := gazetteer.lookup(name[start:end]):
            return (start, end, candidates) if candidates[0].kind in ("state", "country") else None
    return None
