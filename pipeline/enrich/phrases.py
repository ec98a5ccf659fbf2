"""Noun phrases without a tagger: runs of content words, and what the words around them say about them.

A run ends at stop words, verbs, numbers and punctuation (RAKE, Rose et al. 2010). Whether its head is a noun is told by
its neighbours: an article or preposition in front speaks for it, a pronoun, auxiliary or object against it. German is
easier, its nouns are written with capitals.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from pipeline.documents import Span
from pipeline.enrich.grammar import ALWAYS, NEVER, TAKEN, Grammar, Word
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


Place = tuple[Run, int, int]
"""Where a phrase stands: a run, and which of its words: from, to."""


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


def runs(body: str, sentences: Sequence[Sentence], grammar: Grammar, taken: Sequence[Span] = ()) -> Iterator[Run]:
    """Every run of the text; none enters the stretches ``taken``, in order."""
    starts, words = grammar.placed_words(body)
    _take(taken, starts, words)
    bounds = [bisect_left(starts, sentence.start) for sentence in sentences]
    for number, (begin, end) in enumerate(pairwise([*bounds, len(words)])):
        opening = bisect_right(starts, sentences[number].start + 1) - begin
        yield from _in_sentence(words[begin:end], number, opening, grammar)


def _take(taken: Sequence[Span], starts: Sequence[int], words: list[Word]) -> None:
    """Mark the words that stand in these stretches."""
    for span in taken:
        at = max(0, bisect_right(starts, span.start) - 1)
        while at < len(words) and starts[at] < span.end:
            word = words[at]
            if starts[at] + len(word.shown) > span.start:
                words[at] = Word(word.shown, word.low, word.folded, TAKEN, link=False, capital=word.capital)
            at += 1


def _in_sentence(words: Sequence[Word], number: int, opening: int, grammar: Grammar) -> Iterator[Run]:
    """The runs of one sentence; a run that begins with one of the first ``opening`` words opens it."""
    run: list[Word] = []
    left = previous = ""
    first = 0
    for at, word in enumerate(words):
        _, low, _, content, link, _ = word
        if content > NEVER and (content == ALWAYS or grammar.is_content(word, previous)):
            if not run:
                first = at
            run.append(word)
        elif run and link:
            run.append(word)
        else:
            if run:
                yield _without_links(run, left, low, number, first < opening)
                run = []
            left = "" if content == TAKEN else low
        previous = low
    if run:
        yield _without_links(run, left, "", number, first < opening)


def _without_links(run: list[Word], left: str, right: str, sentence: int, opens: bool) -> Run:
    """The run without the links that it ends with."""
    while run and run[-1].link:
        right = run.pop().low
    return tuple.__new__(Run, (run, left, right, sentence, opens))


def parts(run: Run, grammar: Grammar, rare: Set[str]) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every part of the run up to the longest length that neither begins nor ends with a link, and its spelling.

    Parts with a word in small letters that is ``rare`` are left out.
    """
    words, any_ends = run.words, grammar.language != "de"
    if len(words) == 1:  # as most are
        _, _, low, _, link, capital = words[0]
        if not link and (capital or (any_ends and low not in rare)):
            yield (low,), (run, 0, 1)
        return
    folded = tuple([word.folded for word in words])
    ends = [not link and (capital or any_ends) for _, _, _, _, link, capital in words]
    barred = [not capital and low in rare for _, _, low, _, _, capital in words]
    for start, word in enumerate(words):
        if not word.link:
            for end in range(start, min(start + LONGEST_PHRASE, len(words))):
                if barred[end]:
                    break
                if ends[end]:
                    yield folded[start : end + 1], (run, start, end + 1)


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
    run, start, end = place
    part = run.words[start:end]
    return "".join([word.shown if word.shown[-1] in "'’" else word.shown + " " for word in part]).rstrip()
