"""Persons called by their office alone, where the text itself says who holds it: "the Ukrainian president"."""

from collections.abc import Mapping, Sequence

from pipeline.documents import EntityType
from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.mentions import Named
from pipeline.enrich.entities.spans import Key, Span
from pipeline.enrich.entities.tokens import Words

LONGEST_OFFICE = 3
"""Words of an office, as in "deputy prime minister"."""

_WORDS = lexicon.TITLES | {"vice", "prime", "foreign", "defence", "defense", "finance", "interior", "general"}
_HOLDERS = {"place", "nationality", "organization"}
Office = tuple[str, tuple[str, ...]]
"""Whose office and which."""


def described(words: Words, named: Sequence[Named], types: Mapping[Key, EntityType]) -> list[Named]:
    """Mentions like ``US president`` of persons whom the text has called ``US President Joe Biden`` before."""
    full = [(key, span) for key, span in named if types[key] == "person" and len(key) > 1]
    ahead, behind = {span.first: key for key, span in full}, {span.last: key for key, span in full}
    holders: dict[Office, Key] = {}
    found: list[Named] = []
    for key, span in named:
        if types[key] not in _HOLDERS or not (office := _office(words, span)):
            continue
        end = span.last + len(office)
        whose = (lexicon.ALIASES.get(" ".join(key), (" ".join(key),))[0], office)
        the = span.first - 1 if span.first and words[span.first - 1].low == "the" else None
        if end in ahead and words[end].gap in {" ", ", "}:
            holders[whose] = ahead[end]
        elif the in behind and words[the].gap == ", ":
            holders[whose] = behind[the]
        elif the is not None and whose in holders:
            found.append((holders[whose], Span(span.first, end, "person")))
    return found


def _office(words: Words, span: Span) -> tuple[str, ...]:
    """The words of the office that follows a name; empty where none does."""
    office: list[str] = []
    for word in words[span.last : span.last + LONGEST_OFFICE]:
        if word.gap != " " or word.low not in _WORDS:
            break
        office.append(word.low)
    return tuple(office) if office and office[-1] in lexicon.OFFICES else ()
