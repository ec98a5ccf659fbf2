"""The terms of each topic by language, compiled once per process: from a term's stems to what it tells."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.enrich.topics.stems import stem
from pipeline.enrich.words import words

STRONG, WEAK, SECOND = 2.0, 0.5, 1.0
"""What one occurrence of a term weighs."""
Term = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """One language's terms. Codes are eight digits."""

    language: str
    terms: Mapping[Term, tuple[tuple[str, float], ...]]
    """The topics of a term of one to three stems, with its weight for each."""
    firsts: frozenset[str]
    """First stems of terms that have more than one."""
    heads: frozenset[str]
    """First stems of all terms."""
    labels: Mapping[str, str]
    top: frozenset[str]
    parents: Mapping[str, str]

    def below(self, code: str) -> list[str]:
        """The second-level topics of a top-level one."""
        return [child for child, parent in self.parents.items() if parent == code]


@cache
def vocabulary_of(language: str | None) -> Vocabulary | None:
    """A language's terms; ``None`` where there are none."""
    source = files(__package__) / f"{language}.toml"
    if not (language and language.isalpha() and source.is_file()):
        return None
    topics = _toml("media_topics.toml")
    top: dict[str, str] = topics["top"]
    second: dict[str, dict[str, str]] = topics["second"] if language == "en" else {}
    terms: dict[Term, dict[str, float]] = {}
    for code, lists in _toml(f"{language}.toml").items():
        for name, weight in (("weak", WEAK), ("strong", STRONG)):
            for term in _split(lists.get(name, ""), language):
                terms.setdefault(term, {})[code] = weight
    for code, row in second.items():
        for term in _split(row["terms"], language):
            terms.setdefault(term, {})[code] = SECOND
    return Vocabulary(
        language=language, terms={term: tuple(weights.items()) for term, weights in terms.items()},
        firsts=frozenset(term[0] for term in terms if len(term) > 1),
        heads=frozenset(term[0] for term in terms), top=frozenset(top),
        labels=top | {code: row["label"] for code, row in second.items()},
        parents={code: row["parent"] for code, row in second.items()},
    )  # fmt: skip


def _split(terms: str, language: str) -> list[Term]:
    read = (tuple(stem(word.lower(), language) for word in words(term)) for term in terms.split(","))
    return [term for term in read if term]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
