"""The door for those who read the store from Python."""

import threading
from typing import get_type_hints

import pytest

from pipeline.documents import Article, EnrichedArticle, Enrichment, StoredArticle
from pipeline.store import ArticleStore, Selection, open_store
from pipeline.store.articles import PAGE
from pipeline.store.database import Database
from pipeline.store.publishing import publish


def put(database: Database, name: str, body: str, domain: str = "news.example") -> None:
    url = f"https://{domain}/{name}"
    article = Article(id=name, url=url, requested_url=url, canonical_url=url, domain=domain, body=body)
    with database.write() as tx:
        publish(tx, EnrichedArticle(article=article, enrichment=Enrichment()))


@pytest.fixture
def filled(store_url: str, database: Database) -> str:
    for name, body in [("a", "one"), ("b", "first"), ("a", "two"), ("a", "three")]:
        put(database, name, body)
    put(database, "c", "other", "other.example")
    return store_url


def test_reading(filled: str) -> None:
    with open_store(filled) as store:
        assert [stored.article.id for stored in store] == ["b", "a", "c"], "each once, where it changed last"
        assert [stored.seq for stored in store.since(4)] == [5]
        assert [stored.article.id for stored in store.select(Selection(site="other.example"))] == ["c"]
        assert len(store) == 3
        current, first = store.get("a"), store.get("https://news.example/a", version=1)
        assert current is not None
        assert first is not None
        assert (current.version, first.article.body) == (3, "one")
        assert store.get("nothing") is None


@pytest.mark.parametrize("key", ["a", "https://news.example/a"])
def test_versions(filled: str, key: str) -> None:
    with open_store(filled) as store:
        assert [(stored.version, stored.article.body) for stored in store.versions(key)] == [
            (1, "one"),
            (2, "two"),
            (3, "three"),
        ]
        assert list(store.versions("nothing")) == []


def test_more_versions_than_a_page(database: Database) -> None:
    for number in range(PAGE + 3):
        put(database, "a", f"text {number}")
    assert [stored.version for stored in ArticleStore(database).versions("a")] == list(range(1, PAGE + 4))


def test_following_gives_every_version_and_what_comes(filled: str, database: Database) -> None:
    stop = threading.Event()
    later = threading.Timer(0.2, lambda: (put(database, "d", "new"), put(database, "a", "four")))
    with open_store(filled) as store:
        later.start()
        seen: list[StoredArticle] = []
        for stored in store.follow(1, until=stop.is_set):
            seen.append(stored)
            if stored.seq == 7:
                stop.set()
    later.join()
    assert [(stored.seq, stored.article.id, stored.version) for stored in seen] == [
        (2, "b", 1), (3, "a", 2), (4, "a", 3), (5, "c", 1), (6, "d", 1), (7, "a", 4),
    ]  # fmt: skip


def test_the_door_is_typed() -> None:
    assert get_type_hints(open_store)["return"] is ArticleStore
    assert get_type_hints(ArticleStore.get)["return"] == StoredArticle | None
