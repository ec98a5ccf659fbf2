"""What is a new article, a new version, a duplicate; and reading the store back."""

import threading

import pytest

from pipeline.documents import Article, Author, EnrichedArticle, Enrichment, StoredArticle
from pipeline.store import open_store
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.publishing import publish

URL = "https://news.example/a"


def enriched(document_id: str, url: str | None = URL, body: str = "Text.", **fields: object) -> EnrichedArticle:
    domain = url.split("/")[2] if url else None
    article = Article(
        id=document_id,
        url=url,
        requested_url=url,
        canonical_url=url,
        domain=domain,
        headline="Head",
        body=body,
        **fields,
    )
    return EnrichedArticle(article=article, enrichment=Enrichment(language="en"))


@pytest.fixture
def articles(database: Database) -> ArticleStore:
    return ArticleStore(database)


def put(database: Database, document: EnrichedArticle) -> StoredArticle | str:
    with database.write() as tx:
        return publish(tx, document)


def versions_of(articles: ArticleStore, key: str) -> list[tuple[int, str]]:
    found = [articles.get(key, version) for version in (1, 2, 3)]
    return [(stored.version, stored.article.body) for stored in found if stored]


def test_a_new_article_is_version_one(database: Database, articles: ArticleStore) -> None:
    stored = put(database, enriched("d1"))
    assert isinstance(stored, StoredArticle)
    assert (stored.seq, stored.version, stored.article.id) == (1, 1, "d1")
    assert articles.get("d1") == articles.get(URL) == stored
    assert len(articles) == 1


def test_the_same_text_again_is_a_duplicate(database: Database, articles: ArticleStore) -> None:
    put(database, enriched("d1"))
    assert put(database, enriched("d2")) == "d1"
    assert [s.seq for s in articles] == [1]


@pytest.mark.parametrize(
    "change",
    [{"body": "Other text."}, {"authors": (Author(name="Ann Other"),)}, {"description": "A new standfirst"}],
)
def test_changed_content_is_a_new_version_and_the_old_one_is_kept(
    database: Database, articles: ArticleStore, change: dict
) -> None:
    put(database, enriched("d1"))
    stored = put(database, enriched("d2", **change))
    assert isinstance(stored, StoredArticle)
    assert (stored.seq, stored.version, stored.article.id) == (2, 2, "d1")
    assert [version for version, _ in versions_of(articles, "d1")] == [1, 2]
    assert [s.seq for s in articles] == [2], "the feed's reader sees the newest once"


@pytest.mark.parametrize(
    ("first", "second", "is_copy"),
    [
        (URL, "https://news.example/print/a", True),
        (URL, "https://other.example/wire", False),
        (URL, None, True),
        (None, URL, True),
    ],
    ids=["print page", "wire copy on another site", "a file of a page", "a page of a file"],
)
def test_the_same_text_elsewhere(database: Database, first: str | None, second: str | None, is_copy: bool) -> None:
    put(database, enriched("d1", first))
    again = put(database, enriched("d2", second))
    assert (again == "d1") is is_copy


def test_seq_has_no_gap_with_several_writers(store_url: str) -> None:
    Database(store_url).migrate().close()

    def write(name: int) -> None:
        database = Database(store_url)
        for i in range(20):
            put(database, enriched(f"{name}-{i}", f"https://s{name}.example/{i}", f"Text {name} {i}"))
        database.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [stored.seq for stored in open_store(store_url)] == list(range(1, 81))


def test_reading_goes_on_where_it_left_off(database: Database, articles: ArticleStore) -> None:
    for i in range(450):
        put(database, enriched(f"d{i}", f"https://news.example/{i}", f"Text {i}"))
    assert [s.seq for s in articles.since(400)] == list(range(401, 451))
    assert len(list(articles)) == 450


def test_what_is_published_is_one_flat_object(database: Database) -> None:
    stored = put(database, enriched("d1"))
    assert isinstance(stored, StoredArticle)
    flat = stored.published()
    assert flat["headline"] == "Head"
    assert {"seq", "version", "stored_at", "entities", "quotes", "body", "provenance"} <= flat.keys()
