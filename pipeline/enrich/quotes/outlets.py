"""Media that the article cites as its sources."""

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text


def outlets(text: Text, found: Enrichment) -> tuple[str, ...]:  # noqa: ARG001
    """Names of media, in order of first mention."""
    return ()
