"""What type each name of a document has: all its mentions vote together, and related names lend their weight."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.documents import EntityType
from pipeline.enrich.entities import evidence, lexicon
from pipeline.enrich.entities.spans import Key, Span, key_of
from pipeline.enrich.entities.tokens import Words

Votes = defaultdict[EntityType, float]

MODEL = 1.75
"""Weight of the model's word, shared by the types that it gives the name's mentions, against those of ``evidence``."""
RELATED = 2.5
"""Weight of a longer name of the same document that a short one is part of."""
LISTED = 1.0
"""Weight of a neighbour in a list."""
ENOUGH = 1.5
"""Least weight of a name that the model did not see."""


def decide(words: Words, spans: Sequence[Span]) -> dict[Key, EntityType]:
    """The type of each name that has one."""
    votes: defaultdict[Key, Votes] = defaultdict(lambda: defaultdict(float))
    labels: defaultdict[Key, Counter[EntityType]] = defaultdict(Counter)
    sport = evidence.is_sport(words)
    for span in spans:
        key = key_of(words, span)
        if key not in votes:
            _add(votes[key], evidence.of_name(words[span.first : span.last]))
        if span.label:
            labels[key][span.label] += 1
        _add(votes[key], evidence.around(words, span))
        if sport and lexicon.place_weight(" ".join(key)):
            _add(votes[key], evidence.of_team(words, span))
    for key, given in labels.items():
        _add(votes[key], ((kind, MODEL * count / given.total()) for kind, count in given.items()))
    for one, other in _listed(words, spans):
        for key, kind in ((one, _winner(votes[other])), (other, _winner(votes[one]))):
            if kind:
                votes[key][kind] += LISTED
    types = {key: _winner(vote) for key, vote in votes.items()}
    for short, type_ in _relations(types):
        votes[short][type_] += RELATED
    return {key: kind for key, vote in votes.items() if (kind := _winner(vote))}


def _add(votes: Votes, more: Iterable[tuple[EntityType, float]]) -> None:
    for kind, weight in more:
        votes[kind] += weight


def _listed(words: Words, spans: Sequence[Span]) -> Iterable[tuple[Key, Key]]:
    """Neighbours in a list, which name things of one kind: ``A, B and C``."""
    for one, other in pairwise(spans):
        between = words[one.last : other.first]
        comma = not between and words[other.first].gap in {", ", "/"}
        if comma or (len(between) == 1 and between[0].low in {"and", "or"} and between[0].gap in {" ", ", "}):
            yield key_of(words, one), key_of(words, other)


def _winner(votes: Votes) -> EntityType | None:
    best = max(votes, key=votes.__getitem__, default=None)
    return best if best and votes[best] >= ENOUGH else None


def _relations(types: dict[Key, EntityType | None]) -> Iterable[tuple[Key, EntityType]]:
    """Names that are part of a longer one: the last words or the first of a person's, the first of others."""
    for key, kind in types.items():
        if len(key) < 2:
            continue
        if kind == "person":
            shorter = [key[at:] for at in range(1, len(key))] + [key[:1]]
        elif kind == "organization":
            shorter = [key[:at] for at in range(1, len(key))]
        else:
            continue
        yield from ((short, kind) for short in shorter if short in types)
