"""What a place is named for: where it happens, where it is reported from, or the government that sits there."""

import re
from functools import cache
from importlib.resources import files
from tomllib import loads

from pipeline.documents import PlaceRole
from pipeline.enrich.places.gazetteer import Candidate

DATELINE = 60
"""Characters from the beginning in which a dateline's place is named."""
_DATELINE = re.compile(r"[^\n]{0,40}?(?:\([\w .]{2,30}\)\s?)?\s?-{1,2}\s")
_NEXT = re.compile(r"\s+(?:has\s|had\s|have\s|also\s|now\s)*([\w-]+)")
_OWNED = re.compile(r"(?:'s|')\s+([\w-]+)")
_BEFORE = re.compile(r"([\w-]+)\s+(?:on|against|with|from|between)\s+(?:\w+\s+and\s+)?$")


@cache
def cues(name: str) -> frozenset[str]:
    """One of the word lists."""
    lists: dict[str, str] = loads(files(__package__).joinpath("world.toml").read_text(encoding="utf-8"))["cues"]
    return frozenset(lists[name].split())


def role_of(normal: str, start: int, end: int, place: Candidate) -> PlaceRole:
    """The role of one mention in a text in plain characters."""
    if start <= DATELINE and _opens(normal, start, end):
        return "dateline"
    return "metonym" if place.kind == "capital" and stands_for_government(normal, start, end) else "setting"


def stands_for_government(normal: str, start: int, end: int) -> bool:
    """ "Moscow said", "Washington's support", "sanctions on Moscow", but not "in Moscow said"."""
    if owned := _OWNED.match(normal, end):
        return owned[1].lower() in cues("of_government")
    before = _BEFORE.search(normal, max(0, start - 50), start)
    if before and before[1].lower() in cues("against_government"):
        return True
    leading = normal[max(0, start - 12) : start].lower().split()[-1:]
    following = _NEXT.match(normal, end)
    governs = following is not None and following[1].lower() in cues("governing")
    return governs and not cues("leading").intersection(leading)


def _opens(normal: str, start: int, end: int) -> bool:
    """Whether it begins the body as "OSLO (Agency) -" does."""
    if normal[:start].strip(" ("):
        return False
    match = _DATELINE.match(normal, end)
    return match is not None and (normal[start:end].isupper() or "(" in match[0])
