"""The read API and those who mean it no good: hostile values, wrong hosts, tokens, too much of anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from pipeline.errors import ConfigurationError, UnavailableError
from pipeline.store.database import Database
from pipeline.store.reading.bounded import bounded_read
from tests.serving import fill, serving
from workers.web.cursors import cursor_of
from workers.web.guard import access_to
from workers.web.limits import Buckets

TOKEN = "a-token-of-sixteen-letters"
HUGE = "1" + "0" * 400
HOSTILE = (
    "\0", "a\0b", "%ED%A0%80", "\ud800", "'; DROP TABLE articles; --", "%' OR '1'='1", "x" * 3000, HUGE, "-1", "1e9",
    "NaN", "\x1b[2J", "NEAR(a b)", '"', "(((((", "a* OR", "\u202e", "{}", "[]", "null", "\\", "%", "_", "\U0001f4a9",
    "2026-13-45", "0000-00-00", "9999999999999999999", "../../etc/passwd", "<script>alert(1)</script>",
)  # fmt: skip
ASKED = (
    ("articles", ("since", "until", "site", "language", "entity", "place", "topic", "author", "cursor", "limit",
                  "after", "fields", "order")),
    ("search", ("q", "entity", "cursor")),
    ("entities", ("type", "prefix", "cursor", "order", "newest")),
    ("places", ("country", "prefix", "cursor")),
    ("quotes", ("speaker", "cursor")),
    ("feed", ("after", "limit", "fields")),
    ("articles/a1", ("version", "fields")),
    ("articles/a1/versions", ("cursor",)),
    ("articles/a1/diff", ("version",)),
)  # fmt: skip


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    fill(database, 5)
    with serving(database, tmp_path) as found:
        yield found


def test_hostile_values_are_refused_or_find_nothing(client: httpx.Client) -> None:
    for path, names in ASKED:
        for name in names:
            for value in HOSTILE:
                params = {"q": "storm"} if path == "search" else {"speaker": "x"} if path == "quotes" else {}
                given = {**params, name: value.encode("utf-8", "surrogatepass")}
                answer = client.get(f"/api/v1/{path}", params=given)
                assert answer.status_code in (200, 404, 414, 422), (path, name, value, answer.text)
                if answer.status_code != 200:
                    assert answer.headers["Content-Type"] == "application/problem+json"
                    assert answer.json()["detail"]
    for value in HOSTILE:
        assert client.get(f"/api/v1/articles/{httpx.QueryParams({'a': value.encode('utf-8', 'surrogatepass')})}"[:-1])
        assert client.get("/api/v1/articles/" + "%00").status_code == 422


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("articles?sort=x", "no parameter"),
        ("articles?limit=1&limit=2", "more than once"),
        ("articles?limit=0", "limit"),
        ("articles?limit=201", "limit"),
        ("articles?fields=headline,secret", "secret"),
        ("articles?cursor=abc", "cursor"),
        ("articles?cursor=" + cursor_of("newest", 1, 2), "cursor"),
        ("articles?cursor=" + cursor_of("newest", "1"), "cursor"),
        ("articles?cursor=" + cursor_of("oldest", 1), "cursor"),
        ("articles?cursor=" + cursor_of("newest", -1), "cursor"),
        ("articles?since=yesterday", "no day"),
        ("search?q=storm&cursor=" + cursor_of("search", "9-9"), "cursor"),
        ("search?q=(storm", "search"),
        ("search", "q"),
        ("quotes?speaker=a&entity=b", "speaker"),
        ("places?country=fr", "country"),
        ("account?x=1", "no parameter"),
    ],
)
def test_what_is_wrong_is_said_in_a_word(client: httpx.Client, asked: str, word: str) -> None:
    answer = client.get(f"/api/v1/{asked}")
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert word in answer.json()["detail"]


def test_every_answer_has_its_headers(client: httpx.Client) -> None:
    for path in (
        "/api/v1/articles",
        "/api/v1/nothing",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/api",
        "/?" + "x" * 5000,
    ):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in headers
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        answer = client.request(method, "/api/v1/articles")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
        assert client.request(method, "/api/v1/articles", headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("LOCALHOST:99", 200), ("127.0.0.1", 200), ("[::1]:8000", 200), ("localhost.", 200),
     ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("a b", 421)],
)  # fmt: skip
def test_a_page_of_another_site_does_not_get_in_by_its_name(tmp_path: Path, host: str, status: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    with serving(database, tmp_path) as client:
        assert client.get("/livez", headers={"Host": host}).status_code == status
    database.close()


def test_a_token_opens_and_nothing_else(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    with serving(database, tmp_path, serve_token=TOKEN) as client:
        wrong: Any
        for wrong in (
            None,
            "",
            TOKEN,
            f"Basic {TOKEN}",
            f"Bearer {TOKEN}x",
            f"Bearer {TOKEN[:-1]}",
            "Bearer",
            "Bearer é",
        ):
            headers = {} if wrong is None else {"Authorization": wrong.encode()}
            answer = client.get("/api/v1/account", headers=headers)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), wrong
        assert client.get("/openapi.json").status_code == 401
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert client.get("/api/v1/account", headers=headers).status_code == 200
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").json()["detail"] == "not ready"
        assert "Redis" in client.get("/readyz", headers=headers).json()["detail"]
    database.close()


def test_other_addresses_demand_a_token() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "desk.example"):
        with pytest.raises(ConfigurationError, match="COPYDESK_SERVE_TOKEN"):
            access_to(host, None)
        assert access_to(host, TOKEN).hosts is None
    for host in ("127.0.0.1", "127.5.5.5", "::1", "localhost"):
        assert access_to(host, None).hosts is not None


def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    with serving(database, tmp_path, serve_rate=0.2, serve_burst=3) as client:
        answers = [client.get("/api/v1/feed") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 5
        assert client.get("/livez").status_code == 200
    database.close()


def test_buckets_fill_again_and_are_no_more_than_they_may() -> None:
    now = [0.0]
    buckets = Buckets(2, 3, clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait("b") == 0
    now[0] = 0.5
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 0.5]
    for number in range(10_001):
        buckets.wait(str(number))
    assert buckets.wait("a") == 0, "forgotten"


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
}


def test_a_long_question_is_given_up_and_nothing_can_be_written(database: Database) -> None:
    dialect = "sqlite" if database.is_sqlite else "postgresql"
    with pytest.raises(UnavailableError, match=r"longer than 0\.3 s"), bounded_read(database, 0.3) as tx:
        tx.execute(text(SLOW[dialect])).all()
    with pytest.raises(Exception, match=r"read.?only"), bounded_read(database, 5) as tx:
        tx.execute(text("DELETE FROM feed"))
    with database.write() as tx:
        tx.execute(text("DELETE FROM feed"))


def test_a_stopped_writer_blocks_no_reader(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    fill(database, 3)
    with serving(database, tmp_path) as client, database.write() as tx:
        tx.execute(text("UPDATE articles SET headline = 'x'"))
        assert client.get("/api/v1/articles", timeout=5).json()["items"][0]["headline"] == "Headline 2"
    database.close()
