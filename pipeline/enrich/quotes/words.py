"""The words by which speakers are recognised, compiled once per language and process."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Words:
    """One language's words; a language without them has empty lists, and no speakers."""

    verb: re.Pattern[str]
    according: re.Pattern[str]
    interview: re.Pattern[str]
    between: frozenset[str]
    told: frozenset[str]
    passive: frozenset[str]
    participles: frozenset[str]
    he: frozenset[str]
    she: frozenset[str]
    they: frozenset[str]
    it: frozenset[str]
    who: frozenset[str]
    i: frozenset[str]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    conjunctions: frozenset[str]
    plurals: frozenset[str]
    anonymous: frozenset[str]
    unnamed: frozenset[str]

    @property
    def pronouns(self) -> frozenset[str]:
        """Words that stand for a speaker who was named before."""
        return self.he | self.she | self.they | self.it | self.i


@cache
def words_of(language: str | None) -> Words:
    """The words of a language; English ones have all lists, others some."""
    data: dict[str, str] = _toml("words.toml").get(language or "", {})
    lists = {name: frozenset(data.get(name, "").split()) for name in Words.__dataclass_fields__}
    patterns = {
        "verb": _pattern(data.get("verbs", "").split()),
        "according": _pattern(data.get("according", "").split("|")),
        "interview": _pattern(data.get("interview", "").split("|")),
    }
    return Words(**{**lists, **patterns})  # type: ignore[arg-type]


@cache
def genders() -> dict[str, str]:
    """``f`` or ``m`` by given name, title or role in lower case."""
    names, english = _toml("given_names.toml"), _toml("words.toml")["en"]
    female, male = (f"{names[key]} {english[key]}".split() for key in ("female", "male"))
    return {name: "f" for name in female} | {name: "m" for name in male}


def _pattern(words: list[str]) -> re.Pattern[str]:
    chosen = sorted(filter(None, words), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, chosen))})(?![\w-])" if chosen else "x^", re.IGNORECASE)
