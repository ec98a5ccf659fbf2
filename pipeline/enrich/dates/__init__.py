"""Date expressions and what they mean."""

from pipeline.documents import DateMention, Enrichment
from pipeline.enrich.text import Text


def dates(text: Text, found: Enrichment) -> tuple[DateMention, ...]:  # noqa: ARG001
    """Every date expression in order of the text."""
    return ()
