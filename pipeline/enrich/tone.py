"""The author's tone, outside of quotations: VADER (Hutto and Gilbert 2014) sentence by sentence, and the mean.

VADER's word list was rated on social media. What news write of (war, courts, companies) is neither praise nor blame:
such words count for a part or not at all, see ``tone.toml``. English only.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from string import punctuation
from typing import Any, NamedTuple

from pipeline.documents import Enrichment, Span, Tone
from pipeline.enrich.remembered import Remembered
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
"""Words that are rated at a time, so that a text without full stops is no single sentence."""
BEFORE, AFTER = 3, 2
"""Words before and after one that VADER looks at."""
LONGEST_EMOTICON = 2
"""Characters within punctuation that are no word to VADER."""
REMEMBERED = 30_000
"""Words as written of which it is remembered whether they are in the list: 5 MB."""

_BEYOND_ASCII = re.compile(r"[^\0-\x7f]")


def tone(text: Text, found: Enrichment) -> Tone | None:
    """The mean over the author's sentences; ``None`` without any, or in a language without a word list."""
    if found.language != "en":
        return None
    emojis = not _rater().emojis.keys().isdisjoint(_BEYOND_ASCII.findall(text.body))
    scores = [_score(part, emojis=emojis) for part in _own_words(text, found)]
    if not scores:
        return None
    score = round(sum(scores) / (len(scores) + DOUBT), 3)
    return Tone(score=score, label="neutral" if abs(score) < CLEAR else "positive" if score > 0 else "negative")


class Item(NamedTuple):
    """A word that counts to VADER, be it in its list or for what it does to others."""

    shown: str
    """As VADER takes it: without punctuation around it."""
    low: str
    valence: float | None
    """Its weight in the list; ``None`` for a word that is not listed, or that only strengthens another."""
    changes: bool
    """It may change the weight of a word near it: "very", "not", the rarest word of an idiom."""


class Around(NamedTuple):
    """A word and those around it that VADER asks for, in the shape of its ``SentiText``."""

    words_and_emoticons: list[str]
    is_cap_diff: bool


def _score(part: list[str], *, emojis: bool) -> float:
    """VADER's ``compound`` of a sentence: its own methods, but for what has no word of its list and no emoji.

    These are given a word's neighbours alone: they go through all that they are given, several times for each word.
    They are not asked where no neighbour changes anything.
    """
    rater, sentence = _rater(), " ".join(part) if emojis else ""
    if emojis and not rater.emojis.keys().isdisjoint(sentence):
        return float(rater.polarity_scores(sentence)["compound"])
    items = list(map(_ITEMS.__getitem__, part))
    listed = [at for at, item in enumerate(items) if item and item.valence is not None]
    if not listed:
        return 0.0
    valences: list[float] = [0] * len(items)
    for at in listed:
        valences[at] = _valence(part, items, at)
    if "but" in [item.low for item in items if item]:
        rater._but_check(list(map(_shown, part)), valences)
    total = float(sum(valences))
    emphasis = rater._punctuation_emphasis(" ".join(part)) if total else 0
    return float(round(_vader().normalize(total + emphasis if total > 0 else total - emphasis), 4))


def _valence(part: list[str], items: list[Item | None], at: int) -> float:
    """What the word at this place weighs where it stands."""
    begin = max(0, at - BEFORE)
    item, near = items[at], slice(begin, at + AFTER + 1)
    changed = [other for other in items[near] if other and other.changes]
    if item is None or item.valence is None or not (changed or item.shown.isupper()):
        return item.valence or 0 if item else 0
    if item.low == "kind" and [_shown(word).lower() for word in part[at + 1 : at + 2]] == ["of"]:
        return 0
    uppers = [word for word in map(_shown, part) if word.isupper()]
    around = Around(list(map(_shown, part[near])), 0 < len(uppers) < len(part))
    return float(_rater().sentiment_valence(0, around, item.shown, at - begin, [])[0])


def _shown(written: str) -> str:
    return str(_vader().SentiText._strip_punc_if_word(written))


def _item(written: str) -> Item | None:
    """The word if it counts; so do few, and nothing else is to be known of the others."""
    stripped = written.strip(punctuation)
    low = (stripped if len(stripped) > LONGEST_EMOTICON else written).lower()
    valence = None if low in _vader().BOOSTER_DICT else _rater().lexicon.get(low)
    changes = low in _changing() or "n't" in low
    return Item(_shown(written), low, valence, changes) if changes or valence is not None or low == "but" else None


_ITEMS = Remembered(_item, REMEMBERED)


@cache
def _changing() -> frozenset[str]:
    """The words that VADER's rules look for beside a listed one; of a phrase its longest, as all have to be there."""
    vader = _vader()
    phrases = (*vader.BOOSTER_DICT, *vader.NEGATE, *vader.SPECIAL_CASES, "no", "so", "this", "least")
    return frozenset(max(phrase.split(), key=len) for phrase in phrases)


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
            part = read[first : first + LONGEST]
            plain = len([word for word in part[: 2 * FEWEST_WORDS] if word.isalpha()])
            if plain >= FEWEST_WORDS or len(words(" ".join(part))) >= FEWEST_WORDS:
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
def _vader() -> Any:
    """Its module, loaded on first use."""
    return import_module("vaderSentiment.vaderSentiment")


@cache
def _rater() -> Any:
    """VADER with the word list fitted to news."""
    rater = _vader().SentimentIntensityAnalyzer()
    for name, kept in (("events", EVENT), ("terms", 0.0)):
        listed = word_lists("tone")[name]
        beginnings = tuple(word[:-1] for word in listed if word.endswith("*"))
        for word in [word for word in rater.lexicon if word in listed or word.startswith(beginnings)]:
            if kept:
                rater.lexicon[word] *= kept
            else:
                del rater.lexicon[word]
    return rater
