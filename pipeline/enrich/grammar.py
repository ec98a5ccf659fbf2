"""Word classes without a tagger: which words of a text can be part of a noun phrase, and in which place."""

import re
from functools import cache
from itertools import accumulate, chain
from typing import NamedTuple

from pipeline.enrich.remembered import Remembered
from pipeline.enrich.vocabulary import STOPWORDS, word_lists

SHORTEST_WORD = 3
"""Letters; abbreviations in capitals may be shorter."""
LONGEST_WORD = 40
"""Letters; what is longer is an address or noise."""
REMEMBERED = 20_000
"""Words of a language whose classes are remembered: 8 MB, of which an article finds nineteen in twenty."""
_HEAD_FIRST = frozenset({"es", "fr", "it", "pt"})
"""Languages whose nouns stand before what describes them."""
_ELIDED = r"(?:[cdjlmnst]|qu|un|all|dell|dall|nell|sull|quest)['’](?=\w)"
_WORD = r"[^\W_]++(?:['’-][^\W_]++)*+|[^\s\w]|_"
_TOKEN = re.compile(f"({_WORD})")
_TOKEN_ELIDED = re.compile(rf"((?i:{_ELIDED})|{_WORD})")
_POSSESSIVE = re.compile(r"['’]s?$")
_LISTS = word_lists("keywords")

TAKEN, NEVER, ALWAYS, AFTER_WORD, AFTER_OBJECT, AFTER_OPENER = range(-1, 5)
"""Where a word can be part of a noun phrase: behind what; not where it is taken, being one of a name."""


class Word(NamedTuple):
    """A word or mark, whatever stands around it."""

    shown: str
    low: str
    folded: str
    """One spelling for its forms: lower case, in English without the plural's ending."""
    content: int
    """Where it can be part of a noun phrase."""
    link: bool
    """It can stand inside of one, between two others."""
    capital: bool


class Grammar:
    """The word classes of one language; ``language`` is a key of ``STOPWORDS``."""

    def __init__(self, language: str) -> None:
        self.language, self.head_first = language, language in _HEAD_FIRST
        self.stop, self.weak = STOPWORDS[language], {word.lower() for word in _of("weak", language)}
        self.openers, self.verbal = _of("openers", language), _of("verbal", language)
        self.objects, self.links = _of("objects", language), _of("links", language)
        self.beginnings = _of("beginnings", language)
        self._split = (_TOKEN_ELIDED if language in {"fr", "it"} else _TOKEN).split
        self._read = Remembered(self._words_in, REMEMBERED)

    def words(self, text: str) -> list[Word]:
        """Each word or mark of a text in order; an English possessive is its word and one mark."""
        return list(chain.from_iterable(map(self._read.__getitem__, self._split(text)[1::2])))

    def placed_words(self, text: str) -> tuple[list[int], list[Word]]:
        """Where they begin, and the same words."""
        pieces = self._split(text)
        starts = list(accumulate(map(len, pieces)))[:-1:2]
        read = list(map(self._read.__getitem__, pieces[1::2]))
        for at in reversed([at for at, parts in enumerate(read) if len(parts) > 1]):
            starts.insert(at + 1, starts[at] + len(read[at][0].shown))
        return starts, list(chain.from_iterable(read))

    def _words_in(self, shown: str) -> tuple[Word, ...]:
        low = shown.lower().replace("’", "'")
        if self.language == "en" and "'" in low and low not in self.stop and (ending := _POSSESSIVE.search(shown)):
            cut = ending.start()
            return self._word(shown[:cut], low[:cut]), self._word(ending[0], "'s")
        return (self._word(shown, low),)

    def _word(self, shown: str, low: str) -> Word:
        content = self._content(shown, low)
        return Word(shown, low, self.folded(low), content, low in self.links, shown[:1].isupper())

    def _content(self, shown: str, low: str) -> int:
        long_enough = SHORTEST_WORD <= len(shown) <= LONGEST_WORD or (len(shown) == 2 and shown.isupper())
        if not long_enough or not shown[0].isalpha():
            return NEVER
        if low in self.stop:
            return AFTER_WORD if low in self.beginnings and shown[0].isupper() else NEVER
        return _english(low) if self.language == "en" and shown[0].islower() else ALWAYS

    def is_content(self, word: Word, previous: str) -> bool:
        """Whether this word can be part of a noun phrase, given the one before in lower case."""
        if word.content < AFTER_WORD:
            return word.content == ALWAYS
        if word.content == AFTER_WORD:
            return previous.isalpha()
        return previous in (self.objects if word.content == AFTER_OBJECT else self.openers)

    def folded(self, low: str) -> str:
        """One spelling for a word's forms."""
        if self.language != "en" or len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "is")):
            return low
        return low[:-3] + "y" if low.endswith("ies") and len(low) > 4 else low[:-1]


def _english(low: str) -> int:
    """Where an English word in lower case can stand in a noun phrase; participles only where one begins."""
    if low in _LISTS["verbs.nouns"]:
        return ALWAYS
    if low.endswith("ly") or low in _LISTS["verbs.past"]:
        return NEVER
    if low.endswith("ing"):
        return AFTER_OBJECT
    return AFTER_OPENER if low in _verb_forms() or low.endswith("ed") else ALWAYS


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
