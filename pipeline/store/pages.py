"""The archive's index: how each fetched page was asked for and answered, and where its body is."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, insert, literal, select, tuple_

from pipeline.documents import FetchedPage
from pipeline.store.archive import Archive
from pipeline.store.database import Database
from pipeline.store.schema import articles, documents, feed, pages, versions
from pipeline.store.selection import Selection

log = logging.getLogger("copydesk")

ROWS = 500
"""Ids in one IN clause."""
ON_ITS_WAY_SECONDS = 3600
"""Within so long a page whose body is kept is written down; fetch gives up a document after a quarter of it."""


@dataclass(frozen=True)
class LastRead:
    """The last successful read of a URL: what a server can be asked about, and what came of it."""

    etag: str | None
    last_modified: str | None
    article_id: str


@dataclass(frozen=True)
class ArchivedPage:
    """A page out of the archive. Decoding is the fetch stage's: whoever joins the two gives its bodies to it."""

    page: FetchedPage
    """As it was fetched, but with empty texts."""
    body: bytes
    parts: tuple[bytes, ...]


def record(tx: Connection, fetched: Sequence[FetchedPage]) -> None:
    """Write down pages whose bodies are in the archive; a document's later page replaces its earlier one."""
    kept = [page for page in fetched if page.content]
    _forget(tx, [page.id for page in kept])
    rows = [row for page in kept for row in _rows(page)]
    if rows:
        tx.execute(insert(pages), rows)


def last_reads(tx: Connection, urls: Sequence[str]) -> dict[str, LastRead]:
    """For each of these URLs that was read before and is in the store: what its newest read left to ask with."""
    found: dict[str, LastRead] = {}
    for some in _cut(urls):
        query = (
            select(pages.c.url, pages.c.etag, pages.c.last_modified, documents.c.article_id)
            .join(documents, documents.c.id == pages.c.document_id)
            .where(pages.c.url.in_(some), pages.c.part == 0, documents.c.article_id.is_not(None))
            .order_by(pages.c.fetched_at)
        )
        found |= {row.url: LastRead(row.etag, row.last_modified, row.article_id) for row in tx.execute(query)}
    return {url: last for url, last in found.items() if last.etag or last.last_modified}


def page_of(tx: Connection, document_id: str, archive: Archive) -> ArchivedPage | None:
    """The page that a document was read from; ``None`` where it is not, or no longer, in the archive."""
    rows = tx.execute(select(pages).where(pages.c.document_id == document_id).order_by(pages.c.part)).all()
    if not rows:
        return None
    page = FetchedPage.model_validate(rows[0].page)
    bodies = [archive.get(row.content) for row in rows]
    whole = [body for body in bodies if body is not None]
    return ArchivedPage(page, whole[0], tuple(whole[1:])) if len(whole) == len(bodies) else None


def archived(database: Database, archive: Archive, selection: Selection | None = None) -> Iterator[ArchivedPage]:
    """Every page in the archive, or those that brought the chosen articles, each version of them; oldest first.

    Constant memory, and no transaction is held for long. What is not, or no longer, in the archive is left out, and the
    log says so.
    """
    order = _by_time() if selection is None else _by_seq(selection)
    for batch in _batches(database, order):
        for document_id in batch:
            with database.read() as tx:
                found = page_of(tx, document_id, archive)
            if found:
                yield found
            else:
                log.warning("archive: the page of document %s is missing", document_id)


def expire(tx: Connection, archive: Archive, *, before: float, now: float, limit: int = 1000) -> int:
    """Forget up to ``limit`` pages fetched and accepted before an instant, with bodies that no page needs any more.

    Seconds since the epoch. Accepted too: a page out of a web archive was fetched long ago, and is yet kept as long as
    others. Bodies go before the transaction ends: whoever is killed in between leaves rows that are forgotten next
    time, and no body that nobody remembers. Returns how many pages were forgotten.
    """
    instant = datetime.fromtimestamp(before, UTC).isoformat(timespec="seconds")
    accepted_later = exists().where(documents.c.id == pages.c.document_id, documents.c.accepted_at >= before)
    query = select(pages.c.document_id).where(pages.c.fetched_at < instant, pages.c.part == 0, ~accepted_later)
    old = tx.execute(query.order_by(pages.c.fetched_at).limit(limit)).scalars().all()
    _drop_unneeded(tx, archive, _forget(tx, old), now)
    return len(old)


def tidy(tx: Connection, archive: Archive, shard: int, *, now: float) -> int:
    """Drop the bodies that begin with the byte ``shard`` and that no page needs; returns how many.

    Such are left by processes that were killed between keeping a body and writing down its page, and by pages that
    were fetched again before they went on.
    """
    return _drop_unneeded(tx, archive, archive.contents(shard), now)


def _drop_unneeded(tx: Connection, archive: Archive, contents: Iterable[str], now: float) -> int:
    """Whatever was kept of late stays: it may belong to a page that is on its way and has no row yet."""
    dropped = 0
    for some in _cut(sorted(contents)):
        needed = set(tx.execute(select(pages.c.content).where(pages.c.content.in_(some))).scalars())
        dropped += archive.drop((c for c in some if c not in needed), unless_kept_since=now - ON_ITS_WAY_SECONDS)
    return dropped


def _forget(tx: Connection, document_ids: Sequence[str]) -> set[str]:
    """Delete these documents' rows; returns the bodies that they needed."""
    contents: set[str] = set()
    for some in _cut(document_ids):
        theirs = pages.c.document_id.in_(some)
        contents |= set(tx.execute(select(pages.c.content).where(theirs)).scalars())
        tx.execute(delete(pages).where(theirs))
    return contents - {None}


def _cut(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + ROWS] for at in range(0, len(values), ROWS))


def _by_time() -> Select[Any]:
    place = pages.c.fetched_at, pages.c.document_id
    return select(*place).where(pages.c.part == 0).order_by(*place)


def _by_seq(selection: Selection) -> Select[Any]:
    place = feed.c.seq, pages.c.document_id
    brought = (versions.c.article_id == feed.c.article_id) & (versions.c.version == feed.c.version)
    kept = (pages.c.document_id == versions.c.document_id) & (pages.c.part == 0)
    tables = feed.join(versions, brought).join(pages, kept).join(articles, articles.c.id == feed.c.article_id)
    chosen = feed.c.seq > selection.seq, *replace(selection, seq=0).conditions()
    return select(*place).select_from(tables).where(*chosen).order_by(*place)


def _batches(database: Database, order: Select[Any]) -> Iterator[list[str]]:
    """The document ids of a query for (place, document_id), ordered by both, ``ROWS`` at a time."""
    columns = order.selected_columns.values()
    after: tuple[Any, ...] | None = None
    while True:
        query = order if after is None else order.where(tuple_(*columns) > tuple_(*map(literal, after)))
        with database.read() as tx:
            rows = tx.execute(query.limit(ROWS)).all()
        if not rows:
            return
        yield [row.document_id for row in rows]
        after = tuple(rows[-1])


def _rows(page: FetchedPage) -> Iterator[dict[str, Any]]:
    """One row for the page, and one for each further part."""
    bare = page.model_copy(
        update={"text": "", "parts": tuple(part.model_copy(update={"text": ""}) for part in page.parts)}
    )
    yield {
        "document_id": page.id, "part": 0, "url": page.requested_url, "fetched_at": page.date_fetched,
        "etag": page.headers.get("etag"), "last_modified": page.headers.get("last-modified"), "content": page.content,
        "page": bare.model_dump(mode="json"),
    }  # fmt: skip
    for number, part in enumerate(page.parts, 1):
        yield {
            "document_id": page.id, "part": number, "url": part.url, "fetched_at": page.date_fetched,
            "etag": None, "last_modified": None, "content": part.content, "page": None,
        }  # fmt: skip
