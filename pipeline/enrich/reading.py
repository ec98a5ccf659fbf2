"""How long the text takes to read.

Words a minute by language are those of the IReST study (Trauzettel-Klosinski and Dietz 2012, texts read aloud; Chinese
and Japanese in characters), raised by the ratio between silent reading of English non-fiction, 238 words a minute
(Brysbaert 2019), and English in that study, 228.
"""

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text

SILENT = 238 / 228
READ_ALOUD = {
    "ar": 138, "de": 179, "en": 228, "es": 218, "fi": 161, "fr": 195, "he": 187, "it": 188, "ja": 357, "nl": 202,
    "pl": 166, "pt": 181, "ru": 184, "sl": 180, "sv": 199, "tr": 166, "zh": 255,
}  # fmt: skip
"""Words a minute, by ISO 639-1 code."""
ANY_LANGUAGE = 184
"""Words a minute for the others: that study's mean over its languages."""


def reading_minutes(text: Text, found: Enrichment) -> float | None:
    """Minutes to one decimal, at least 0.1; ``None`` without words."""
    count = len(text.words)
    if not count:
        return None
    rate = READ_ALOUD.get(found.language or "", ANY_LANGUAGE) * SILENT
    return max(0.1, round(count / rate, 1))
