"""Noun phrases without a tagger: runs of content words, and what the words around them say about them.

A run ends at stop words, verbs, numbers and punctuation (RAKE, Rose et al. 2010). Whether its head is a noun is told by
its neighbours: an article or preposition in front speaks for it, a pronoun, auxiliary or object against it. German is
easier, its nouns are written with capitals.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.documents import Span
from pipeline.enrich.sentences import Sentence
from pipeline.enrich.vocabulary import STOPWORDS, word_lists

LONGEST_PHRASE = 4
"""Words."""
SHORTEST_WORD = 3
"""Letters; abbreviations in capitals may be shorter."""
LONGEST_WORD = 40
"""Letters; what is longer is an address or noise."""
_HEAD_FIRST = frozenset({"es", "fr", "it", "pt"})
"""Languages whose nouns stand before what describes them."""
_ELIDED = r"(?:[cdjlmnst]|qu|un|all|dell|dall|nell|sull|quest)['’](?=\w)"
_WORD = r"[^\W_]++(?:['’-][^\W_]++)*+|[^\s\w]|_"
_TOKEN = re.compile(_WORD)
_TOKEN_ELIDED = re.compile(rf"(?i:{_ELIDED})|{_WORD}")
_POSSESSIVE = re.compile(r"['’]s?$")
_LISTS = word_lists("keywords")


class Phrase(NamedTuple):
    """A candidate where it stands."""

    key: tuple[str, ...]
    """Its words under one spelling: lower case, in English without the plural's ending."""
    shown: str
    sentence: int
    evidence: int
    """Above nought where the words around take its head for a noun, below where they take it for something else."""
    whole: bool
    """It is all of its run."""
    sure: bool
    """It is built like a noun phrase, so that one occurrence is enough."""
    capitals: bool
    """Every word is written with a capital, and not only because a sentence begins there."""


class Word(NamedTuple):
    """A word or mark of a sentence."""

    shown: str
    low: str
    start: int
    end: int


class Grammar:
    """The word classes of one language; ``language`` is a key of ``STOPWORDS``."""

    def __init__(self, language: str) -> None:
        self.language, self.head_first = language, language in _HEAD_FIRST
        self.stop, self.weak = STOPWORDS[language], {word.lower() for word in _of("weak", language)}
        self.openers, self.verbal = _of("openers", language), _of("verbal", language)
        self.objects, self.links = _of("objects", language), _of("links", language)
        self.beginnings = _of("beginnings", language)
        self.pattern = _TOKEN_ELIDED if language in {"fr", "it"} else _TOKEN

    def words(self, text: str) -> list[Word]:
        """The words and marks; an English possessive is its word and one mark."""
        found, english = [], self.language == "en"
        for match in self.pattern.finditer(text):
            shown, (start, end) = match[0], match.span()
            low = shown.lower().replace("’", "'")
            if english and "'" in low and low not in self.stop and (ending := _POSSESSIVE.search(shown)):
                cut = start + ending.start()
                found.append(Word(text[start:cut], low[: ending.start()], start, cut))
                found.append(Word(ending[0], "'s", cut, end))
            else:
                found.append(Word(shown, low, start, end))
        return found

    def is_content(self, word: Word, previous: str) -> bool:
        """Whether this word can be part of a noun phrase, given the one before in lower case."""
        long_enough = SHORTEST_WORD <= len(word.shown) <= LONGEST_WORD or (
            len(word.shown) == 2 and word.shown.isupper()
        )
        if not long_enough or not word.shown[0].isalpha():
            return False
        if word.low in self.stop:
            return word.low in self.beginnings and word.shown[0].isupper() and previous.isalpha()
        return self.language != "en" or not word.shown[0].islower() or self._english(word.low, previous)

    def _english(self, low: str, previous: str) -> bool:
        """Whether an English word in lower case can stand in a noun phrase; participles only where one begins."""
        if low in _LISTS["verbs.nouns"]:
            return True
        if low.endswith("ly") or low in _LISTS["verbs.past"]:
            return False
        if low.endswith("ing"):
            return previous in self.objects
        return previous in self.openers or not (low in _verb_forms() or low.endswith("ed"))

    def folded(self, low: str) -> str:
        """One spelling for a word's forms."""
        if self.language != "en" or len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "is")):
            return low
        return low[:-3] + "y" if low.endswith("ies") and len(low) > 4 else low[:-1]


def phrases(sentences: Sequence[Sentence], grammar: Grammar, taken: Sequence[Span] = ()) -> Iterator[Phrase]:
    """Every candidate of the text, also those inside longer ones; no run enters the stretches ``taken``, in order."""
    at = 0
    for number, sentence in enumerate(sentences):
        run: list[Word] = []
        left = previous = ""
        for word in grammar.words(sentence.text):
            while at < len(taken) and taken[at].end <= sentence.start + word.start:
                at += 1
            is_taken = at < len(taken) and taken[at].start < sentence.start + word.end
            if not is_taken and grammar.is_content(word, previous):
                run.append(word)
            else:
                bridge = bool(run) and not is_taken and word.low in grammar.links
                if run and not bridge:
                    yield from _candidates(run, left, word.low, number, grammar)
                run = [*run, word] if bridge else []
                left = left if bridge else "" if is_taken else word.low
            previous = word.low
        if run:
            yield from _candidates(run, left, "", number, grammar)


def _candidates(run: list[Word], left: str, right: str, sentence: int, grammar: Grammar) -> Iterator[Phrase]:
    """Every part of the run up to the longest length that neither begins nor ends with a link."""
    while run and run[-1].low in grammar.links:
        right = run.pop().low
    folded = [grammar.folded(word.low) for word in run]
    links = [word.low in grammar.links for word in run]
    for start in range(len(run)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(run)) + 1):
            if links[start] or links[end - 1]:
                continue
            part = run[start:end]
            if grammar.language == "de" and not part[-1].shown[0].isupper():
                continue
            yield Phrase(
                tuple(folded[start:end]),
                _joined(part),
                sentence,
                _evidence(run, start, end, left, right, grammar),
                end - start == len(run),
                _is_sure(part, end - start == len(run), grammar),
                all(word.shown[0].isupper() for word in part) and (part[0].start > 1 or len(part) > 1),
            )


def _evidence(run: list[Word], start: int, end: int, left: str, right: str, grammar: Grammar) -> int:
    """What the neighbours of the run say about this part's head, where the head is the run's."""
    if grammar.language == "de":
        return int(run[start].start > 1 or run[start].shown.isupper())
    if grammar.head_first:
        before = left if start == 0 else run[start - 1].low
        return int(before in grammar.openers) - int(before in grammar.verbal)
    if end < len(run):
        return 0
    for_it = int(left in grammar.openers)
    against = int(start == 0 and left in grammar.verbal) + int(right in grammar.objects)
    return for_it - against


def _is_sure(part: list[Word], whole: bool, grammar: Grammar) -> bool:
    """English: two words or more that fill their run; German: an adjective and its noun; Romance: "noun of noun"."""
    if grammar.head_first:
        return len(part) == 3 and part[1].low in grammar.links
    if grammar.language == "en":
        return whole and len(part) > 1
    return grammar.language == "de" and len(part) == 2 and part[0].shown.islower()


def _joined(part: list[Word]) -> str:
    """The words as they are written, without what stood between them but one space."""
    return "".join(word.shown if word.shown[-1] in "'’" else word.shown + " " for word in part).rstrip()


def _of(name: str, language: str) -> frozenset[str]:
    return _LISTS.get(f"{name}.{language}", frozenset())


@cache
def _verb_forms() -> frozenset[str]:
    """The English verbs of the list, and their forms in -s; those in -ed and -ing are known by their ending."""
    forms = set(_LISTS["verbs.base"])
    for base in _LISTS["verbs.base"]:
        forms.add(base[:-1] + "ies" if base[-1] == "y" and base[-2] not in "aeou" else base + "s")
        forms.add(base + "es")
    return frozenset(forms)
