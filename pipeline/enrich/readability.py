"""Flesch reading ease in the formula that was fitted to each language.

Every formula is ``base - a * words per sentence - b * syllables per word``.
"""

from typing import NamedTuple

from pipeline.documents import Enrichment, Readability
from pipeline.enrich.syllables import syllables_of
from pipeline.enrich.text import Text

FEWEST_WORDS = 30
"""Under this many words the score says nothing."""


class Formula(NamedTuple):
    """One language's coefficients."""

    name: str
    base: float
    sentence: float
    """Weight of words per sentence."""
    syllable: float
    """Weight of syllables per word."""


FORMULAS = {
    "de": Formula("amstad", 180, 1, 58.5),  # Amstad 1978
    "en": Formula("flesch", 206.835, 1.015, 84.6),  # Flesch 1948
    "es": Formula("fernandez-huerta", 206.84, 1.02, 60),  # Fernández Huerta 1959
    "fr": Formula("kandel-moles", 207, 1.015, 73.6),  # Kandel and Moles 1958
    "it": Formula("franchina-vacca", 206, 1, 65),  # Franchina and Vacca 1972
    "nl": Formula("douma", 206.84, 0.93, 77),  # Douma 1960
    "pt": Formula("martins", 248.835, 1.015, 84.6),  # Martins, Ghiraldelo, Nunes and Oliveira 1996
}
"""By ISO 639-1 code."""


def readability(text: Text, found: Enrichment) -> Readability | None:
    """The score to one decimal; ``None`` for a short text or a language without a formula."""
    formula = FORMULAS.get(found.language or "")
    read = text.letters
    if formula is None or len(read) < FEWEST_WORDS:
        return None
    per_sentence = len(read) / len(text.sentences)
    per_word = sum(map(syllables_of(found.language or "").__getitem__, read)) / len(read)
    score = formula.base - formula.sentence * per_sentence - formula.syllable * per_word
    return Readability(score=round(score, 1), formula=formula.name)
