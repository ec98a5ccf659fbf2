"""A summary of the text's own sentences: those full of its frequent and its headline's words, early ones first.

Frequent words as in Luhn 1958, greedy choice without repetition as in MMR (Carbonell and Goldstein 1998). What cannot
stand alone comes last: questions, parts of a quotation, lines that are no sentence, words that point back.
"""

import re
from bisect import bisect_right
from collections import Counter
from typing import NamedTuple

from pipeline.documents import Enrichment
from pipeline.enrich.sentences import Sentence
from pipeline.enrich.text import Text
from pipeline.enrich.vocabulary import STOPWORDS, word_lists
from pipeline.enrich.words import each_word, letters

MOST = 3
"""Sentences given at most."""
ONE_PER = 4
"""One sentence of the summary for so many of the text."""
SHORTEST, LONGEST = 6, 45
"""Words of a sentence that can stand alone and is no paragraph."""
NO_STATEMENT = 3
"""Words that are a caption or heading."""
FREQUENT = 2
"""Times a word must come to have weight."""
HEADLINE = 2
"""Times that a word of the headline counts more."""
LEAD = 1.0
"""What the first sentence's place adds to its weight; the n-th gets an n-th of it: news is told from its end."""
FEWEST_ENTRIES = 3
"""Timed blocks that make a live blog, whose first entry is its last news and not its lead."""
LEANING = 0.4
"""Weight of a sentence that cannot be understood without the one before, or that is mostly a quotation."""
BROKEN = 0.05
"""Weight of what is no whole statement: a question, a heading, a part of a quotation."""
MOSTLY_QUOTED = 0.6
"""Share of its characters."""
REPEATED = 0.7
"""How much of a sentence's weight is lost when another with all its words is there already."""
_ENDS = frozenset(".!…。！।۔")
_CLOSING = "\"'”’“»)]" + "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What may stand behind the mark that ends a sentence."""
_BULLET = re.compile(r"^[•*·▪‣–—-]\s*")
_LISTS = word_lists("summary")


class Scored(NamedTuple):
    """A sentence with its frequent words and its weight."""

    sentence: Sentence
    frequent: frozenset[str]
    weight: float


def summary(text: Text, found: Enrichment) -> tuple[str, ...]:
    """Up to three sentences in order of the text; one for every four, and at least one of any text that has words."""
    weights = _weights(text, found.language)
    blog = sum(block.time is not None for block in text.article.blocks) >= FEWEST_ENTRIES
    quoted = [span.start for span in text.quoted]
    scored, place = [], 0
    for sentence, all_words in zip(text.sentences, text.words_of_sentences, strict=True):
        if all_words:
            read = text.without_numbers(all_words)
            standing = _standing(sentence, read, text, quoted)
            frequent = frozenset(filter(weights.__contains__, read))
            density = sum(map(weights.__getitem__, frequent)) / (len(read) + 1) ** 0.5 + 0.1
            lead = 0 if blog else LEAD / (1 + place)
            scored.append(Scored(sentence, frequent, density * standing * (1 + lead)))
            place += standing > BROKEN
    return _chosen(scored, min(MOST, max(1, place // ONE_PER)))


def _chosen(scored: list[Scored], wanted: int) -> tuple[str, ...]:
    """The heaviest, each weighed down by what those before it said already, in order of the text."""
    chosen: list[Scored] = []
    said: set[str] = set()
    scored.sort(key=lambda one: (-one.weight, one.sentence.start))
    while scored and len(chosen) < wanted:
        best = _heaviest(scored, said)
        if chosen and best.weight < BROKEN * chosen[0].weight:
            break
        chosen.append(best)
        said |= best.frequent
        scored = [one for one in scored if one.sentence.text != best.sentence.text]
    return tuple(_BULLET.sub("", one.sentence.text) for one in sorted(chosen, key=lambda one: one.sentence.start))


def _heaviest(scored: list[Scored], said: set[str]) -> Scored:
    """The one that weighs most by what it has to say, the earlier of two; ``scored`` is in falling order of weight."""
    best, most = scored[0], -1.0
    for one in scored:
        if one.weight < most:
            break
        left = one.weight * (1 - REPEATED * len(one.frequent & said) / max(1, len(one.frequent)))
        if left > most or (left == most and one.sentence.start < best.sentence.start):
            best, most = one, left
    return best


def _weights(text: Text, language: str | None) -> dict[str, float]:
    """How often each content word comes, damped; words that come once are left out. The headline counts as text."""
    empty = STOPWORDS.get(language or "", frozenset())
    counts = Counter(text.letters)
    for word in set(letters(text.headline)):
        counts[word] += HEADLINE * (counts[word] > 0)
    least = 1 if empty else 4
    return {word: n**0.5 for word, n in counts.items() if n >= FREQUENT and len(word) >= least and word not in empty}


def _standing(sentence: Sentence, read: list[str], text: Text, quoted: list[int]) -> float:
    """How well the sentence stands alone, from 0 to 1."""
    share = _quoted_share(sentence, text, quoted)
    if share is None or len(read) <= NO_STATEMENT or sentence.text.rstrip(_CLOSING)[-1:] not in _ENDS:
        return BROKEN
    standing = 1.0 if SHORTEST <= len(read) <= LONGEST else LEANING
    first = sentence is text.sentences[0]
    if share > MOSTLY_QUOTED or (not first and _leans(sentence.text, read)):
        standing *= LEANING
    return standing


def _quoted_share(sentence: Sentence, text: Text, quoted: list[int]) -> float | None:
    """How much of the sentence is quoted; ``None`` where a quotation goes on beyond it."""
    if sentence.text.count("“") != sentence.text.count("”") or sentence.text.count('"') % 2:
        return None
    inside = 0
    for span in text.quoted[max(0, bisect_right(quoted, sentence.start) - 1) : bisect_right(quoted, sentence.end)]:
        if span.end <= sentence.start or span.start >= sentence.end:
            continue
        if span.start < sentence.start or span.end > sentence.end:
            return None
        inside += span.end - span.start
    return inside / len(sentence.text)


def _leans(sentence: str, read: list[str]) -> bool:
    """Whether it points back: by its first word, or by a pronoun before any name."""
    if read[0].split("'")[0].split("’")[0] in _LISTS["leaning"]:
        return True
    for number, word in enumerate(each_word(sentence)):
        if word in _LISTS["pronouns"]:
            return True
        if number and word[0].isupper():
            return False
    return False
