"""The fleet's site memory: shared, bounded, and not forgotten with Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store.database import Database, sqlite_url
from workers import site_memory
from workers.redis_server import EmbeddedRedis, connect
from workers.site_memory import BLOCKS, SAVE_EVERY, RedisSiteMemory, _keys

PRINTS = [f"{i:016x}" for i in range(3)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    found = EmbeddedRedis(tmp_path_factory.mktemp("home"))
    found.ensure()
    yield found
    found.stop()


@pytest.fixture
def memory(server: EmbeddedRedis, tmp_path: Path) -> RedisSiteMemory:
    client = connect(server.url)
    client.flushall()
    return RedisSiteMemory(client, Database(sqlite_url(tmp_path / "copydesk.db")).migrate())


def test_it_counts_other_articles_of_the_same_site(memory: RedisSiteMemory) -> None:
    assert memory.seen("a.example", PRINTS, "1") == [0, 0, 0]
    assert memory.seen("a.example", PRINTS[:2], "2") == [1, 1]
    assert memory.seen("a.example", PRINTS, "3") == [2, 2, 1]
    assert memory.seen("b.example", PRINTS, "1") == [0, 0, 0]


def test_the_same_article_again_is_no_other_article(memory: RedisSiteMemory) -> None:
    for _ in range(5):
        assert memory.seen("a.example", PRINTS, "1") == [0, 0, 0]


def test_two_workers_share_it(memory: RedisSiteMemory, server: EmbeddedRedis) -> None:
    other = RedisSiteMemory(connect(server.url), memory._database)
    memory.seen("a.example", PRINTS, "1")
    assert other.seen("a.example", PRINTS, "2") == [1, 1, 1]


def test_it_outlives_a_redis_that_loses_all(memory: RedisSiteMemory) -> None:
    for i in range(SAVE_EVERY):
        memory.seen("a.example", PRINTS, str(i))
    memory._redis.flushall()
    assert min(memory.seen("a.example", PRINTS, "new")) >= site_memory.MOST


def test_it_is_bounded_and_forgets_what_is_no_longer_said(memory: RedisSiteMemory) -> None:
    memory.seen("a.example", ["f" * 16], "old")
    for i in range(60):
        memory.seen("a.example", [f"{i:08x}{j:08x}" for j in range(400)], str(i))
    sizes = [memory._redis.hlen(key) for key in _keys("a.example")]
    assert max(sizes) <= BLOCKS + 402
    assert memory.seen("a.example", ["f" * 16], "new") == [0]
