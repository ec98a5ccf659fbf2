"""Places on the map that the article names."""

from pipeline.documents import Enrichment, Place
from pipeline.enrich.text import Text


def places(text: Text, found: Enrichment) -> tuple[Place, ...]:  # noqa: ARG001
    """Every place once, with its mentions."""
    return ()
