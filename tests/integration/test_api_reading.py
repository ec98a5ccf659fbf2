"""The read API: what it answers, page by page, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.store.account import account
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from tests.serving import fill, report, serving

NUMBER = 30


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    fill(database, NUMBER)
    with serving(database, tmp_path) as found:
        yield found


def get(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pages(client: httpx.Client, path: str, **params: Any) -> list[list[Any]]:
    """All pages of a list."""
    found, cursor = [], {}
    while True:
        page = get(client, path, **params, **cursor)
        found.append(page["items"])
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def test_an_article_is_what_show_and_export_give(client: httpx.Client, database: Database) -> None:
    stored = ArticleStore(database).get("a7")
    assert stored is not None
    assert get(client, "articles/a7") == stored.published()
    assert get(client, "articles", limit=200)["items"] == [each.published() for each in ArticleStore(database)][::-1]
    assert get(client, "articles/a7", fields="headline") == {"id": "a7", "seq": 8, "headline": "Headline 7"}


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({}, lambda n: True),
        ({"site": "site1.example"}, lambda n: n % 2),
        ({"language": "fr"}, lambda n: not n % 2),
        ({"entity": "bjorn ek"}, lambda n: n % 3 == 1),
        ({"entity": "Björn Ek", "place": "lyon"}, lambda n: n % 3 == 1 and n % 2),
        ({"topic": "medtop:17000000", "author": "Reporter 2"}, lambda n: n % 5 == 2),
        ({"since": "2026-05-11", "until": "2026-05-20"}, lambda n: 10 <= n % 28 < 19),
        ({"after": "20"}, lambda n: n >= 20),
        ({"entity": "nobody"}, lambda n: False),
    ],
    ids=lambda value: "&".join(value) or "all" if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_articles_are_chosen_and_paged(client: httpx.Client, filters: dict[str, str], fits: Any, order: str) -> None:
    expected = [f"a{n}" for n in range(NUMBER) if fits(n)]
    found = pages(client, "articles", limit=4, fields="id", order=order, **filters)
    assert [item["id"] for page in found for item in page] == (expected[::-1] if order == "newest" else expected)
    assert all(len(page) == 4 for page in found[:-1])


def test_pages_stand_still_while_articles_come(client: httpx.Client, database: Database) -> None:
    first = get(client, "articles", limit=10)
    fill(database, 5, first=NUMBER)
    second = get(client, "articles", limit=10, cursor=first["next"])
    assert [item["id"] for item in second["items"]] == [f"a{n}" for n in range(19, 9, -1)]


def test_a_page_ends_where_it_grows_too_large(client: httpx.Client, database: Database) -> None:
    with database.write() as tx:
        for number in range(3):
            publish(tx, report(NUMBER + number, body=f"{number} " + "long " * 300_000))
    found = pages(client, "articles", limit=3, after=NUMBER, fields="body")
    assert [len(page) for page in found] == [2, 1]


def test_versions_tags_and_differences(client: httpx.Client, database: Database) -> None:
    tag = client.get("/api/v1/articles/a3").headers["ETag"]
    assert tag == '"1-4"'
    for given, status in ((tag, 304), (f'"x", W/{tag}', 304), ("*", 304), ('"1-3"', 200)):
        assert client.get("/api/v1/articles/a3", headers={"If-None-Match": given}).status_code == status
    with database.write() as tx:
        publish(tx, report(3, body="Storm number3 went.\n\nBjörn Ek spoke in Lyon. And more came."))
    now = client.get("/api/v1/articles/a3", headers={"If-None-Match": tag})
    assert (now.status_code, now.headers["ETag"], now.json()["version"]) == (200, '"2-31"', 2)
    old = client.get("/api/v1/articles/a3", params={"version": 1}, headers={"If-None-Match": tag})
    assert old.status_code == 304
    assert [row["version"] for page in pages(client, "articles/a3/versions", limit=1) for row in page] == [1, 2]
    diff = get(client, "articles/a3/diff", version=2)
    assert (diff["before"], diff["after"], diff["paragraphs"][0]["kind"]) == (1, 2, "changed")
    for path in ("a3/diff?version=1", "a3/diff?version=9", "a3?version=9", "nobody", "nobody/versions", "nobody/diff"):
        answer = client.get(f"/api/v1/articles/{path}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json"), path


def test_search_in_pages(client: httpx.Client) -> None:
    found = pages(client, "search", q="storm came", limit=7, entity="Ann Ware")
    assert sorted(item["id"] for page in found for item in page) == sorted(f"a{n}" for n in range(0, NUMBER, 3))
    first = found[0][0]
    assert [first["snippet"]["text"][mark["start"] : mark["end"]] for mark in first["snippet"]["marks"]][:1] == [
        "Storm"
    ]


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    [
        ("entities", {"type": "person"}, [("Ann Ware", 10), ("Björn Ek", 10), ("Chidi Okoye", 10)]),
        ("entities", {"newest": 2}, [("Chidi Okoye", 1), ("Björn Ek", 1), ("Leeds", 1), ("Lyon", 1)]),
        ("entities", {"prefix": "BJÖ"}, [("Björn Ek", 10)]),
        ("entities", {"order": "alphabetical", "type": "place", "limit": 1}, [("Leeds", 15), ("Lyon", 15)]),
        ("entities", {"order": "alphabetical", "prefix": "l", "limit": 1}, [("Leeds", 15), ("Lyon", 15)]),
        ("places", {"country": "FR"}, [("Lyon", 15)]),
        ("places", {"order": "alphabetical"}, [("Leeds", 15), ("Lyon", 15)]),
        ("places", {"prefix": "%"}, [("Leeds", 15), ("Lyon", 15)]),
    ],
    ids=str,
)
def test_names_are_counted(client: httpx.Client, path: str, asked: dict[str, Any], expected: list[Any]) -> None:
    found = [(item["name"], item["articles"]) for page in pages(client, path, **asked) for item in page]
    assert sorted(found) == sorted(expected)


def test_quotes_by_their_speaker(client: httpx.Client) -> None:
    found = pages(client, "quotes", speaker="bjorn ek", limit=3, site="site1.example")
    expected = [f"a{n}" for n in range(NUMBER - 1, -1, -1) if n % 3 == 1 and n % 2]
    assert [quote["article_id"] for page in found for quote in page] == expected
    assert found[0][0]["speaker"] == "Björn Ek"
    assert pages(client, "quotes", speaker="Leeds") == [[]]


def test_the_timeline_of_a_story(client: httpx.Client, database: Database) -> None:
    with database.read() as tx:
        clusters = {each.article.id: each.enrichment.cluster_id for each in ArticleStore(database)}
        accepted = account(tx).accepted
    cluster = clusters["a0"]
    reports = get(client, f"stories/{cluster}")["items"]
    assert {each["id"] for each in reports} == {key for key, value in clusters.items() if value == cluster}
    assert {each["id"] for each in get(client, "articles", story=cluster, limit=200)["items"]} == {
        each["id"] for each in reports
    }
    assert [each["date_published"] for each in reports] == sorted(each["date_published"] for each in reports)
    assert client.get("/api/v1/stories/nobody").status_code == 404
    assert get(client, "account")["accepted"] == accepted == 0


def test_the_feed_in_pages(client: httpx.Client, database: Database) -> None:
    first = get(client, "feed", after=5, limit=10, fields="headline")
    assert ([item["seq"] for item in first["items"]], first["next"], first["is_last"]) == (
        list(range(6, 16)), 15, False,
    )  # fmt: skip
    rest = get(client, "feed", after=15)
    assert (len(rest["items"]), rest["next"], rest["is_last"]) == (15, 30, True)
    assert get(client, "feed", after=30) == {"items": [], "next": 30, "is_last": True}
    with database.write() as tx:
        publish(tx, report(0, body="Storm number0 went."))
    assert [(item["id"], item["version"]) for item in get(client, "feed", after=30)["items"]] == [("a0", 2)]


def test_the_page_of_the_api_asks_nothing_of_others(client: httpx.Client) -> None:
    page = client.get("/api")
    assert page.status_code == 200
    assert "/api/v1/quotes" in page.text
    assert "://" not in page.text
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
