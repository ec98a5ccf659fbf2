"""What changed between two versions of an article, for people: fields, paragraphs, and the words inside of them.

Paragraphs that are the same are found first, wherever they stand; of the others those that have most words in common
are one paragraph that was changed; what is left was added or removed. All of it is bounded: a text with more
paragraphs or words than an article has is told in larger pieces, not more slowly.
"""

from collections.abc import Iterator, Sequence

from pipeline.documents import StoredArticle
from pipeline.store.differences.judging import correction
from pipeline.store.differences.matching import Match, matches
from pipeline.store.differences.values import Correction, Difference, FieldChange, Paragraph, Words
from pipeline.store.differences.words import words_changed
from pipeline.store.paragraphs import paragraphs_of

__all__ = ["Correction", "Difference", "FieldChange", "Paragraph", "Words", "difference"]

FIELDS = ("headline", "description", "authors", "dateline", "date_published", "date_modified")
"""What is compared beside the body; ``description`` is the standfirst."""
MOST_PARAGRAPHS = 2_000
"""Paragraphs of a version that are told apart; the rest counts as one."""


def difference(before: StoredArticle, after: StoredArticle) -> Difference:
    """What changed from one version of an article to another."""
    old, new = (_bounded(paragraphs_of(each.article.body)) for each in (before, after))
    fields = tuple(_fields(before, after))
    found = matches(old, new)
    paragraphs = tuple(_paragraphs(old, new, found))
    return Difference(
        id=after.article.id, before=before.version, after=after.version, fields=fields, paragraphs=paragraphs,
        same=sum(match.kind == "same" for match in found), correction=correction(before, after, fields, paragraphs),
    )  # fmt: skip


def _bounded(paragraphs: list[str]) -> list[str]:
    few, rest = paragraphs[:MOST_PARAGRAPHS], paragraphs[MOST_PARAGRAPHS:]
    return [*few, " ".join(rest)] if rest else few


def _fields(before: StoredArticle, after: StoredArticle) -> Iterator[FieldChange]:
    for name in FIELDS:
        old, new = _told(before, name), _told(after, name)
        if old != new:
            yield FieldChange(name, old, new)


def _told(stored: StoredArticle, name: str) -> str | None:
    value = getattr(stored.article, name)
    return ", ".join(author.name for author in value) or None if name == "authors" else value


def _paragraphs(old: Sequence[str], new: Sequence[str], found: Sequence[Match]) -> Iterator[Paragraph]:
    """What is not the same, in the order of the new version; what was removed follows what stood before it."""
    by_new = {match.new: match for match in found}
    for place in _removed_after(old, found, -1):
        yield Paragraph("removed", place + 1, None, (Words("removed", old[place]),))
    for j, text in enumerate(new):
        match = by_new.get(j)
        if match is None:
            yield Paragraph("added", None, j + 1, (Words("added", text),))
            continue
        if match.kind == "moved":
            yield Paragraph("moved", match.old + 1, j + 1, (Words("same", text),))
        elif match.kind == "changed":
            yield Paragraph("changed", match.old + 1, j + 1, words_changed(old[match.old], text))
        for place in _removed_after(old, found, match.old):
            yield Paragraph("removed", place + 1, None, (Words("removed", old[place]),))


def _removed_after(old: Sequence[str], found: Sequence[Match], place: int) -> Iterator[int]:
    """The removed paragraphs that stood right after this old one."""
    kept = {match.old for match in found}
    for i in range(place + 1, len(old)):
        if i in kept:
            return
        yield i
