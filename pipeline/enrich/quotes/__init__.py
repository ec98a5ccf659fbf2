"""What was said, and who said it."""

from pipeline.documents import Enrichment, Quote
from pipeline.enrich.text import Text


def quotes(text: Text, found: Enrichment) -> tuple[Quote, ...]:  # noqa: ARG001
    """Every quotation in order of the text."""
    return ()
