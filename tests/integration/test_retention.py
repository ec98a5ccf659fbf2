"""Pages leave the archive when they were kept long enough: the dispatcher sees to it."""

import os
from pathlib import Path

import pytest

from config.settings import Settings
from pipeline.documents import FetchedPage
from pipeline.store import ledger, pages
from pipeline.store.ledger import Entry
from workers.dispatcher import TIDY_SECONDS, Dispatcher
from workers.redis_server import EmbeddedRedis
from workers.runtime import Runtime

DAY = 86_400.0


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("days", "left"), [(30, 0), (90, 1), (0, 1)])
def test_pages_leave_after_their_days(tmp_path: Path, days: float, left: int) -> None:
    clock = Clock()
    settings = Settings(home=tmp_path, archive_days=days)
    server = EmbeddedRedis(settings.home)
    server.ensure()
    runtime = Runtime(settings, clock=clock)
    content = runtime.archive.keep(b"<p>The bridge</p>")
    (body,) = (tmp_path / "archive").rglob("*.zst")
    os.utime(body, (clock.now, clock.now))
    with runtime.database.write() as tx:
        (id_,) = ledger.accept(tx, [Entry("a", "https://a.example/")], submission="s", now=clock.now)
        tx.exec_driver_sql("UPDATE documents SET state = 'stored', article_id = id")
        page = FetchedPage(
            id=id_, requested_url="https://a.example/", url="https://a.example/", media_type="text/html", text="",
            content=content, date_fetched="2027-01-15T08:00:00+00:00",
        )  # fmt: skip
        pages.record(tx, [page])
    dispatcher = Dispatcher(runtime)
    clock.now += 60 * DAY
    dispatcher.tick()
    assert len(list((tmp_path / "archive").rglob("*.zst"))) == left
    with runtime.database.read() as tx:
        assert (pages.page_of(tx, id_, runtime.archive) is not None) == bool(left)
    clock.now += TIDY_SECONDS / 2
    dispatcher.tick()
    dispatcher.close()
    server.stop()
