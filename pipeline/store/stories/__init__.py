"""Which articles of the store belong together: copies of one text, and reports on one event.

All of it happens in the transaction that stores the article, so the order of commits decides, whichever worker it is.
"""

from sqlalchemy import Connection

from pipeline.documents import EnrichedArticle, Enrichment
from pipeline.store.stories.clusters import cluster_of, join_story
from pipeline.store.stories.copies import note_text


def placed(tx: Connection, enriched: EnrichedArticle, *, seq: int, version: int, stored_at: str) -> Enrichment:
    """The enrichment with ``near_duplicate_of`` and ``cluster_id``; ``enriched`` is about to be stored as ``seq``.

    A later version of an article stays in its cluster.
    """
    article, found = enriched.article, enriched.enrichment
    original = note_text(tx, seq, article.id, found.fingerprint, article.body)
    if version > 1:
        cluster = cluster_of(tx, article.id, version - 1) or article.id
    else:
        cluster = join_story(tx, seq, article, found, stored_at)
    return found.model_copy(update={"near_duplicate_of": original, "cluster_id": cluster})
