"""Which articles of the store belong together: copies of one text, and reports on one event.

All of it happens in the transaction that stores the articles, so the order of commits decides, whichever worker it is;
a batch is looked at as if its articles had come one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pipeline.documents import Article, Enrichment
from pipeline.store.stories.clusters import Report, join_stories
from pipeline.store.stories.copies import note_texts
from pipeline.store.stories.terms import hour_of


@dataclass(frozen=True)
class Draft:
    """An article that is about to be stored."""

    seq: int
    version: int
    article: Article
    enrichment: Enrichment
    stored_at: str
    terms: Mapping[int, bool]
    """As in ``terms``."""
    cluster: str | None = None
    """Of the version before it: a later version of an article stays in its cluster."""


def placed(tx: Connection, drafts: Sequence[Draft]) -> list[Enrichment]:
    """The enrichment of each with ``near_duplicate_of`` and ``cluster_id``; drafts come in the order of ``seq``."""
    originals = note_texts(tx, [(d.seq, d.article.id, d.enrichment.fingerprint, d.article.body) for d in drafts])
    joined = join_stories(tx, [_report(draft) for draft in drafts if draft.version == 1])
    return [
        draft.enrichment.model_copy(
            update={
                "near_duplicate_of": original,
                "cluster_id": joined.get(draft.seq) or draft.cluster or draft.article.id,
            }
        )
        for draft, original in zip(drafts, originals, strict=True)
    ]


def _report(draft: Draft) -> Report:
    article = draft.article
    return Report(draft.seq, article.id, hour_of(article.date_published, draft.stored_at), draft.terms)
