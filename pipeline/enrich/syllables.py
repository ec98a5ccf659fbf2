"""How many syllables a word has, judged by its spelling; good for averages over a text, not for a single rare word.

A language is a pattern whose every match is one vowel sound, plus endings that are written but not spoken.
"""

import re
from functools import cache

from pipeline.enrich.remembered import Remembered

NUCLEI = {
    "de": "(?<!q)u[ih]?(?![aäo])|aa|ee|oo|ie|ei|ai|ey|ay|eu|äu|au|[aeioyäöü]|(?<!q)u",
    "en": "[aeiouy]+",
    "es": "(?:(?<=[qg])u|[iuüy])?[aeoáéó](?:[iuü](?![aeoáéó])|y\\b)?|[íú]|[iuü]+|y\\b",
    "fr": "é|eau|œu|oeu|[aàâeèêioôuùûyœ]+|[ëïü]",
    "it": "(?:(?<=[qgc])[ui]|[iu])?[aeoàèéò](?:[iu](?![aeoàèéò]))?|[ìùíú]|[iu]+",
    "nl": "aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|ou|au|[aeiouyëïéèöü]",
    "pt": "(?:ão|ãe|õe|[iu]?[aeoáéóâêôàãõ](?:[iu](?![aeoáéó]))?)|[íú]|[iu]+",
}
"""One match is one vowel sound, by ISO 639-1 code."""
_NUCLEI = {code: re.compile(pattern) for code, pattern in NUCLEI.items()}

_SILENT = {
    "en": re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouyr]l)e$|(?<=[^aeioutdyl])ed$|(?<=[aeiou]l)ed$|(?<=[^aeiouyszxcgh])es$"  # noqa: E501
                     r"|(?<=th)es$|e(?=(?:ly|ment|ful|less|ness)s?$)"),
    "fr": re.compile(r"(?<=[^aeiouyéèqg])e(?:s|nt(?<=[lrtv]ent))?$|(?<=[aeiouéèqg])es?$"),
}  # fmt: skip
"""Endings that are written and not spoken."""

_HIATUS = {
    "en": re.compile(r"[aeiouy](?<=i)(?:a(?!g|l?$)|o(?!n|us)|u)|i(?:al|an)$|e(?:o|a(?=t(?:e|ion|or)))|ism$"),
}
"""Two vowel sounds that are written side by side, or a sound without a vowel letter."""

LONGEST = 40
"""Letters looked at; longer words are addresses or noise."""
REMEMBERED = 40_000
"""Words whose syllables are remembered: 6 MB, of which an article of 500 words finds nine in ten."""


@cache
def syllables_of(language: str) -> Remembered[int]:
    """The syllables of each word in lower case."""
    return Remembered(lambda word: syllables(word, language), REMEMBERED)


def syllables(word: str, language: str) -> int:
    """Syllables of a lower-case word, at least 1; English rules where the language has none."""
    code = language if language in _NUCLEI else "en"
    spoken = word[:LONGEST].replace("’", "'")
    count = len(_NUCLEI[code].findall(spoken))
    if code in _SILENT:
        count -= len(_SILENT[code].findall(spoken))
    if code in _HIATUS:
        count += len(_HIATUS[code].findall(spoken))
    return max(1, count)
