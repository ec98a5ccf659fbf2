"""What can be worked out of an article before the store is asked about it.

The store has one writer at a time, and what it does holds up all others. So everything that does not depend on what is
stored already is done beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from pipeline.documents import Article, EnrichedArticle, StoredArticle
from pipeline.identity import content_hash
from pipeline.store.search.index import Entry, entry_of
from pipeline.store.stories.terms import terms_of
from pipeline.store.written import Written

_OF_THE_STORE = {"near_duplicate_of", "cluster_id"}
"""Fields of an enrichment that the store fills in."""


@dataclass(frozen=True)
class Prepared:
    """A document, and what follows from it alone."""

    enriched: EnrichedArticle
    identity: str
    digest: str
    """Of its text."""
    terms: Mapping[int, bool]
    entry: Entry
    article_json: str
    enrichment_json: str
    """Without ``near_duplicate_of`` and ``cluster_id``, and without its last brace."""

    def written(self, stored: StoredArticle) -> Written:
        """This document as it is stored, as JSON; ``stored`` may have another id, and what only the store knows."""
        article, found = stored.article, stored.enrichment
        known = orjson.dumps({"near_duplicate_of": found.near_duplicate_of, "cluster_id": found.cluster_id}).decode()
        own = {"seq": stored.seq, "version": stored.version, "stored_at": stored.stored_at}
        article_json = self.article_json if article is self.enriched.article else article.model_dump_json()
        return Written(
            f'{{"article":{article_json},"enrichment":{self.enrichment_json},{known[1:]},{orjson.dumps(own).decode()[1:]}'
        )


def identity(article: Article) -> str:
    """What makes it one article: its canonical URL, else the URL it was read from, else its text."""
    return article.canonical_url or article.url or f"sha256:{content_hash(article)}"


def prepare(document: EnrichedArticle, dialect: str) -> Prepared:
    """Prepare a document for a store in this ``dialect``, ``sqlite`` or ``postgresql``."""
    article, found = document.article, document.enrichment
    return Prepared(
        document,
        identity(article),
        article.source_hash or content_hash(article),
        terms_of(article, found),
        entry_of(article, found, dialect),
        article.model_dump_json(),
        found.model_dump_json(exclude=_OF_THE_STORE)[:-1],
    )
