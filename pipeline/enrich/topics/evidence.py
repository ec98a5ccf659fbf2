"""What an article's terms weigh for each topic."""

from collections import defaultdict
from collections.abc import Iterator
from math import log

from pipeline.enrich.text import Text
from pipeline.enrich.topics.stems import stems_of
from pipeline.enrich.topics.vocabulary import Term, Vocabulary
from pipeline.enrich.words import words

READ = 3_000
"""Words read of a body."""
LEAD = 80
"""Words of the lead."""
IN_HEADLINE, IN_LEAD = 3.0, 1.6
"""What a term counts there, against 1 in the rest."""


def weights_of(text: Text, vocabulary: Vocabulary) -> dict[str, float]:
    """The weight of every topic that has terms in the article."""
    counts: defaultdict[Term, float] = defaultdict(float)
    stem_of = stems_of(vocabulary.language).__getitem__
    body = list(map(stem_of, text.words[:READ]))
    headline = list(map(stem_of, words(text.headline.lower())))
    for part, factor in ((headline, IN_HEADLINE), (body[:LEAD], IN_LEAD), (body[LEAD:], 1.0)):
        for term in _terms(part, vocabulary):
            counts[term] += factor
    weights: defaultdict[str, float] = defaultdict(float)
    for term, count in counts.items():
        for code, weight in vocabulary.terms[term]:
            weights[code] += weight * (1 + log(count)) if count > 1 else weight * count
    return dict(weights)


def _terms(stems: list[str], vocabulary: Vocabulary) -> Iterator[Term]:
    """The terms of a stretch of words; of those that begin with one word the longest."""
    free, heads = 0, vocabulary.heads
    for at in [at for at, first in enumerate(stems) if first in heads]:
        longest = 3 if stems[at] in vocabulary.firsts else 1
        for length in range(min(longest, len(stems) - at) if at >= free else 0, 0, -1):
            term = tuple(stems[at : at + length])
            if term in vocabulary.terms:
                yield term
                free = at + length
                break
