"""Topics of the IPTC's Media Topics that an article is about, with how sure that is.

Each topic has terms that it is told with. Terms in the headline and the lead count more, a term that is repeated a
little more; what the terms of one topic weigh against all tells how sure it is. Second-level topics are given where
their own terms carry enough of it.
"""

from collections.abc import Mapping

from pipeline.documents import Enrichment, Topic
from pipeline.enrich.text import Text
from pipeline.enrich.topics.evidence import weights_of
from pipeline.enrich.topics.vocabulary import Vocabulary, vocabulary_of

MOST = 4
"""Top-level topics given, at most."""
SHARE = 0.25
"""Weight of a topic that is given, as a share of the heaviest one's."""
LEAST = 2.5
"""Weight below which nothing is sure: one telling term in the lead."""
HALF = 10.0
"""Weight at which a topic is half sure."""
SECOND = 0.3
"""Share of its parent's weight that a second-level topic's own terms have."""


def topics(text: Text, found: Enrichment) -> tuple[Topic, ...]:
    """Topics by falling score, each second-level topic behind its parent; none for a language without terms."""
    vocabulary = vocabulary_of(found.language)
    if vocabulary is None:
        return ()
    weights = weights_of(text, vocabulary)
    top = sorted((code for code in weights if code in vocabulary.top), key=lambda code: (-weights[code], code))
    sure = [code for code in top[:MOST] if weights[code] >= max(LEAST, SHARE * weights[top[0]])]
    return tuple(topic for code in sure for topic in _with_second_level(code, weights, vocabulary))


def _with_second_level(code: str, weights: Mapping[str, float], vocabulary: Vocabulary) -> list[Topic]:
    below = [one for one in vocabulary.below(code) if weights.get(one, 0) >= max(LEAST, SECOND * weights[code])]
    below.sort(key=lambda one: (-weights[one], one))
    return [_topic(one, min(weights[one], weights[code]), vocabulary) for one in (code, *below[:2])]


def _topic(code: str, weight: float, vocabulary: Vocabulary) -> Topic:
    return Topic(code=f"medtop:{code}", label=vocabulary.labels[code], score=round(weight / (weight + HALF), 3))
