"""The change feed: every change once and in order, whoever writes meanwhile."""

import json
import multiprocessing
import signal
import sys
import time
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from pipeline.documents import Article, EnrichedArticle, Enrichment
from pipeline.errors import StoreDamagedError, UnavailableError
from pipeline.store.database import Database
from pipeline.store.feed import Reader, changed_articles, changes, followed, last_seq
from pipeline.store.publishing import publish
from tests.commands import Copydesk
from tests.pages import make_pages
from tests.waiting import wait_for

WRITERS = 4


def enriched(key: str, body: str, **found: Any) -> EnrichedArticle:
    url = f"https://news.example/{key}"
    article = Article(id=key, url=url, requested_url=url, canonical_url=url, headline=key, body=body)
    return EnrichedArticle(article=article, enrichment=Enrichment(**found))


def write(url: str, name: int, seconds: float) -> None:
    """New articles and new versions in transactions of some, held open for a moment before they are committed."""
    database, chance, number = Database(url), Random(name), 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with database.write() as tx:
            for _ in range(chance.randrange(1, 5)):
                number += 1
                publish(tx, enriched(f"{name}-{number % 50}", f"text {number}"))
            time.sleep(chance.uniform(0, 0.02))  # commits come in another order than begins
    database.close()


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.bench)])
def test_a_reader_misses_nothing_while_four_processes_write(store_url: str, seconds: float) -> None:
    database = Database(store_url).migrate()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(store_url, name, seconds)) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    reader, meanwhile = Reader(database, page=50), 0

    def is_over() -> bool:
        """Over is what has nothing new after the writers ended."""
        nonlocal meanwhile
        if any(writer.is_alive() for writer in writers):
            meanwhile = len(seen)
            return False
        with database.read() as tx:
            return not changes(tx, after=reader.seq, limit=1)

    for stored in reader.follow(until=is_over):
        seen.append(stored.seq)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with database.read() as tx:
        assert seen == list(range(1, last_seq(tx) + 1))
    database.close()
    assert meanwhile > len(seen) / 2, "it read while they wrote"
    print(f"{len(seen)} changes by {WRITERS} writers, each seen once and in order", file=sys.stderr)


def test_each_change_has_the_version_that_came_then(database: Database) -> None:
    for body in ("one", "two"):
        with database.write() as tx:
            publish(tx, enriched("a", body))
    with database.write() as tx:
        publish(tx, enriched("a", "two", keywords=("better",)), again=True)
    with database.read() as tx:
        rows, found = changes(tx, after=0), changed_articles(tx, after=0)
        assert changes(tx, after=2, limit=1) == rows[2:]
        assert changed_articles(tx, after=2, limit=1) == found[2:]
        assert changes(tx, after=3) == changed_articles(tx, after=3) == []
    assert [(each.seq, each.version, each.kind) for each in rows] == [
        (1, 1, "new"),
        (2, 2, "changed"),
        (3, 2, "changed"),
    ]
    assert [(each.seq, each.version, each.article.body) for each in found] == [
        (1, 1, "one"),
        (2, 2, "two"),
        (3, 2, "two"),
    ]
    assert found[2].enrichment.keywords == ("better",)


def test_a_new_article_that_was_read_again_is_changed(database: Database) -> None:
    for number, words in enumerate((("old",), ("better",))):
        with database.write() as tx:
            publish(tx, enriched("a", "one", keywords=words), again=bool(number))
    with database.read() as tx:
        assert [(each.version, each.kind) for each in changes(tx, after=0)] == [(1, "new"), (1, "changed")]


def test_a_reader_goes_on_where_another_stopped(database: Database) -> None:
    with database.write() as tx:
        for number in range(7):
            publish(tx, enriched(f"a{number}", f"text {number}"))
    first = Reader(database, page=3)
    assert [stored.seq for _, stored in zip(range(4), first, strict=False)] == [1, 2, 3, 4]
    assert [stored.seq for stored in Reader(database, first.seq)] == [5, 6, 7]
    follower = Reader(database, 5, page=1)
    assert [stored.seq for stored in follower.follow(until=lambda: follower.seq == 7)] == [6, 7]


def test_a_follower_waits_for_a_store_that_is_away() -> None:
    """As a server that is restarted: looks fail for a while, and then go on."""
    looks: list[object] = [[1], UnavailableError("gone"), UnavailableError("gone"), [2], [], UnavailableError("x"), [3]]
    told: list[str] = []

    def look() -> list[int]:
        found = looks.pop(0)
        if isinstance(found, UnavailableError):
            raise found
        assert isinstance(found, list)
        return found

    pages = followed(look, until=lambda: not looks, away=lambda exc: told.append(str(exc)))
    assert [each for page in pages for each in page] == [1, 2, 3]
    assert told == ["gone", "x"], "once each time"
    looks = [UnavailableError("gone")]
    with pytest.raises(UnavailableError):
        list(followed(look, until=lambda: False))
    looks = [StoreDamagedError("replaced")]
    with pytest.raises(StoreDamagedError):
        list(followed(look, until=lambda: False, away=lambda exc: None))


def test_tail_shows_what_came_and_what_comes(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "first", 3)
    copydesk("run", "first")
    lines = [json.loads(line) for line in copydesk("tail", "--jsonl").stdout.splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3]
    assert lines == copydesk.articles()
    assert [json.loads(line)["seq"] for line in copydesk("tail", "--since", "2", "--jsonl").stdout.splitlines()] == [3]
    assert "new" in copydesk("tail", "--since", "2").stdout

    following = copydesk.start("tail", "--since", "3", "--follow", "--jsonl")
    make_pages(copydesk.folder / "more", 2, seed=1)
    copydesk("run", "more")
    assert following.stdout is not None
    assert [json.loads(following.stdout.readline())["seq"] for _ in range(2)] == [4, 5]
    following.send_signal(signal.SIGINT)
    wait_for(lambda: following.poll() is not None)
    assert following.returncode == 130
    following.communicate()


def test_a_follower_survives_a_store_that_is_away(copydesk: Copydesk, postgres: str, postgres_url: str) -> None:
    copydesk.environment = {"COPYDESK_STORE_URL": postgres_url}
    database, name = Database(postgres_url).migrate(), make_url(postgres_url).database
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    following = copydesk.start("tail", "--follow", "--jsonl")
    assert following.stdout is not None
    assert following.stderr is not None
    with database.write() as tx:
        publish(tx, enriched("a", "one"))
    assert json.loads(following.stdout.readline())["seq"] == 1
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
        assert following.stderr.readline().endswith("; waiting\n")
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    admin.dispose()
    database.close()
    database = Database(postgres_url)
    with database.write() as tx:
        publish(tx, enriched("a", "two"))
    database.close()
    assert json.loads(following.stdout.readline())["seq"] == 2
    following.send_signal(signal.SIGINT)
    wait_for(lambda: following.poll() is not None)
    assert (following.returncode, following.communicate()[1]) == (130, "")


@pytest.mark.parametrize("words", [("--since", "-1"), ("--since", "x"), ("--sometimes",)])
def test_wrong_words(copydesk: Copydesk, words: tuple[str, ...]) -> None:
    assert copydesk("tail", *words).returncode == 2


def test_an_empty_store_has_no_changes(copydesk: Copydesk) -> None:
    done = copydesk("tail", "--jsonl")
    assert (done.returncode, done.stdout) == (0, "")
