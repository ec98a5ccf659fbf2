"""Keywords: the phrases that come back, begin early and stand in the headline.

A candidate is a run of up to three content words with no stop word, number or punctuation between them (RAKE, Rose et
al. 2010), counted under one spelling. Proper names and, in German, nouns are known by their capitals.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text
from pipeline.enrich.vocabulary import STOPWORDS

MOST = 10
"""Keywords given at most."""
LONGEST_PHRASE = 3
"""Words."""
SHORTEST_WORD = 3
"""Letters; abbreviations in capitals may be shorter."""
IN_HEADLINE = 2.0
IN_FIRST_SENTENCES = 1.5
PER_FURTHER_WORD = 0.6
NAME = 1.4
"""How much these raise a candidate's score; set by eye on news texts."""
EARLY = 3
"""Sentences that count as first."""
_TOKEN = re.compile(r"[^\W_]++(?:['’-][^\W_]++)*+|[^\s\w]|_")
_POSSESSIVE = re.compile(r"['’]s?$")
_ELIDED = re.compile(r"^(?:l|d|qu|n|s|c|j|un|dell|all|nell|dall|sull)['’](?=.)", re.IGNORECASE)


class Phrase(NamedTuple):
    """A candidate where it stands."""

    key: tuple[str, ...]
    shown: str
    sentence: int
    name: bool
    """Written with capitals, and not only because a sentence begins there."""


def keywords(text: Text, found: Enrichment) -> tuple[str, ...]:
    """At most ten phrases, best first; none for a language without a list of stop words."""
    language = found.language or ""
    if language not in STOPWORDS:
        return ()
    body = [
        phrase for number, sentence in enumerate(text.sentences) for phrase in _phrases(sentence.text, number, language)
    ]
    headline = {phrase.key for phrase in _phrases(text.headline, 0, language)}
    return _best(body, headline)


def _phrases(text: str, sentence: int, language: str) -> Iterator[Phrase]:
    """Every candidate of a sentence, also those inside longer ones."""
    for run in _runs(text, language):
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST_PHRASE, len(run)) + 1):
                part = [word for word, _ in run[start:end]]
                if language == "de" and not part[-1][0].isupper():
                    continue
                name = all(word[0].isupper() for word in part) and (not run[start][1] or len(part) > 1)
                yield Phrase(tuple(_folded(word, language) for word in part), " ".join(part), sentence, name)


def _runs(text: str, language: str) -> Iterator[list[tuple[str, bool]]]:
    """Content words without a break between them, each with whether it stands first."""
    run: list[tuple[str, bool]] = []
    for number, token in enumerate(_TOKEN.findall(text)):
        word = _POSSESSIVE.sub("", _ELIDED.sub("", token))
        if _is_content(word, language):
            run.append((word, number < 2))
        else:
            yield run
            run = []
    yield run


def _is_content(word: str, language: str) -> bool:
    long_enough = len(word) >= SHORTEST_WORD or (len(word) == 2 and word.isupper())
    word_low = word.lower().replace("’", "'")
    adverb = language == "en" and word.endswith("ly") and word.islower()
    return long_enough and not adverb and word[0].isalpha() and word_low not in STOPWORDS[language]


def _folded(word: str, language: str) -> str:
    """One spelling for a word's forms: lower case, and in English without the plural's ending."""
    low = word.lower()
    if language != "en" or len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return low
    return low[:-3] + "y" if low.endswith("ies") and len(low) > 4 else low[:-1]


def _best(phrases: list[Phrase], headline: set[tuple[str, ...]]) -> tuple[str, ...]:
    """The highest scores, without phrases that say the same as a better one."""
    seen: dict[tuple[str, ...], list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        seen[phrase.key].append(phrase)
    ranked = sorted(
        ((_score(places, headline), key) for key, places in seen.items()), key=lambda pair: (-pair[0], pair[1])
    )
    chosen: list[tuple[str, ...]] = []
    for score, key in ranked:
        if score and not any(set(key) & set(better) for better in chosen):
            chosen.append(key)
        if len(chosen) == MOST:
            break
    return tuple(Counter(place.shown for place in seen[key]).most_common(1)[0][0] for key in chosen)


def _score(places: list[Phrase], headline: set[tuple[str, ...]]) -> float:
    """Nought for what comes once, unless the headline or capitals vouch for it."""
    key, count = places[0].key, len(places)
    named = 2 * sum(place.name for place in places) > count
    if count == 1 and key not in headline and not (named and len(key) > 1):
        return 0.0
    score = count * (1 + PER_FURTHER_WORD * (len(key) - 1))
    score *= IN_HEADLINE if key in headline else 1
    score *= IN_FIRST_SENTENCES if places[0].sentence < EARLY else 1
    return score * (NAME if named else 1)
