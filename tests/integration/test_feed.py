"""The change feed: every change once and in order, whoever writes meanwhile."""

import json
import multiprocessing
import signal
import sys
import time
from random import Random
from typing import Any

import pytest

from pipeline.documents import Article, EnrichedArticle, Enrichment
from pipeline.store.articles import publish
from pipeline.store.database import Database
from pipeline.store.feed import changes, last_seq
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
    looks = 0
    while True:
        is_over = not any(writer.is_alive() for writer in writers)
        with database.read() as tx:
            found = changes(tx, after=seen[-1] if seen else 0, limit=50)
        seen += [stored.seq for stored in found]
        looks += bool(found)
        if is_over and not found:
            break
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with database.read() as tx:
        assert seen == list(range(1, last_seq(tx) + 1))
    database.close()
    assert looks > 10, "it read while they wrote"
    print(f"{len(seen)} changes by {WRITERS} writers, seen once and in order in {looks} looks", file=sys.stderr)


def test_each_change_has_the_version_that_came_then(database: Database) -> None:
    for body in ("one", "two"):
        with database.write() as tx:
            publish(tx, enriched("a", body))
    with database.write() as tx:
        publish(tx, enriched("a", "two", keywords=("better",)), again=True)
    with database.read() as tx:
        found = changes(tx, after=0)
        assert changes(tx, after=2, limit=1) == found[2:]
        assert changes(tx, after=3) == []
    assert [(each.seq, each.version, each.article.body) for each in found] == [
        (1, 1, "one"),
        (2, 2, "two"),
        (3, 2, "two"),
    ]
    assert found[2].enrichment.keywords == ("better",)


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


@pytest.mark.parametrize("words", [("--since", "-1"), ("--since", "x"), ("--sometimes",)])
def test_wrong_words(copydesk: Copydesk, words: tuple[str, ...]) -> None:
    assert copydesk("tail", *words).returncode == 2


def test_an_empty_store_has_no_changes(copydesk: Copydesk) -> None:
    done = copydesk("tail", "--jsonl")
    assert (done.returncode, done.stdout) == (0, "")
