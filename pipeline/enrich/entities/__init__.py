"""Who and what the article speaks of: one entry per real-world entity."""

from pipeline.documents import Enrichment, Entity
from pipeline.enrich.entities.deciding import decide
from pipeline.enrich.entities.describing import described
from pipeline.enrich.entities.mentions import everywhere
from pipeline.enrich.entities.merging import merge
from pipeline.enrich.entities.model import model_for
from pipeline.enrich.entities.names import Name
from pipeline.enrich.entities.pieces import MOST, pieces
from pipeline.enrich.entities.spans import spans
from pipeline.enrich.entities.tokens import tokens
from pipeline.enrich.text import Text


def entities(text: Text, found: Enrichment) -> tuple[Entity, ...]:
    """Every entity with its mentions, the most salient first."""
    words = tokens(text.normal[:MOST])
    candidates = spans(words, _read(text, found.language or ""))
    types, named = everywhere(words, candidates, decide(words, candidates))
    offices = described(words, named, types)
    return tuple(merge(text, words, types, sorted([*named, *offices], key=lambda each: each[1].first)))


def tier(language: str | None) -> str:
    """What reads names in this language: ``spacy``, the model and its version, or ``gazetteer``."""
    model = model_for(language or "")
    return model.name if model else "gazetteer"


def _read(text: Text, language: str) -> list[Name]:
    model = model_for(language)
    if model is None:
        return []
    parts = list(pieces(text))
    return [
        Name(part.start + name.start, part.start + name.end, name.type)
        for part, names in zip(parts, model.read([part.text for part in parts]), strict=True)
        for name in names
    ]
