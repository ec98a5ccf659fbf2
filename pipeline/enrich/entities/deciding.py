"""What type each name of a document has: all its mentions vote together, and related names lend their weight."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipeline.documents import EntityType
from pipeline.enrich.entities import evidence
from pipeline.enrich.entities.spans import Span
from pipeline.enrich.entities.tokens import Token

Key = tuple[str, ...]
"""A name as it is compared: its words in lower case."""

MODEL = 2.0
"""Weight of the model's word on one mention, against the weights of ``evidence``."""
RELATED = 2.5
"""Weight of a longer name of the same document that a short one is part of."""
ENOUGH = 2.0
"""Least weight of a name that the model did not see."""


def key_of(words: Sequence[Token], span: Span) -> Key:
    """The name's words as they are compared."""
    return tuple(word.low for word in words[span.first : span.last])


def decide(words: Sequence[Token], spans: Iterable[Span]) -> dict[Key, EntityType]:
    """The type of each name that has one."""
    votes: defaultdict[Key, Counter[EntityType]] = defaultdict(Counter)
    seen: Counter[Key] = Counter()
    for span in spans:
        key = key_of(words, span)
        if key not in seen:
            _add(votes[key], evidence.of_name(words[span.first : span.last]))
        seen[key] += 1
        if span.label:
            votes[key][span.label] += MODEL / (1 + 0.5 * (seen[key] - 1))
        _add(votes[key], evidence.around(words, span))
    types = {key: _winner(vote) for key, vote in votes.items()}
    for short, type_ in _relations(types):
        votes[short][type_] += RELATED
    return {key: kind for key, vote in votes.items() if (kind := _winner(vote))}


def _add(votes: Counter[EntityType], more: Iterable[tuple[EntityType, float]]) -> None:
    for kind, weight in more:
        votes[kind] += weight  # type: ignore[assignment]


def _winner(votes: Counter[EntityType]) -> EntityType | None:
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] >= ENOUGH else None


def _relations(types: dict[Key, EntityType | None]) -> Iterable[tuple[Key, EntityType]]:
    """Names of one or two words that are part of a longer name: a person's family name, an organisation's first words."""
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
