"""A summary of the text's own sentences (Luhn 1958): the densest clusters of its frequent words, early ones first."""

from collections import Counter

from pipeline.documents import Enrichment
from pipeline.enrich.sentences import Sentence
from pipeline.enrich.text import Text
from pipeline.enrich.vocabulary import STOPWORDS, word_lists
from pipeline.enrich.words import letters, words

MOST = 3
"""Sentences given at most."""
ONE_PER = 4
"""One sentence of the summary for so many of the text."""
SHORTEST, LONGEST = 6, 60
"""Words of a sentence that can stand alone."""
GAP = 4
"""Words without weight that may lie inside a cluster (Luhn's own figure)."""
FREQUENT = 2
"""Times a word must come to have weight."""
LEAD = 1.0
"""What the first sentence's place adds to its weight; the n-th gets an n-th of it: news is told from its end."""
LEANING = 0.6
"""Weight of a sentence that cannot be understood without the one before, or that is only a quotation."""
TOO_ALIKE = 0.6
"""Share of frequent words in common with a better sentence from which one is left out."""
_LEANING_WORDS = word_lists("summary")["leaning"]


def summary(text: Text, found: Enrichment) -> tuple[str, ...]:
    """Up to three sentences in order of the text; one for every four, and at least one of any text that has words."""
    read = [sentence for sentence in text.sentences if words(sentence.text)]
    weights = _weights(text, found.language)
    scored = sorted(((_score(sentence, place, weights), -place) for place, sentence in enumerate(read)), reverse=True)
    wanted = min(MOST, max(1, len(read) // ONE_PER))
    chosen: list[int] = []
    for _, place in scored:
        if len(chosen) < wanted and not any(_alike(read[-place], read[other], weights) for other in chosen):
            chosen.append(-place)
    return tuple(read[place].text for place in sorted(chosen))


def _weights(text: Text, language: str | None) -> dict[str, int]:
    """How often each content word comes; words that come once are left out. The headline counts as text."""
    empty = STOPWORDS.get(language or "", frozenset())
    counts = Counter(letters(f"{text.headline}\n{text.body}"))
    least = 1 if empty else 4
    return {word: n for word, n in counts.items() if n >= FREQUENT and len(word) >= least and word not in empty}


def _score(sentence: Sentence, place: int, weights: dict[str, int]) -> float:
    """The weight of the densest cluster, raised for an early place."""
    read = [word.lower() for word in words(sentence.text)]
    score = (_densest(read, weights) + 0.1) * (1 + LEAD / (1 + place))
    if not SHORTEST <= len(read) <= LONGEST:
        score *= LEANING**2
    if read[0] in _LEANING_WORDS or sentence.text[0] in "\"“„«'‘”":
        score *= LEANING
    return score


def _densest(read: list[str], weights: dict[str, int]) -> float:
    """Luhn's figure: the square of a cluster's frequent words by its length, the best of the sentence."""
    best, first, last, count = 0.0, 0, -GAP - 2, 0
    for place, word in enumerate(read):
        if word in weights:
            if place - last - 1 > GAP:
                first, count = place, 0
            last, count = place, count + 1
            best = max(best, count * count / (place - first + 1))
    return best


def _alike(one: Sentence, other: Sentence, weights: dict[str, int]) -> bool:
    """Whether most of the shorter sentence's frequent words stand in the other too."""
    first, second = ({word for word in letters(sentence.text) if word in weights} for sentence in (one, other))
    return len(first & second) > TOO_ALIKE * max(1, min(len(first), len(second)))
