"""100,000 articles put into the store in batches, with copies, clusters and the search index: articles a second."""

import gc
import sys
from collections.abc import Iterator
from time import perf_counter, process_time

import pytest

from pipeline.documents import EnrichedArticle
from pipeline.store.database import Database
from pipeline.store.publishing import publish_all
from tests.bench.test_near_duplicates import enriched
from tests.news_wire import Press

PARTS, PART, BATCH = 10, 10_000, 250


def parts() -> Iterator[list[EnrichedArticle]]:
    """Presses of their own, one after another, so that they need not all be in memory."""
    for part in range(PARTS):
        reports = Press(100 + part).reports(PART)
        yield [enriched(part * PART + number, report) for number, report in enumerate(reports)]


@pytest.mark.bench
def test_articles_are_stored_in_batches(database: Database) -> None:
    spent, busy, rates = 0.0, 0.0, []
    for documents in parts():
        gc.collect()
        gc.freeze()  # The documents of a worker are not all in its memory at once.
        begun, cpu = perf_counter(), process_time()
        for at in range(0, PART, BATCH):
            with database.write() as tx:
                publish_all(tx, documents[at : at + BATCH])
        rates.append(PART / (perf_counter() - begun))
        spent, busy = spent + PART / rates[-1], busy + process_time() - cpu
    number = PARTS * PART
    print(
        f"\n{database.url.get_backend_name()}: {number / spent:.0f} articles/s, {1000 * busy / number:.2f} ms CPU "
        f"each; by {PART:,}: {', '.join(f'{rate:.0f}' for rate in rates)}/s",
        file=sys.stderr,
    )
    assert min(rates) > 0
