"""Stored articles read again, without the net: what is shown before, and what becomes of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from pipeline.documents import Article, EnrichedArticle, Enrichment, StoredArticle
from pipeline.store import again
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from pipeline.store.schema import articles, feed, versions
from tests.commands import Copydesk, balanced
from tests.pages import make_pages
from tests.waiting import wait_for

COUNT = 3


def enriched(key: str, body: str, **found: Any) -> EnrichedArticle:
    url = "https://news.example/a"
    article = Article(id=key, url=url, requested_url=url, canonical_url=url, headline="H", body=body)
    return EnrichedArticle(article=article, enrichment=Enrichment(**found))


def put(database: Database, document: EnrichedArticle, *, read_again: bool = False) -> StoredArticle | str:
    with database.write() as tx:
        return publish(tx, document, again=read_again)


def test_other_findings_in_the_same_text_take_the_place_of_the_old_ones(database: Database) -> None:
    first = put(database, enriched("a1", "One. Two.", keywords=("old",)))
    assert isinstance(first, StoredArticle)
    assert put(database, enriched("a2", "One. Two.", keywords=("new",))) == "a1", "unless it is read again: a duplicate"
    again_ = put(database, enriched("a3", "One. Two.", keywords=("new",)), read_again=True)
    assert isinstance(again_, StoredArticle)
    assert (again_.article.id, again_.version, again_.seq) == ("a1", 1, 2)
    assert put(database, enriched("a4", "One. Two.", keywords=("new",)), read_again=True) == "a1", "nothing is new"
    stored = ArticleStore(database).get("a1")
    assert stored is not None
    assert stored.enrichment.keywords == ("new",)
    assert [each.seq for each in ArticleStore(database)] == [2]


def test_another_text_is_a_new_version(database: Database) -> None:
    put(database, enriched("a1", "One. Two."))
    after = put(database, enriched("a2", "One. Two. Three."), read_again=True)
    assert isinstance(after, StoredArticle)
    assert (after.article.id, after.version, after.seq) == ("a1", 2, 2)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({"headline": None}, {"headline": "H"}, {"headline": "gained"}),
        ({"topics": [1]}, {"topics": []}, {"topics": "lost"}),
        ({"body": "a"}, {"body": "b"}, {"body": "changed"}),
        ({"seq": 1, "stored_at": "x", "cluster_id": "a"}, {"seq": 2, "stored_at": "y", "cluster_id": "b"}, {}),
        ({}, {"new_field": []}, {"new_field": "gained"}),
    ],
)
def test_changes_are_told_by_kind(before: dict[str, Any], after: dict[str, Any], kinds: dict[str, str]) -> None:
    assert {change.field: change.kind for change in again.changes(before, after)} == kinds


@pytest.fixture
def desk(copydesk: Copydesk) -> Copydesk:
    make_pages(copydesk.folder / "pages", COUNT)
    assert copydesk("run", "pages").returncode == 0
    return copydesk


def damaged(desk: Copydesk, **changed: Any) -> None:
    """Make the stored articles what an older Copydesk might have found."""
    database = Database(desk.store_url)
    with database.write() as tx:
        for row in tx.execute(select(versions)).all():
            article = row.document["article"] | changed.get("article", {})
            document = row.document | {"article": article}
            document["enrichment"] = document["enrichment"] | changed.get("enrichment", {})
            tx.execute(update(versions).where(versions.c.article_id == row.article_id).values(document=document))
        if "article" in changed:
            tx.execute(update(articles).values(content_hash=articles.c.id))
    database.close()


def work(desk: Copydesk) -> None:
    worker = desk.start("worker", "-c", "1")
    wait_for(lambda: desk.account().in_flight == 0)
    worker.terminate()
    worker.communicate(timeout=60)


def report(desk: Copydesk, *words: str) -> dict[str, Any]:
    done = desk("reprocess", "--dry-run", "--json", *words)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def feed_length(desk: Copydesk) -> int:
    database = Database(desk.store_url)
    with database.read() as tx:
        return len(tx.execute(select(feed)).all())


@pytest.mark.parametrize("start", ["clean", "enrich"])
def test_by_the_same_rules_nothing_changes(desk: Copydesk, start: str) -> None:
    for page in (desk.folder / "pages").iterdir():
        page.unlink()  # nothing is read but the archive
    found = report(desk, "--from", start)
    assert (found["chosen"], found["read"], found["unchanged"], found["fields"]) == (COUNT, COUNT, COUNT, {})
    assert feed_length(desk) == COUNT, "a dry run writes nothing"


def test_what_is_found_now_comes_into_the_store(desk: Copydesk) -> None:
    good = {each["id"]: each for each in desk.articles()}
    damaged(desk, enrichment={"topics": [], "keywords": ["worse"]})
    found = report(desk, "--from", "enrich")
    assert found["fields"]["keywords"] == {"changed": COUNT}
    assert (
        found["fields"].get("topics", {}).get("gained") == sum(bool(each["topics"]) for each in good.values()) or None
    )
    assert desk("reprocess", "--from", "enrich").stderr.startswith(f"{COUNT} queued")
    assert desk("reprocess", "--from", "enrich").stderr.startswith("0 queued"), "they are on their way"
    work(desk)
    for each in desk.articles():
        before = good[each["id"]]
        assert (each["version"], each["keywords"], each["topics"]) == (1, before["keywords"], before["topics"])
    state = desk.status()
    assert balanced(state)
    assert (state["accepted"], state["stored"]) == (2 * COUNT, 2 * COUNT)


def test_a_body_that_is_read_otherwise_is_a_new_version(desk: Copydesk) -> None:
    good = {each["id"]: each for each in desk.articles()}
    damaged(desk, article={"body": "Less.", "headline": None})
    found = report(desk, "--from", "clean", "--sample", "2")
    assert (found["chosen"], found["read"]) == (COUNT, 2)
    assert found["fields"]["headline"] == {"gained": 2}
    assert "body" in desk("reprocess", "--from", "clean", "--dry-run").stdout
    desk("reprocess", "--from", "clean")
    work(desk)
    for each in desk.articles():
        assert (each["version"], each["body"]) == (2, good[each["id"]]["body"])


def test_filters_and_wrong_words(desk: Copydesk) -> None:
    site = desk.articles()[0]["domain"]
    assert report(desk, "--from", "enrich", "--site", site)["chosen"] == 1
    assert report(desk, "--from", "enrich", "--language", "fi")["chosen"] == 0
    assert report(desk, "--from", "enrich", "--published-since", "2025-01", "--published-until", "2024")["chosen"] == 0
    assert desk("reprocess").returncode == 2
    assert desk("reprocess", "--from", "store").returncode == 2


def test_articles_whose_page_is_gone_are_left_out(desk: Copydesk, tmp_path: Path) -> None:
    database = Database(desk.store_url)
    from pipeline.store.schema import pages

    with database.write() as tx:
        tx.execute(pages.delete().where(pages.c.document_id == desk.articles()[0]["id"]))
    database.close()
    assert report(desk, "--from", "clean")["chosen"] == COUNT - 1
    assert report(desk, "--from", "enrich")["chosen"] == COUNT
