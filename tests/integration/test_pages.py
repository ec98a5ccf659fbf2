"""The archive's index on both databases: what is asked of it, and what is forgotten when."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from pipeline.documents import FetchedPage, Part
from pipeline.store import ledger, pages
from pipeline.store.archive import Archive
from pipeline.store.database import Database
from pipeline.store.ledger import Entry
from pipeline.store.pages import ON_ITS_WAY_SECONDS, LastRead
from pipeline.store.schema import documents
from pipeline.store.schema import pages as table

DAY = 86_400.0
NOW = 1_700_000_000.0
URL = "https://example.org/bridge"


def at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


@dataclass
class Shelf:
    """A ledger, an archive and its index."""

    database: Database
    archive: Archive
    folder: Path

    def put(self, body: bytes, *parts: bytes, fetched: float = NOW, accepted: float = 0, url: str = URL) -> FetchedPage:
        """Have a page with these bodies; ``accepted`` at the same time unless told."""
        with self.database.write() as tx:
            (id_,) = ledger.accept(tx, [Entry(url, url)], submission="s", now=accepted or fetched)
        page = FetchedPage(
            id=id_, requested_url=url, url=url, status=200, media_type="text/html", text=body.decode(),
            headers={"etag": f'"{fetched:.0f}"', "content-type": "text/html"}, date_fetched=at(fetched),
            content=self.archive.keep(body),
            parts=tuple(Part(url=f"{url}?p={n}", text="t", content=self.archive.keep(p)) for n, p in enumerate(parts)),
        )  # fmt: skip
        with self.database.write() as tx:
            pages.record(tx, [page])
        return page

    def became(self, page: FetchedPage, article_id: str) -> None:
        with self.database.write() as tx:
            tx.execute(update(documents).where(documents.c.id == page.id).values(state="stored", article_id=article_id))

    def age(self) -> None:
        """All that lies in the archive was kept long ago."""
        for path in self.folder.rglob("*.zst"):
            os.utime(path, (NOW - 2 * ON_ITS_WAY_SECONDS,) * 2)

    def expire(self, days: float = 30, limit: int = 1000) -> int:
        with self.database.write() as tx:
            return pages.expire(tx, self.archive, before=NOW - days * DAY, now=NOW, limit=limit)

    def tidy(self) -> int:
        with self.database.write() as tx:
            return sum(pages.tidy(tx, self.archive, shard, now=NOW) for shard in range(256))

    def rows(self) -> int:
        with self.database.read() as tx:
            return tx.execute(select(func.count()).select_from(table)).scalar_one()

    def bodies(self) -> set[bytes]:
        keys = [key for shard in range(256) for key in self.archive.contents(shard)]
        return {self.archive.get(key) or b"" for key in keys}


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    return Shelf(database, Archive(tmp_path / "archive"), tmp_path / "archive")


def test_a_page_comes_back_with_its_parts_in_order(shelf: Shelf) -> None:
    page = shelf.put(b"one", b"two", b"three")
    with shelf.database.read() as tx:
        found = pages.page_of(tx, page.id, shelf.archive)
        assert pages.page_of(tx, "unknown", shelf.archive) is None
    assert found is not None
    assert (found.body, found.parts) == (b"one", (b"two", b"three"))
    assert found.page == page.model_copy(
        update={"text": "", "parts": tuple(p.model_copy(update={"text": ""}) for p in page.parts)}
    )


def test_a_page_whose_part_is_gone_is_no_page(shelf: Shelf) -> None:
    page = shelf.put(b"one", b"two")
    shelf.archive.drop([page.parts[0].content or ""], unless_kept_since=1e11)
    with shelf.database.read() as tx:
        assert pages.page_of(tx, page.id, shelf.archive) is None
    assert list(pages.archived(shelf.database, shelf.archive)) == []


def test_a_document_fetched_again_has_its_later_page(shelf: Shelf) -> None:
    page = shelf.put(b"one", b"two")
    again = page.model_copy(update={"content": shelf.archive.keep(b"new"), "parts": ()})
    with shelf.database.write() as tx:
        pages.record(tx, [again, page.model_copy(update={"id": "other", "content": None})])
        found = pages.page_of(tx, page.id, shelf.archive)
    assert found is not None
    assert (found.body, found.parts, shelf.rows()) == (b"new", (), 1)


def test_the_last_read_is_the_newest_that_brought_an_article(shelf: Shelf) -> None:
    first, second, failed = (shelf.put(b"x", fetched=NOW + n) for n in range(3))
    shelf.became(second, "article-2")
    shelf.became(first, "article-1")
    other = shelf.put(b"y", url="https://example.org/other")
    with shelf.database.read() as tx:
        found = pages.last_reads(tx, [URL, other.url, "https://example.org/none"])
    assert found == {URL: LastRead(f'"{NOW + 1:.0f}"', None, "article-2")}
    assert failed.id != second.id


def test_many_urls_are_asked_for_at_once(shelf: Shelf) -> None:
    shelf.became(shelf.put(b"x"), "a")
    with shelf.database.read() as tx:
        assert set(pages.last_reads(tx, [f"https://example.org/{n}" for n in range(40_000)] + [URL])) == {URL}


def test_old_pages_are_forgotten_with_what_only_they_need(shelf: Shelf) -> None:
    shelf.put(b"old", b"old part", b"shared part", fetched=NOW - 40 * DAY)
    shelf.put(b"shared", fetched=NOW - 50 * DAY)
    shelf.put(b"shared", b"shared part", fetched=NOW - DAY)
    shelf.age()
    assert shelf.expire() == 2
    assert shelf.bodies() == {b"shared", b"shared part"}
    assert (shelf.rows(), shelf.expire()) == (2, 0)


def test_a_page_out_of_an_old_web_archive_is_kept_as_long_as_others(shelf: Shelf) -> None:
    shelf.put(b"of 2016", fetched=NOW - 3000 * DAY, accepted=NOW - DAY)
    shelf.put(b"waited long", fetched=NOW - DAY, accepted=NOW - 90 * DAY)
    assert shelf.expire() == 0
    assert shelf.expire(days=0.5) == 2


def test_a_call_has_a_bound_and_begins_with_the_oldest(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(str(number).encode(), fetched=NOW - (50 + number) * DAY)
    shelf.age()
    assert [shelf.expire(limit=2), shelf.bodies()] == [2, {b"0", b"1", b"2"}]
    assert [shelf.expire(limit=2), shelf.expire(limit=2), shelf.expire(limit=2)] == [2, 1, 0]


def test_a_body_that_a_page_on_its_way_needs_stays(shelf: Shelf) -> None:
    """Between ``keep`` and ``record`` no row says that a body is needed; that it was kept of late does."""
    old = shelf.put(b"the same", fetched=NOW - 40 * DAY)
    shelf.age()
    shelf.archive.keep(b"the same")
    assert shelf.expire() == 1
    assert shelf.bodies() == {b"the same"}
    again = old.model_copy(update={"date_fetched": at(NOW)})
    with shelf.database.write() as tx:
        pages.record(tx, [again])
        assert pages.page_of(tx, old.id, shelf.archive) is not None


def _replaced(shelf: Shelf) -> None:
    page = shelf.put(b"kept twice")
    with shelf.database.write() as tx:
        pages.record(tx, [page.model_copy(update={"content": shelf.archive.keep(b"kept")})])


def _killed(shelf: Shelf) -> None:
    shelf.put(b"kept")
    shelf.archive.keep(b"nobody wrote it down")


@pytest.mark.parametrize("leave", [_replaced, _killed])
def test_what_nobody_needs_is_tidied_away_when_it_is_old(shelf: Shelf, leave: Callable[[Shelf], None]) -> None:
    leave(shelf)
    assert shelf.tidy() == 0
    shelf.age()
    assert (shelf.tidy(), shelf.bodies()) == (1, {b"kept"})


def test_what_is_dropped_before_a_transaction_fails_is_only_gone(shelf: Shelf) -> None:
    page = shelf.put(b"old", fetched=NOW - 40 * DAY)
    shelf.age()
    with pytest.raises(KeyError), shelf.database.write() as tx:
        pages.expire(tx, shelf.archive, before=NOW - 30 * DAY, now=NOW)
        raise KeyError
    with shelf.database.read() as tx:
        assert pages.page_of(tx, page.id, shelf.archive) is None
    assert (shelf.expire(), shelf.rows()) == (1, 0)


def test_all_pages_are_walked_over_oldest_first(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ROWS", 3)
    moments = [NOW, NOW + 5, NOW, NOW + 1, NOW, NOW, NOW + 1, NOW - 1]
    for number, moment in enumerate(moments):
        shelf.put(str(number).encode(), b"part", fetched=moment)
    walked = [each.page.date_fetched for each in pages.archived(shelf.database, shelf.archive)]
    assert walked == sorted(map(at, moments))
