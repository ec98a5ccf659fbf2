"""100,000 articles put into the store in batches, with copies, clusters and the search index: articles a second.

Two rates: of one writer that does all of it, and of the transactions, which no two writers have open at a time: the
most that a store takes in, however many prepare articles for it.
"""

import gc
import sys
from collections.abc import Iterator
from time import perf_counter, process_time

import pytest

from pipeline.documents import EnrichedArticle
from pipeline.store.database import Database
from pipeline.store.preparing import prepare
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
    spent, busy, locked, rates = 0.0, 0.0, 0.0, []
    dialect = database.url.get_backend_name()
    for documents in parts():
        gc.collect()
        gc.freeze()  # The documents of a worker are not all in its memory at once.
        begun, cpu = perf_counter(), process_time()
        for at in range(0, PART, BATCH):
            ready = [prepare(document, dialect) for document in documents[at : at + BATCH]]
            entered = perf_counter()
            with database.write() as tx:
                publish_all(tx, ready)
            locked += perf_counter() - entered
        rates.append(PART / (perf_counter() - begun))
        spent, busy = spent + PART / rates[-1], busy + process_time() - cpu
    number = PARTS * PART
    print(
        f"\n{database.url.get_backend_name()}: {number / spent:.0f} articles/s, {1000 * busy / number:.2f} ms CPU "
        f"each; {number / locked:.0f}/s in transactions; by {PART:,}: {', '.join(f'{rate:.0f}' for rate in rates)}/s",
        file=sys.stderr,
    )
    assert min(rates) > 0
