"""Copies and clusters found in 10,000 reports whose truth is known, through the real store, and what that costs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from time import process_time

import pytest

from pipeline.documents import Article, EnrichedArticle, Enrichment, Entity, StoredArticle
from pipeline.enrich.fingerprint import fingerprint
from pipeline.enrich.text import Text
from pipeline.store import publishing
from pipeline.store.database import Database, sqlite_url
from tests.news_wire import Press, Report

REPORTS, BATCH = 10_000, 32


def enriched(number: int, report: Report) -> EnrichedArticle:
    site = f"house{number % 97}.example"
    url = f"https://{site}/{number}"
    article = Article(
        id=f"a{number}", url=url, requested_url=url, canonical_url=url, domain=site, headline=report.headline,
        body=report.body, language="en", date_published=report.at.isoformat(),
    )  # fmt: skip
    entities = tuple(
        Entity(name=name, type="person", mentions=(), salience=1 - rank / 20) for rank, name in enumerate(report.names)
    )
    sketch = fingerprint(Text(article), Enrichment())
    return EnrichedArticle(article=article, enrichment=Enrichment(language="en", entities=entities, fingerprint=sketch))


def stored_in(folder: Path, documents: Sequence[EnrichedArticle]) -> tuple[list[StoredArticle], float]:
    """Everything as it was stored, and the CPU seconds of the transactions."""
    folder.mkdir()
    database = Database(sqlite_url(folder / "copydesk.db")).migrate()
    begin, found = process_time(), []
    for at in range(0, len(documents), BATCH):
        with database.write() as tx:
            found += publishing.publish_all(tx, documents[at : at + BATCH])
    spent = process_time() - begin
    database.close()
    return [one for one in found if isinstance(one, StoredArticle)], spent


def pairs(groups: Iterable[object]) -> set[tuple[int, int]]:
    """The pairs of places with the same value, ``None`` apart."""
    places: dict[object, list[int]] = {}
    for place, group in enumerate(groups):
        if group is not None:
            places.setdefault(group, []).append(place)
    return {pair for together in places.values() for pair in combinations(together, 2)}


@pytest.mark.bench
@pytest.mark.parametrize("seed", [1, 2])
def test_copies_and_clusters_are_found(tmp_path: Path, seed: int) -> None:
    reports = Press(seed).reports(REPORTS)
    stored, _ = stored_in(tmp_path / "store", [enriched(*pair) for pair in enumerate(reports)])
    assert len(stored) == REPORTS
    wire = {f"a{number}": report.wire for number, report in enumerate(reports)}
    originals = [one.enrichment.near_duplicate_of for one in stored]
    first = {report.wire: number for number, report in reversed(list(enumerate(reports)))}
    copies = [number for number, report in enumerate(reports) if first[report.wire] != number]
    right = sum(original is not None and wire[original] == reports[at].wire for at, original in enumerate(originals))
    claimed = sum(original is not None for original in originals)
    events = pairs(report.event for report in reports)
    clusters = pairs(one.enrichment.cluster_id for one in stored)
    print(
        f"\nseed {seed}: {len(copies)} copies, recall {right / len(copies):.4f}, precision {right / claimed:.4f}; "
        f"pairs of one event {len(events)}, recall {len(events & clusters) / len(events):.3f}, "
        f"precision {len(events & clusters) / len(clusters):.3f}, "
        f"largest cluster {max(Counter(one.enrichment.cluster_id for one in stored).values())}"
    )
    assert right >= 0.95 * len(copies)
    assert right >= 0.99 * claimed


@pytest.mark.bench
def test_what_it_costs_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [enriched(*pair) for pair in enumerate(Press(3).reports(REPORTS))]
    _, with_stories = stored_in(tmp_path / "with", documents)
    monkeypatch.setattr(publishing, "placed", lambda tx, drafts: [draft.enrichment for draft in drafts])
    _, without = stored_in(tmp_path / "without", documents)
    sizes = [(tmp_path / name / "copydesk.db").stat().st_size for name in ("with", "without")]
    print(
        f"\n{1000 * with_stories / REPORTS:.2f} ms CPU an article with copies and clusters, "
        f"{1000 * without / REPORTS:.2f} without; {(sizes[0] - sizes[1]) / REPORTS:.0f} bytes an article"
    )
    assert sizes[0] > sizes[1], "the comparison was none"
