"""Noun phrases without a tagger: runs of content words, and what the words around them say about them.

A run ends at stop words, verbs, numbers and punctuation (RAKE, Rose et al. 2010). Whether its head is a noun is told by
its neighbours: an article or preposition in front speaks for it, a pronoun, auxiliary or object against it. German is
easier, its nouns are written with capitals.
"""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from pipeline.documents import Span
from pipeline.enrich.grammar import ALWAYS, NEVER, Grammar, Word
from pipeline.enrich.sentences import Sentence

LONGEST_PHRASE = 4
"""Words."""


class Run(NamedTuple):
    """Neighbouring words of a sentence that can make up a noun phrase, and what stands around them."""

    words: list[Word]
    left: str
    """The word before in lower case; empty without one, and where it is a name."""
    right: str
    sentence: int
    opens: bool
    """Its first word begins the sentence."""


class Place(NamedTuple):
    """Where a phrase stands: words of a run."""

    run: Run
    start: int
    end: int


class Phrase(NamedTuple):
    """What one place says about a phrase."""

    sentence: int
    evidence: int
    """Above nought where the words around take its head for a noun, below where they take it for something else."""
    whole: bool
    """It is all of its run."""
    sure: bool
    """It is built like a noun phrase, so that one occurrence is enough."""
    capitals: bool
    """Every word is written with a capital, and not only because a sentence begins there."""


def runs(sentences: Sequence[Sentence], grammar: Grammar, taken: Sequence[Span] = ()) -> Iterator[Run]:
    """Every run of the text; none enters the stretches ``taken``, in order."""
    starts, ends = [*(span.start for span in taken), inf], [*(span.end for span in taken), inf]
    at = 0
    for number, sentence in enumerate(sentences):
        run: list[Word] = []
        left = previous = ""
        begin = first = 0
        for begin, word in grammar.words(sentence.text):
            start = sentence.start + begin
            while ends[at] <= start:
                at += 1
            _, low, _, content, link, _ = word
            is_taken = starts[at] < start + len(word[0])
            if not is_taken and content != NEVER and (content == ALWAYS or grammar.is_content(word, previous)):
                if not run:
                    first = begin
                run.append(word)
            elif run and link and not is_taken:
                run.append(word)
            else:
                if run:
                    yield _without_links(run, left, low, number, first)
                    run = []
                left = "" if is_taken else low
            previous = low
        if run:
            yield _without_links(run, left, "", number, first)


def _without_links(run: list[Word], left: str, right: str, sentence: int, first: int) -> Run:
    """The run without the links that it ends with."""
    while run and run[-1].link:
        right = run.pop().low
    return Run(run, left, right, sentence, first <= 1)


def parts(run: Run, grammar: Grammar) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every part of the run up to the longest length that neither begins nor ends with a link, and its spelling."""
    words = run.words
    folded = tuple([word.folded for word in words])
    ends = [not word.link and (word.capital or grammar.language != "de") for word in words]
    for start, word in enumerate(words):
        if not word.link:
            for end in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
                if ends[end - 1]:
                    yield folded[start:end], Place(run, start, end)


def phrase_at(place: Place, grammar: Grammar) -> Phrase:
    """All that one place says."""
    run, start, end = place
    part, whole = run.words[start:end], end - start == len(run.words)
    return Phrase(run.sentence, _evidence(place, grammar), whole, _is_sure(part, whole, grammar), is_capital(place))


def is_capital(place: Place) -> bool:
    """Whether every word is written with a capital, and not only because a sentence begins there."""
    run, start, end = place
    inside = end - start > 1 or start > 0 or not run.opens
    return inside and False not in [word.capital for word in run.words[start:end]]


def _evidence(place: Place, grammar: Grammar) -> int:
    """What the neighbours of the run say about this part's head, where the head is the run's."""
    run, start, end = place
    if grammar.language == "de":
        return int(start > 0 or not run.opens or run.words[start].shown.isupper())
    if grammar.head_first:
        before = run.left if start == 0 else run.words[start - 1].low
        return int(before in grammar.openers) - int(before in grammar.verbal)
    if end < len(run.words):
        return 0
    for_it = int(run.left in grammar.openers)
    against = int(start == 0 and run.left in grammar.verbal) + int(run.right in grammar.objects)
    return for_it - against


def _is_sure(part: list[Word], whole: bool, grammar: Grammar) -> bool:
    """English: two words or more that fill their run; German: an adjective and its noun; Romance: "noun of noun"."""
    if grammar.head_first:
        return len(part) == 3 and part[1].link
    if grammar.language == "en":
        return whole and len(part) > 1
    return grammar.language == "de" and len(part) == 2 and part[0].shown.islower()


def shown_at(place: Place) -> str:
    """The words as they are written, without what stood between them but one space."""
    part = place.run.words[place.start : place.end]
    return "".join([word.shown if word.shown[-1] in "'’" else word.shown + " " for word in part]).rstrip()
