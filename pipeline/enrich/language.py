"""The language of the text."""

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text


def language(text: Text, found: Enrichment) -> str | None:  # noqa: ARG001
    """ISO 639-1 code; ``None`` where the text is too short or too mixed to tell."""
    return text.language
