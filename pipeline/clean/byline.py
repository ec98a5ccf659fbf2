"""Bylines as newsrooms print them: the people in "By Jane Doe and John Q. Roe, Political Editor, in Berlin"."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

LONGEST = 300
"""Characters that are looked at."""
MOST_WORDS = 6
"""Words of one name, small words included."""

_DATA: dict[str, list[str]] = tomllib.loads(files("pipeline.clean").joinpath("byline.toml").read_text("utf-8"))
_NOBODY, _PARTICLES, _HONOURS = (frozenset(_DATA[name]) for name in ("nobody", "particles", "honours"))
MOMENTS = frozenset(_DATA["moments"])
"""Words that stand beside a date to say what happened then."""


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_OPENER = re.compile(rf"^\s*(?:eine?\s\w{{4,20}}\svon|{_either(_DATA['openers'])})(?:\s*:\s*|\s+)(?=\S)", re.I)
_STRONG_OPENER = re.compile(
    r"^\s*(?:eine?\s\w{4,20}\svon|by|von|par|por|door|di|av|af|text|texte|texto"
    r"|(?:reporting|written|story|words|posted|published) by"
    r"|publié par|geschrieben von|veröffentlicht von|escrito por|publicado por|scritto da|geschreven door)"
    r"\b[\s:]+(?=\S)",
    re.I,
)
_NOT_A_NAME = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\([^()]*\)|\[[^\[\]]*\]")
_PART = re.compile(rf"\s*[|·•;/\n\t]\s*|\s+[–—-]\s+|,\s*|\s+(?:{_either(_DATA['joiners'])})\s+", re.I)
_EDITED = re.compile(
    r"[;.,(]?\s*(?:editing|edited|additional \w+|redaktion|bearbeitet"
    r"|photo(?:graph)?s|photography|pictures|illustrations?|fotos|bilder)"
    r"\s*(?:by|:|von)\s.*$",
    re.I | re.S,
)
"""Who edited, helped or took the pictures is no author."""
_WHERE = re.compile(r"\s+(?:in|aus|à|at|for|für|pour|para|per|voor|from|bei|is|was|on|am|le)(?:\s.*)?$")
_WORD = re.compile(r"^[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]*)*$")


@lru_cache(maxsize=1_024)
def split_byline(text: str) -> tuple[str, ...]:
    """The people whom a byline names, in order; without titles, desks, agencies, addresses and places.

    Of a part such as "Jane Doe, Political Editor" only the name is kept. Nothing is guessed: what does not look like a
    person's name is left out. A page's bylines are asked about again and again, and so are kept.
    """
    text = _OPENER.sub("", _EDITED.sub("", _NOT_A_NAME.sub(" ", text[:LONGEST])))
    names = (_name(part) for part in _PART.split(text))
    return tuple(dict.fromkeys(name for name in names if name))


def is_byline(text: str) -> bool:
    """Whether a line is a byline: it opens like one, and the rest is a name."""
    match = _STRONG_OPENER.match(text[:LONGEST])
    if not match:
        return False
    rest = text[match.end() : LONGEST]
    return len(rest) < 150 and not rest.rstrip().endswith((".", "?", "!")) and bool(split_byline(rest))


def is_name(text: str) -> bool:
    """Whether a line is one person's name and nothing else."""
    words = text.split()
    return 2 <= len(words) <= 4 and _name(text) == " ".join(words) and not text.isupper()


def is_names(text: str) -> bool:
    """Whether a line is people's names and nothing else but where they are: "Nell Ferris and Omar Said in Ashgrove"."""
    return all(_name(part) for part in _PART.split(_WHERE.sub("", text[:LONGEST]).strip(" ,")))


def in_usual_case(text: str) -> str:
    """A name set in capitals, as it is usually written; any other text as it is."""
    return " ".join(map(_cased, text.split())) if text.isupper() else text


def is_role(text: str) -> bool:
    """Whether a line names a job, a desk or an agency: "Political Editor", "Staff"."""
    return any(word.lower().strip(".,:") in _NOBODY for word in text.split())


def _name(part: str) -> str | None:
    """The person's name in one part of a byline; ``None`` where it is none."""
    words = _WHERE.sub("", _OPENER.sub("", part.strip(" .,:–—-*"))).split()
    while words and words[0].lower() in _HONOURS:
        words = words[1:]
    if not 2 <= len(words) <= MOST_WORDS or not all(_WORD.match(word) for word in words):
        return None
    lower = [word.lower().strip(".") for word in words]
    if any(word in _NOBODY for word in lower):
        return None
    if not all(word[0].isupper() or low in _PARTICLES for word, low in zip(words, lower, strict=True)):
        return None
    if words[-1].lower() in _PARTICLES or not words[-1][0].isupper():
        return None
    return in_usual_case(" ".join(words))


def _cased(word: str) -> str:
    """A word of a name set in capitals, as it is usually written."""
    low = word.lower()
    if low in _PARTICLES:
        return low
    if low.startswith("mc") and len(low) > 3:
        return "Mc" + low[2:].capitalize()
    return re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize() if len(match[0]) > 1 else match[0].upper(), low)
