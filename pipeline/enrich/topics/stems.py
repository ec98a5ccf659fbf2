"""Light stemming: the forms of one word become one, and few other words with them."""

from functools import cache

from pipeline.enrich.remembered import Remembered

_ENDINGS = {
    "en": ("'s", "ies", "es", "s"),
    "de": ("ern", "en", "er", "es", "em", "e", "n", "s"),
    "fr": ("es", "e", "s", "x"),
    "es": ("es", "os", "as", "o", "a", "s"),
    "it": ("i", "e", "o", "a"),
    "pt": ("es", "os", "as", "o", "a", "s"),
    "nl": ("en", "s", "e", "n"),
}
SHORTEST = 4
"""Letters that are left of a word."""

REMEMBERED = 30_000
"""Words of a language whose stems are remembered: 6 MB."""


@cache
def stems_of(language: str) -> Remembered[str]:
    """The stem of each word in lower case."""
    return Remembered(lambda word: stem(word.replace("’", "'"), language), REMEMBERED)


def stem(word: str, language: str) -> str:
    """The word in lower case without its ending."""
    for ending in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST - (language == "en"):
            return word[: -len(ending)] + (
                "y" if ending == "ies" else "e" if _is_silent(word, ending, language) else ""
            )
    return word


def _is_silent(word: str, ending: str, language: str) -> bool:
    """Whether the e belongs to the word: "prices", "courses", but not "matches", "taxes"."""
    return language == "en" and ending == "es" and not word.endswith(("shes", "ches", "xes", "sses", "zes", "oes"))
