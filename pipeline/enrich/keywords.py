"""Keywords: the names and noun phrases that come back, begin early and stand in the headline."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.documents import Enrichment, Entity, Span
from pipeline.enrich.grammar import Grammar
from pipeline.enrich.phrases import Phrase, Place, Run, is_capital, parts, phrase_at, runs, shown_at
from pipeline.enrich.text import Text
from pipeline.enrich.vocabulary import STOPWORDS

MOST = 10
"""Keywords given at most."""
EARLY = 3
"""Sentences that count as first."""
IN_HEADLINE = 2.0
IN_FIRST_SENTENCES = 1.5
PER_FURTHER_WORD = 0.6
NAME = 1.4
ONCE = 0.5
"""How much these raise or lower a candidate's score; set by eye on news texts."""
ABSORBED = 0.5
"""A phrase is left out for a longer one that brings more than this share of its occurrences."""
_NO_KEYWORD = frozenset({"nationality"})
"""Entity types that are given only as part of a phrase."""

Key = tuple[str, ...]


class Candidate(NamedTuple):
    """A name or phrase with all that is known of it."""

    key: Key
    shown: str
    times: int
    first: int
    """Number of the sentence where it comes first."""
    name: bool


def keywords(text: Text, found: Enrichment) -> tuple[str, ...]:
    """At most ten names and noun phrases, best first; names only for a language without a list of stop words."""
    language = found.language or ""
    grammar = grammar_of(language) if language in STOPWORDS else None
    names = [entity for entity in found.entities if entity.type not in _NO_KEYWORD and entity.mentions]
    ends = [sentence.end for sentence in text.sentences]
    keys = {entity.name: _folded(entity.name, grammar) for entity in found.entities}
    candidates = [_named(entity, ends, keys[entity.name]) for entity in names]
    headline = _folded(text.headline, grammar)
    if grammar:
        taken = sorted((mention for entity in names for mention in entity.mentions), key=lambda span: span.start)
        candidates += _phrases(text, grammar, taken, headline, set(keys.values()))
    return _best(candidates, headline)


@cache
def grammar_of(language: str) -> Grammar:
    """The language's word classes, made once."""
    return Grammar(language)


def _named(entity: Entity, ends: Sequence[int], key: Key) -> Candidate:
    start = min(mention.start for mention in entity.mentions)
    first = bisect_right(ends, start)
    first = first if first < len(ends) else 0
    return Candidate(key, entity.name, len(entity.mentions), first, name=True)


def _phrases(text: Text, grammar: Grammar, taken: Sequence[Span], headline: Key, known: set[Key]) -> list[Candidate]:
    """The noun phrases that are worth counting."""
    found = []
    seen = _seen(list(runs(text.body, text.sentences, grammar, taken)), headline, grammar)
    for key, at in seen.items():
        if key in known or not _may_count(key, at, headline, grammar):
            continue
        places = [phrase_at(place, grammar) for place in at]
        if _is_noun(key, places, headline, grammar):
            name = _is_name(places, grammar)
            found.append(Candidate(key, _shown(at), len(at), places[0].sentence, name))
    return _without_parts(found)


def _seen(found: list[Run], headline: Key, grammar: Grammar) -> dict[Key, list[Place]]:
    """Every phrase with its places; without those that cannot count for a word in small letters that comes once."""
    times = Counter([word.folded for run in found for word in run.words])
    once = {word for word, number in times.items() if number == 1}.difference(headline)
    seen: dict[Key, list[Place]] = defaultdict(list)
    for run in found:
        for key, place in parts(run, grammar, once if run.sentence >= EARLY else frozenset()):
            seen[key].append(place)
    return seen


def _may_count(key: Key, at: list[Place], headline: Key, grammar: Grammar) -> bool:
    """Whether it is worth a closer look: nine in ten phrases come once, late, and are no names of two words."""
    if key[0] in grammar.weak and key[-1] in grammar.weak:
        return False
    if len(at) > 1 or at[0][0].sentence < EARLY or key[0] in headline:
        return len(key) > 1 or shown_at(at[0]).lower() not in grammar.weak
    return len(key) > 1 and grammar.language != "de" and is_capital(at[0])


def _is_noun(key: Key, places: list[Phrase], headline: Key, grammar: Grammar) -> bool:
    """Whether its neighbours take it for a noun phrase, and it says something."""
    backed = len(places) > 1 or _is_in(key, headline) or (places[0].sentence < EARLY and places[0].sure)
    if _is_name(places, grammar):
        return backed or len(key) > 1
    bounded = len(key) == 1 or any(place.whole for place in places) or (backed and places[0].sure)
    return backed and bounded and sum(place.evidence for place in places) > 0


def _is_name(places: list[Phrase], grammar: Grammar) -> bool:
    return grammar.language != "de" and 2 * sum(place.capitals for place in places) > len(places)


def _shown(at: list[Place]) -> str:
    """The text's most common form, the one inside of a sentence before the one that begins it."""
    forms = Counter(map(shown_at, at))
    low = {shown for shown in forms if shown[:1].islower()}
    return max(forms, key=lambda shown: (shown in low or not low, forms[shown], shown))


def _without_parts(found: list[Candidate]) -> list[Candidate]:
    """Without the phrases that mostly stand inside of one longer phrase."""
    whole: Counter[Key] = Counter()
    for candidate in found:
        for part in _parts(candidate.key):
            whole[part] = max(whole[part], candidate.times)
    return [candidate for candidate in found if whole[candidate.key] <= ABSORBED * candidate.times]


def _parts(key: Key) -> Iterable[Key]:
    lengths = range(1, len(key))
    return {key[start : start + length] for length in lengths for start in range(len(key) - length + 1)}


def _best(candidates: list[Candidate], headline: Key) -> tuple[str, ...]:
    """The highest scores, without those that are a part of a better one or have it as a part."""
    ranked = sorted(candidates, key=lambda candidate: (-_score(candidate, headline), candidate.first, candidate.key))
    chosen: list[Candidate] = []
    for candidate in ranked:
        if not any(_is_in(candidate.key, better.key) or _is_in(better.key, candidate.key) for better in chosen):
            chosen.append(candidate)
        if len(chosen) == MOST:
            break
    return tuple(candidate.shown for candidate in chosen)


def _score(candidate: Candidate, headline: Key) -> float:
    score = candidate.times if candidate.times > 1 else ONCE
    score *= NAME if candidate.name else 1 + PER_FURTHER_WORD * (len(candidate.key) - 1)
    score *= IN_HEADLINE if _is_in(candidate.key, headline) else 1
    return score * (IN_FIRST_SENTENCES if candidate.first < EARLY else 1)


def _folded(text: str, grammar: Grammar | None) -> Key:
    """The words of a name or headline as keys are written."""
    if grammar is None:
        return tuple(text.lower().split())
    return tuple(word.folded for word in grammar.words(text) if word.low != "'s")


def _is_in(key: Key, other: Key) -> bool:
    """Whether ``key`` stands in ``other`` word after word."""
    if not key or key[0] not in other:
        return False
    return any(other[at : at + len(key)] == key for at in range(len(other) - len(key) + 1))
