"""Who and what the article speaks of: one entry per real-world entity."""

from pipeline.documents import Enrichment, Entity, EntityType, Mention
from pipeline.enrich.entities.model import english_model
from pipeline.enrich.text import Text

TYPES: dict[str, EntityType] = {
    "PERSON": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "nationality",
    "EVENT": "event", "PRODUCT": "product", "WORK_OF_ART": "other", "LAW": "other",
}  # fmt: skip


def entities(text: Text, found: Enrichment) -> tuple[Entity, ...]:
    """Every entity with its mentions, the most salient first."""
    model = english_model()
    if found.language != "en" or model is None:
        return ()
    mentions: dict[tuple[str, EntityType], list[Mention]] = {}
    for ent in model(text.normal).ents:
        if kind := TYPES.get(ent.label_):
            name = text.body[ent.start_char : ent.end_char].removeprefix("the ").removeprefix("The ")
            mention = Mention(start=ent.end_char - len(name), end=ent.end_char, text=name)
            mentions.setdefault((name, kind), []).append(mention)
    most = max(map(len, mentions.values()), default=1)
    return tuple(
        Entity(name=name, type=kind, mentions=tuple(where), salience=len(where) / most)
        for (name, kind), where in mentions.items()
    )
