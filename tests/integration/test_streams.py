"""The change feed in a real Redis' streams: each change once, in order, whoever writes and whatever is lost."""

from collections.abc import Iterator

import orjson
import pytest
import redis

from pipeline.documents import Article, EnrichedArticle, Enrichment
from pipeline.errors import UnavailableError, UsageError
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from tests.commands import Copydesk
from workers.redis_server import EmbeddedRedis, connect
from workers.streams import Stream, feed_into


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    found = EmbeddedRedis(tmp_path_factory.mktemp("home"))
    found.ensure()
    yield found
    found.stop()


@pytest.fixture
def client(server: EmbeddedRedis) -> Iterator["redis.Redis"]:
    found = connect(server.url)
    found.flushall()
    yield found
    found.close()


@pytest.fixture
def store(copydesk: Copydesk) -> Iterator[Database]:
    copydesk.home.mkdir()
    found = Database(copydesk.store_url).migrate()
    yield found
    found.close()


def put(database: Database, *numbers: int) -> None:
    with database.write() as tx:
        for number in numbers:
            url = f"https://news.example/{number}"
            article = Article(id=f"d{number}", url=url, requested_url=url, canonical_url=url, body=f"Text {number}.")
            publish(tx, EnrichedArticle(article=article, enrichment=Enrichment()))


def entries(client: "redis.Redis", name: str = "news") -> list[int]:
    return [int(fields[b"seq"]) for _, fields in client.xrange(f"copydesk:stream:{name}")]


def test_a_stream_goes_on_where_it_ended(client: "redis.Redis", store: Database) -> None:
    stream = Stream(client, "news")
    assert feed_into(stream, store) == []
    put(store, *range(5))
    assert [stored.seq for stored in feed_into(stream, store)] == [1, 2, 3, 4, 5]
    assert feed_into(Stream(client, "news"), store) == []
    put(store, 5)
    assert [stored.seq for stored in feed_into(Stream(client, "news"), store, since=1)] == [6], "since: for a new one"
    assert entries(client) == [1, 2, 3, 4, 5, 6]
    ((_, fields),) = client.xrevrange(stream.key, count=1)
    published = orjson.loads(fields[b"article"])
    assert (published["id"], published["seq"], fields[b"url"]) == ("d5", 6, b"https://news.example/5")
    assert [stored.seq for stored in feed_into(Stream(client, "late"), store, since=4)] == [5, 6]


def test_trimmed_and_deleted_entries_do_not_come_again(client: "redis.Redis", store: Database) -> None:
    put(store, *range(250))
    stream = Stream(client, "news", most=100)
    while feed_into(stream, store):
        pass
    assert 100 <= len(entries(client)) < 250, "trimmed, in whole blocks"
    client.xtrim(stream.key, maxlen=0, approximate=False)
    assert (entries(client), stream.last()) == ([], 250)
    assert feed_into(stream, store) == []


def test_two_writers_put_nothing_in_twice(client: "redis.Redis", store: Database) -> None:
    put(store, *range(9))
    late = Stream(client, "news")
    found = feed_into(Stream(client, "news"), store)
    late.add(found[:5])
    put(store, 9)
    late.add(feed_into(Stream(client, "news"), store))
    assert entries(client) == list(range(1, 11))


def test_another_stores_stream_is_refused(client: "redis.Redis", store: Database) -> None:
    put(store, 1)
    client.xadd("copydesk:stream:news", {"seq": 7}, id="7-0")
    with pytest.raises(UsageError, match="another store's"):
        feed_into(Stream(client, "news"), store)


def test_what_is_no_stream_is_unavailable(client: "redis.Redis", store: Database) -> None:
    client.set("copydesk:stream:news", "text")
    with pytest.raises(UnavailableError):
        feed_into(Stream(client, "news"), store)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "é", "x" * 65, "a\n"])
def test_names(client: "redis.Redis", name: str) -> None:
    with pytest.raises(UsageError):
        Stream(client, name)


def test_the_command_feeds_a_consumer_group(
    client: "redis.Redis", server: EmbeddedRedis, store: Database, copydesk: Copydesk
) -> None:
    put(store, *range(4))
    copydesk.environment |= {"COPYDESK_REDIS_URL": server.url}
    done = copydesk("tail", "--to-stream", "news", "--since", "1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "3 articles into copydesk:stream:news\n")
    client.xgroup_create("copydesk:stream:news", "readers", id="0")
    ((_, read),) = client.xreadgroup("readers", "one", {"copydesk:stream:news": ">"}, count=2)
    assert [fields[b"seq"] for _, fields in read] == [b"2", b"3"]
    assert copydesk("tail", "--to-stream", "news").stderr.startswith("0 articles")
    assert copydesk("tail", "--to-stream", "news", "--jsonl").returncode == 2
    assert copydesk("tail", "--keep", "5").returncode == 2
    copydesk.environment = {"COPYDESK_REDIS_URL": "redis://127.0.0.1:1/0"}
    assert copydesk("tail", "--to-stream", "news").returncode == 4
