"""Whether a change looks like a correction: the editors say so, or nothing but figures and names was put right."""

from collections.abc import Iterator, Sequence

from pipeline.documents import StoredArticle
from pipeline.store.corrections import is_note
from pipeline.store.differences.values import Correction, FieldChange, Paragraph, Words
from pipeline.store.differences.words import words_changed
from pipeline.store.paragraphs import tokens

SMALL = 12
"""Words that a correction of figures and names puts right at most, each place counted on its longer side."""
TEXTS = ("headline", "description", "authors")
"""Fields that have words in them."""
Replaced = tuple[list[str], list[str]]
"""Words taken out, and those put in at the same place."""


def correction(
    before: StoredArticle, after: StoredArticle, fields: Sequence[FieldChange], paragraphs: Sequence[Paragraph]
) -> Correction | None:
    """What speaks for a correction; ``None`` for an update, or for nothing."""
    language = after.article.language
    texts = [words_changed(field.before or "", field.after or "") for field in fields if field.field in TEXTS]
    texts += [paragraph.words for paragraph in paragraphs]
    for words in (each for text in texts for each in text):
        if words.kind == "added" and is_note(words.text, language):
            return Correction("note", words.text.strip())
    if any(paragraph.kind != "changed" for paragraph in paragraphs):
        return None
    replaced = [each for text in texts for each in _replaced(text)]
    names = {token for stored in (before, after) for token in _names(stored)}
    if not replaced or not all(_is_of_facts(each, names) for each in replaced):
        return None
    if sum(max(len(old), len(new)) for old, new in replaced) > SMALL:
        return None
    return Correction("figures and names", "; ".join(f"{' '.join(old)} → {' '.join(new)}" for old, new in replaced))


def _replaced(words: Sequence[Words]) -> Iterator[Replaced]:
    old: list[str] = []
    new: list[str] = []
    for piece in (*words, Words("same", ".")):
        if piece.kind == "removed":
            old += tokens(piece.text)
        elif piece.kind == "added":
            new += tokens(piece.text)
        elif piece.text.strip() and (old or new):
            yield old, new
            old, new = [], []


def _is_of_facts(replaced: Replaced, names: set[str]) -> bool:
    """Nothing but figures and names, and some on both sides: what was only added or left out is no correction."""
    facts = [[any(map(str.isdecimal, token)) or token in names for token in side] for side in replaced]
    return all(side and all(side) for side in facts)


def _names(stored: StoredArticle) -> Iterator[str]:
    """The words of all names that were found in a version, and of its authors."""
    for entity in stored.enrichment.entities:
        for text in (entity.name, *(mention.text for mention in entity.mentions)):
            yield from tokens(text)
    for author in stored.article.authors:
        yield from tokens(author.name)
