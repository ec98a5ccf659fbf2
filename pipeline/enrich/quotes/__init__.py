"""Quotations, and who says them: what stands in quotation marks or is ascribed to someone, with its speaker.

Speakers are found without a parser: an attribution stands in the quotation's own sentence, or the quotation goes on
from one before it, or the sentence before tells who is heard next.
"""

from pipeline.documents import Enrichment, Quote
from pipeline.enrich.quotes.speakers import Speakers
from pipeline.enrich.text import Text


def quotes(text: Text, found: Enrichment) -> tuple[Quote, ...]:
    """Direct, mixed and indirect quotations in order of the text."""
    return Speakers(text, found).quotes()
