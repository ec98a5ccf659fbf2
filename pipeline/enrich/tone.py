"""The author's tone, outside of quotations: VADER (Hutto and Gilbert 2014) sentence by sentence, and the mean.

VADER's word list was rated on social media. What news write of (war, courts, companies) is neither praise nor blame:
such words count for a part or not at all, see ``tone.toml``. English only.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pipeline.documents import Enrichment, Span, Tone
from pipeline.enrich.text import Text
from pipeline.enrich.vocabulary import word_lists
from pipeline.enrich.words import words

EVENT = 0.15
"""Part of its weight that a word for what happened keeps."""
CLEAR = 0.1
"""Mean score from which the tone is not neutral: the text takes sides in about every fourth sentence."""
DOUBT = 2
"""Neutral sentences that are thought added to each text, so that a short one needs more to be clear."""
FEWEST_WORDS = 3
"""Words of its own that a sentence needs to be counted."""
LONGEST = 60
"""Words that are rated at a time: VADER's cost grows with the square of a sentence's length."""


def tone(text: Text, found: Enrichment) -> Tone | None:
    """The mean over the author's sentences; ``None`` without any, or in a language without a word list."""
    if found.language != "en":
        return None
    scores = [_score(" ".join(part)) for part in _own_words(text, found)]
    if not scores:
        return None
    score = round(sum(scores) / (len(scores) + DOUBT), 3)
    return Tone(score=score, label="neutral" if abs(score) < CLEAR else "positive" if score > 0 else "negative")


def _score(sentence: str) -> float:
    """VADER's ``compound`` of a sentence: its own methods, but for what has no word of its list and no emoji."""
    from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentiText

    rater = _rater()
    if not rater.emojis.keys().isdisjoint(sentence):
        return float(rater.polarity_scores(sentence)["compound"])
    read = SentiText(sentence)
    items = read.words_and_emoticons
    low = [item.lower() for item in items]
    if rater.lexicon.keys().isdisjoint(low):
        return 0.0
    valences: list[float] = []
    for at, word in enumerate(low):
        if word not in rater.lexicon or word in BOOSTER_DICT or (word == "kind" and low[at + 1 : at + 2] == ["of"]):
            valences.append(0)
        else:
            valences = rater.sentiment_valence(0, read, items[at], at, valences)
    return float(rater.score_valence(rater._but_check(items, valences), sentence)["compound"])


def _own_words(text: Text, found: Enrichment) -> Iterator[list[str]]:
    """What each sentence says in the author's own words, cut at the longest length."""
    others = _merged([*text.quoted, *(Span(start=quote.start, end=quote.end) for quote in found.quotes)])
    at = 0
    for sentence in text.sentences:
        while at < len(others) and others[at].end <= sentence.start:
            at += 1
        own, start = "", sentence.start
        for span in others[at:]:
            if span.start >= sentence.end:
                break
            own, start = own + text.body[start : span.start], span.end
        read = (own + text.body[start : sentence.end]).split()
        for first in range(0, len(read), LONGEST):
            if len(words(" ".join(part := read[first : first + LONGEST]))) >= FEWEST_WORDS:
                yield part


def _merged(spans: list[Span]) -> list[Span]:
    """The same stretches in order and without overlap."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


@cache
def _rater() -> Any:
    """VADER with the word list fitted to news."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    rater = SentimentIntensityAnalyzer()
    for name, kept in (("events", EVENT), ("terms", 0.0)):
        listed = word_lists("tone")[name]
        beginnings = tuple(word[:-1] for word in listed if word.endswith("*"))
        for word in [word for word in rater.lexicon if word in listed or word.startswith(beginnings)]:
            if kept:
                rater.lexicon[word] *= kept
            else:
                del rater.lexicon[word]
    return rater
