"""Who and what the article speaks of: one entry per real-world entity."""

from pipeline.documents import Enrichment, Entity, EntityType, Mention
from pipeline.enrich.entities.deciding import decide, key_of
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
    types = decide(words, candidates)
    mentions: dict[tuple[str, EntityType], list[Mention]] = {}
    for span in candidates:
        if kind := types.get(key_of(words, span)):
            start, end = words[span.first].start, words[span.last - 1].end
            name = text.body[start:end]
            mentions.setdefault((name, kind), []).append(Mention(start=start, end=end, text=name))
    most = max(map(len, mentions.values()), default=1)
    return tuple(
        Entity(name=name, type=kind, mentions=tuple(where), salience=len(where) / most)
        for (name, kind), where in mentions.items()
    )


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
