"""The author's tone, outside of quotations."""

from pipeline.documents import Enrichment, Tone
from pipeline.enrich.text import Text


def tone(text: Text, found: Enrichment) -> Tone | None:  # noqa: ARG001
    """``None`` for a language without a word list."""
    return None
