"""Which names of a document stand for the same thing: full names and surnames, long names and acronyms, aliases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pipeline.documents import EntityType
from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.spans import Key

NAMESAKES = 20
"""Persons with one family name that are told apart."""
Owners = dict[Key, list[Key]]
"""For a short name the full names that it may stand for, in order of the text."""


def owners(forms: Mapping[Key, EntityType]) -> Owners:
    """The fuller names behind each name that has any; ``forms`` are all names with types, in the order of the text."""
    found: Owners = {}
    for kind, relation in (("person", _persons), ("organization", _organizations), ("nationality", _peoples)):
        found |= relation([key for key, type_ in forms.items() if type_ == kind])
    for key, kind in forms.items():
        for fuller in _aliases(key):
            if forms.get(fuller) == kind and key not in found:
                found[key] = [fuller]
    return found


def _persons(keys: Iterable[Key]) -> Owners:
    """By family name: ``Biden`` and ``J. Biden`` stand for ``Joe Biden``, and so does a lone ``Joe``."""
    by_word: defaultdict[str, list[Key]] = defaultdict(list)
    for key in sorted((key for key in keys if len(key) > 1), key=len, reverse=True):
        for word in (_family(key), key[0]):
            if len(by_word[word]) < NAMESAKES:
                by_word[word].append(key)
    found: Owners = {}
    order = {key: at for at, key in enumerate(keys)}
    for key in keys:
        near = {fuller: None for word in (key[0], _family(key)) for fuller in by_word[word] if fuller != key}
        fitting = [fuller for fuller in near if _same_person(key, fuller)]
        if fitting:
            found[key] = sorted(fitting, key=order.__getitem__)
    return found


def _family(key: Key) -> str:
    return key[-2] if len(key) > 2 and key[-1] in lexicon.SUFFIXES else key[-1]


def _same_person(key: Key, fuller: Key) -> bool:
    """Whether ``key`` may be a shorter way to write ``fuller``."""
    plain = tuple(word for word in fuller if word not in lexicon.SUFFIXES)
    if len(key) == 1:
        return key[0] in (plain[0], plain[-1])
    if len(key) > len(fuller) or (len(key) == len(fuller) and key[0] not in _shortenings(fuller[0])):
        return False
    if key == plain[-len(key) :] and key[0] in lexicon.PARTICLES:
        return True
    first = key[0] == plain[0] or key[0] in _shortenings(plain[0])
    return _family(key) == plain[-1] and first and len(key) <= len(plain)


def _shortenings(given: str) -> set[str]:
    """What else a given name is written as: its initial, or its first letters."""
    return {given[:1], *(given[:size] for size in range(3, len(given)))} - {given}


def _organizations(keys: Iterable[Key]) -> Owners:
    """By acronym, and by first words where these fit one longer name alone."""
    longer = [key for key in keys if len(key) > 1]
    by_acronym: defaultdict[str, list[Key]] = defaultdict(list)
    by_start: defaultdict[Key, list[Key]] = defaultdict(list)
    for key in longer:
        for acronym in acronyms(key):
            by_acronym[acronym].append(key)
        for size in range(1, len(key)):
            by_start[key[:size]].append(key)
    found: Owners = {}
    for key in keys:
        acronym = key[0].replace(".", "") if len(key) == 1 else ""
        fitting = by_acronym[acronym] if len(acronym) > 1 else []
        fitting = fitting or by_start[key]
        longest = max(fitting, key=len, default=())
        if longest and all(longest[: len(one)] == one for one in fitting):
            found[key] = [longest]
    return found


def acronyms(key: Key) -> set[str]:
    """The initials of a name, with and without its small words."""
    return {"".join(word[0] for word in key), "".join(word[0] for word in key if word not in lexicon.LINKS)}


def _peoples(keys: Iterable[Key]) -> Owners:
    """``Ukrainians`` are ``Ukrainian``."""
    all_ = set(keys)
    return {key: [(key[0][:-1],)] for key in all_ if len(key) == 1 and key[0][-1] == "s" and (key[0][:-1],) in all_}


def _aliases(key: Key) -> list[Key]:
    group = lexicon.ALIASES.get(" ".join(key), ())
    return [tuple(name.split()) for name in group[: group.index(" ".join(key))]] if group else []
