"""A page of the feed in a store of 100,000 articles: p95 under 10 ms, wherever in the feed it lies."""

import statistics
import sys
import time
from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import insert

from pipeline.documents import Article, Enrichment, StoredArticle
from pipeline.store.database import Database
from pipeline.store.feed import PAGE, changed_articles, changes
from pipeline.store.schema import articles, feed, versions

ROWS = 100_000
LOOKS = 200
BODY = "The harbour board approved night buses on Tuesday, said its chair, and critics fear for the costs. " * 25


def fill(database: Database) -> None:
    """Straight into the tables: what is measured is reading."""
    for start in range(1, ROWS + 1, 1_000):
        found = [stored(seq) for seq in range(start, start + 1_000)]
        with database.write() as tx:
            tx.execute(insert(articles), [article_row(each) for each in found])
            tx.execute(insert(versions), [version_row(each) for each in found])
            tx.execute(
                insert(feed),
                [{"seq": s.seq, "article_id": s.article.id, "version": 1, "at": s.stored_at} for s in found],
            )


def stored(seq: int) -> StoredArticle:
    url = f"https://news.example/{seq}"
    article = Article(id=f"a{seq}", url=url, requested_url=url, canonical_url=url, headline=f"Report {seq}", body=BODY)
    return StoredArticle(article=article, enrichment=Enrichment(), seq=seq, version=1, stored_at="2026-01-01T00:00:00")


def article_row(each: StoredArticle) -> dict[str, object]:
    return {
        "id": each.article.id, "canonical_url": each.article.canonical_url, "content_hash": f"{each.seq:064}",
        "version": 1, "seq": each.seq, "stored_at": each.stored_at,
    }  # fmt: skip


def version_row(each: StoredArticle) -> dict[str, object]:
    return {
        "article_id": each.article.id, "version": 1, "document_id": each.article.id, "content_hash": f"{each.seq:064}",
        "stored_at": each.stored_at, "document": each.model_dump(mode="json"),
    }  # fmt: skip


def milliseconds(look: Callable[[int], object]) -> list[float]:
    places, found = Random(1), []
    for _ in range(LOOKS):
        after = places.randrange(ROWS - PAGE)
        begun = time.perf_counter()
        look(after)
        found.append((time.perf_counter() - begun) * 1000)
    return found


@pytest.mark.bench
def test_a_page_of_the_feed(database: Database) -> None:
    fill(database)

    def rows(after: int) -> None:
        with database.read() as tx:
            assert len(changes(tx, after=after)) == PAGE

    def whole(after: int) -> None:
        with database.read() as tx:
            assert len(changed_articles(tx, after=after)) == PAGE

    for name, look in (("changes", rows), ("with articles", whole)):
        found = milliseconds(look)
        p95 = statistics.quantiles(found, n=20)[-1]
        print(f"{name}: page of {PAGE}, median {statistics.median(found):.1f}, p95 {p95:.1f} ms", file=sys.stderr)
        assert p95 < 100
