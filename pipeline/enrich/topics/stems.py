"""Light stemming: the forms of one word become one, and few other words with them."""

from functools import lru_cache

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
"""Words as written whose stems are remembered: 6 MB."""


@lru_cache(maxsize=REMEMBERED)
def stem_of(written: str, language: str) -> str:
    """The stem of a word as it is written."""
    return stem(written.lower().replace("’", "'"), language)


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
