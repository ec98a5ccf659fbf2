"""Reading watched feeds over HTTP: conditionally, only what is new, whatever goes wrong on the way."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import Settings
from pipeline.errors import UnavailableError
from pipeline.store import watches
from pipeline.store.database import Database
from pipeline.store.schedule import MISSING, NEVER
from pipeline.store.schema import documents
from pipeline.store.watches import Watch
from tests.integration.fetch.page_server import PageServer, Request, answer, endless, raw, redirect
from workers.app import make_app
from workers.due_watches import WATCH, send_due
from workers.redis_server import EmbeddedRedis
from workers.runtime import Runtime
from workers.watching import CHUNK, read_watch

FEED = "/feed"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.ensure()
    yield server.url
    server.stop()


def rss(*names: str, title: str = "The Paper", channel: str = "") -> bytes:
    items = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in names)
    return f"<rss version='2.0'><channel><title>{title}</title>{channel}{items}</channel></rss>".encode()


def sitemap(*urls: str) -> bytes:
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>".encode()


def index(**sitemaps: str) -> bytes:
    rows = "".join(
        f"<sitemap><loc>/{name}.xml</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</sitemap>"
        for name, date in sitemaps.items()
    )
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</sitemapindex>".encode()


@dataclass
class Site:
    """A server whose listings change and know their entity tags, and the desk that watches it."""

    server: PageServer
    runtime: Runtime
    now: list[float] = field(default_factory=lambda: [1_700_000_000.0])

    def serve(self, path: str, body: bytes, **headers: str) -> None:
        tag = f'"{hash(body)}"'
        full = answer(body, content_type="application/xml", ETag=tag, **headers)
        unchanged = answer(b"", 304, ETag=tag)

        async def handler(request: Request, writer: object) -> None:
            await (unchanged if request.headers.get("if-none-match") == tag else full)(request, writer)

        self.server.routes[path] = handler

    def watch(self, path: str = FEED, every: float | None = None) -> str:
        url = self.server.url(path)
        with self.runtime.database.write() as tx:
            watches.add(tx, url, now=self.now[0], interval=3600, every=every)
        return url

    def take(self) -> list[Watch]:
        with self.runtime.database.write() as tx:
            return watches.take_due(tx, now=self.now[0], most=100, lease_seconds=600)

    def read(self) -> int:
        """Read what is due; how many that were."""
        taken = self.take()
        for watch in taken:
            read_watch(self.runtime, watch.url, watch.lease, parsing=threading.Lock())
        return len(taken)

    def read_next(self) -> Watch:
        """The only watch, read when it is due again."""
        ((_, row),) = self.rows().items()
        self.now[0] = max(self.now[0], row.due)
        assert self.read() == 1
        return self.rows()[row.url]

    def rows(self) -> dict[str, Watch]:
        with self.runtime.database.read() as tx:
            return {row.url: row for row in watches.listed(tx)}

    def queued(self) -> list[str]:
        """Paths of all that was accepted, in order."""
        with self.runtime.database.read() as tx:
            urls = tx.execute(select(documents.c.url).order_by(documents.c.id)).scalars().all()
        return [url.removeprefix(self.server.url("/")) for url in urls]


@pytest.fixture
def changed() -> dict[str, object]:
    """Settings that differ in one test."""
    return {}


@pytest.fixture
def site(store_url: str, redis_url: str, tmp_path: Path, changed: dict[str, object]) -> Iterator[Site]:
    settings = Settings(
        home=tmp_path, redis_url=redis_url, store_url=store_url, allow_addresses="127.7.0.0/16", fetch_timeout=2,
        **({"robots": False} | changed),
    )  # fmt: skip
    now = [1_700_000_000.0]
    Database(store_url).migrate().close()
    runtime = Runtime(settings, clock=lambda: now[0], in_fleet=True)
    runtime.redis.flushall()
    with PageServer({}) as server:
        yield Site(server, runtime, now)
        runtime.fetcher.close()
    runtime.database.close()


def test_only_what_is_new_is_queued_and_nothing_is_read_twice(site: Site) -> None:
    site.serve(FEED, rss("b", "a"))
    site.watch()
    first = site.read_next()
    assert (site.queued(), first.title, first.found) == (["a", "b"], "The Paper", 2)
    unchanged = site.read_next()
    assert (unchanged.found, unchanged.interval, unchanged.error) == (2, 1.5 * first.interval, None)
    site.serve(FEED, rss("d", "c", "b"))
    changed = site.read_next()
    assert (site.queued(), changed.found) == (["a", "b", "c", "d"], 4)
    asked = [request.headers.get("if-none-match") for request in site.server.requests]
    assert asked == [None, first.etag, first.etag]


def test_what_is_queued_says_which_feed_named_it(site: Site) -> None:
    site.serve(FEED, rss("a?utm_source=rss&id=1"))
    url = site.watch()
    site.read()
    with site.runtime.database.read() as tx:
        row = tx.execute(select(documents)).one()
    assert (row.carry, row.host, row.state) == ({"feed": url}, site.server.host, "waiting")
    assert (row.input, row.url) == (site.server.url("/a?utm_source=rss&id=1"), site.server.url("/a?id=1"))


def test_last_modified_is_enough_for_a_conditional_request(site: Site) -> None:
    when = "Mon, 23 Nov 2026 06:00:00 GMT"
    site.server.routes[FEED] = answer(rss("a"), Last_Modified=when)
    site.watch()
    site.read_next()
    site.server.routes[FEED] = answer(b"", 304)
    assert site.read_next().last_modified == when
    assert [r.headers.get("if-modified-since") for r in site.server.requests] == [None, when]


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (answer(b"<html><body>Not a feed</body></html>"), "unsupported_type"),
        (answer(b"<rss><channel><title>The Pa"), "unreadable"),
        (answer(b""), "no_content"),
        (answer(b"", 500), "server_error"),
        (answer(b"", 403), "forbidden"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>", then_close=True), "net"),
        (endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>", b" ", 0.05), "timeout"),
        (redirect("http://10.0.0.1/feed"), "blocked_address"),
    ],
)
def test_a_broken_feed_is_an_error_of_its_own_and_heals(site: Site, handler: object, error: str) -> None:
    site.server.routes[FEED] = handler
    site.watch()
    broken = site.read_next()
    assert (broken.error or "").split(":")[0] == error
    assert (broken.failures, broken.interval) == (1, 3600)
    assert site.now[0] < broken.due < NEVER
    site.serve(FEED, rss("a"))
    healed = site.read_next()
    assert (healed.error, healed.failures, site.queued()) == (None, 0, ["a"])


def test_a_broken_end_does_not_hide_the_beginning(site: Site) -> None:
    site.serve(FEED, rss("a", "b")[:-30])
    site.watch()
    assert (site.read_next().error, site.queued()) == (None, ["a"])


def test_a_feed_that_is_gone_is_not_read_again(site: Site) -> None:
    site.server.routes[FEED] = answer(b"", 410)
    url = site.watch()
    row = site.read_next()
    assert (row.due, row.error) == (NEVER, "gone: HTTP status 410")
    site.now[0] += 1e9
    assert site.read() == 0
    site.serve(FEED, rss("a"))
    site.watch()
    assert (site.read(), site.queued(), site.rows()[url].error) == (1, ["a"], None)


def test_a_feed_that_is_not_found_for_long_is_given_up(site: Site) -> None:
    site.server.routes[FEED] = answer(b"", 404)
    site.watch()
    waits = [site.read_next().due - site.now[0] for _ in range(MISSING)]
    assert waits[:-1] == sorted(waits[:-1])
    assert [wait == NEVER for wait in waits] == [*[False] * (MISSING - 1), True]


def test_retry_after_and_the_publishers_own_pace_are_obeyed(site: Site) -> None:
    site.server.routes[FEED] = answer(b"", 503, Retry_After="50000")
    site.watch()
    assert site.read_next().due == site.now[0] + 50000
    site.serve(FEED, rss("a", "b", "c", "d", channel="<ttl>600</ttl>"))
    assert site.read_next().due == site.now[0] + 36000


def test_the_users_own_pace(site: Site) -> None:
    site.serve(FEED, rss("a", channel="<ttl>600</ttl>"))
    site.watch(every=40)
    assert site.read_next().due == site.now[0] + 40
    assert site.read_next().due == site.now[0] + 40


@pytest.mark.parametrize("changed", [{"host_delay": 300.0}])
def test_a_feed_whose_host_is_not_free_waits_uncharged(site: Site) -> None:
    for path in ("/feed1", "/feed2"):
        site.serve(path, rss("a"))
        site.watch(path)
    assert site.read() == 2
    first, second = sorted(site.rows().values(), key=lambda row: row.read_at is None)
    assert (first.error, second.error, second.failures, second.read_at) == (None, None, 0, None)
    assert site.now[0] + 250 < second.due <= site.now[0] + 300
    assert len(site.server.requests) == 1


@pytest.mark.parametrize("changed", [{"robots": True}])
def test_a_feed_that_robots_txt_forbids_is_not_read(site: Site) -> None:
    site.server.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /feed", content_type="text/plain")
    site.serve(FEED, rss("a"))
    site.watch()
    row = site.read_next()
    assert (row.error or "").startswith("robots")
    assert [request.path for request in site.server.requests] == ["/robots.txt"]


def test_an_index_is_followed_into_sitemaps_that_are_new_or_changed(site: Site) -> None:
    site.serve("/index.xml", index(may="2026-05-31", june="2026-06-01", loose=""))
    for name in ("may", "june", "loose"):
        site.serve(f"/{name}.xml", sitemap(f"/{name}-1"))
    url = site.watch("/index.xml")
    assert (site.read(), site.read()) == (1, 3)
    assert sorted(site.queued()) == ["june-1", "loose-1", "may-1"]
    site.serve("/may.xml", sitemap("/may-1", "/may-0"))
    site.serve("/june.xml", sitemap("/june-1", "/june-2"))
    site.serve("/loose.xml", sitemap("/loose-1", "/loose-2"))
    site.serve("/index.xml", index(may="2026-05-31", june="2026-06-02", loose=""))
    site.now[0] = site.rows()[url].due
    before = len(site.server.requests)
    while site.read():
        pass
    asked = [request.path for request in site.server.requests[before:]]
    assert sorted(asked) == ["/index.xml", "/june.xml", "/loose.xml"], "may.xml has not changed, says its index"
    assert sorted(site.queued()) == ["june-1", "june-2", "loose-1", "loose-2", "may-1"]
    with site.runtime.database.read() as tx:
        assert {row.carry["feed"] for row in tx.execute(select(documents))} == {url}


def test_indexes_without_end_end(site: Site) -> None:
    for depth in range(6):
        site.serve(f"/i{depth}.xml", index(**{f"i{depth + 1}": ""}))
    site.watch("/i0.xml")
    readings = 0
    while read := site.read():
        readings += read
    errors = {row.url[-6:]: row.error for row in site.rows().values() if row.error}
    assert readings == watches.DEEPEST + 1
    assert list(errors) == ["i2.xml"]
    assert "deep inside each other" in errors["i2.xml"]


def test_a_reading_that_was_cut_off_loses_and_doubles_nothing(site: Site) -> None:
    names = [f"n{number}" for number in range(CHUNK + 500)]
    site.serve(FEED, rss(*names))
    site.watch()
    start = site.now[0]
    site.runtime.clock = lambda: site.now[0] + (601 if site.now[0] == start and len(site.queued()) == CHUNK else 0)
    site.read()
    assert len(site.queued()) == CHUNK, "its lease ran out after the first transaction"
    assert [row.read_at for row in site.rows().values()] == [None]
    site.now[0] += 601
    assert site.read() == 1
    assert sorted(site.queued()) == sorted(names)
    assert [row.found for row in site.rows().values()] == [CHUNK + 500]


def test_a_late_reading_queues_nothing(site: Site) -> None:
    site.serve(FEED, rss("a"))
    url = site.watch()
    (late,) = site.take()
    site.now[0] += 601
    read_watch(site.runtime, url, late.lease, parsing=threading.Lock())
    assert (site.queued(), site.server.requests) == ([], [])
    (watch,) = site.take()
    read_watch(site.runtime, url, late.lease, parsing=threading.Lock())
    assert site.queued() == []
    read_watch(site.runtime, url, watch.lease, parsing=threading.Lock())
    assert site.queued() == ["a"]


def test_what_is_removed_while_it_is_read_brings_nothing(site: Site) -> None:
    async def handler(request: Request, writer: object) -> None:
        with site.runtime.database.write() as tx:
            watches.remove(tx, site.server.url(FEED))
        await answer(rss("a"))(request, writer)

    site.server.routes[FEED] = handler
    site.watch()
    site.read()
    assert (site.queued(), site.rows()) == ([], {})


def test_feeds_read_at_once_queue_what_they_share_only_once(site: Site) -> None:
    names = [f"n{number}" for number in range(50)]
    for feed in range(8):
        site.serve(f"/feed{feed}", rss(*names, title=f"{feed}"))
        site.watch(f"/feed{feed}")
    gate = threading.Barrier(8)

    def read(watch: Watch) -> None:
        gate.wait(10)
        read_watch(site.runtime, watch.url, watch.lease, parsing=threading.Lock())

    threads = [threading.Thread(target=read, args=(watch,)) for watch in site.take()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(site.queued()) == sorted(names)
    assert sum(row.found for row in site.rows().values()) == 50


def test_what_is_due_is_sent_once_and_given_back_without_redis(site: Site) -> None:
    url = site.watch()
    away = make_app(site.runtime.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    with pytest.raises(UnavailableError):
        send_due(away, site.runtime)
    app = make_app(site.runtime.settings)
    assert [send_due(app, site.runtime) for _ in range(2)] == [1, 0]
    (message,) = site.runtime.redis.lrange("copydesk:fetch", 0, -1)
    assert WATCH.encode() in message
    assert site.rows()[url].lease > site.now[0]
    app.close()
    away.close()
