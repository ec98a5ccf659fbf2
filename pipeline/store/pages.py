"""The archive's index: how each fetched page was asked for and answered, and where its body is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from pipeline.documents import FetchedPage
from pipeline.store.archive import Archive
from pipeline.store.schema import documents, pages

ROWS = 500
"""Ids in one IN clause."""


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
    for at in range(0, len(urls), ROWS):
        query = (
            select(pages.c.url, pages.c.etag, pages.c.last_modified, documents.c.article_id)
            .join(documents, documents.c.id == pages.c.document_id)
            .where(pages.c.url.in_(urls[at : at + ROWS]), pages.c.part == 0, documents.c.article_id.is_not(None))
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


def expire(tx: Connection, archive: Archive, *, before: str, kept_since: float, limit: int = 1000) -> int:
    """Forget up to ``limit`` pages fetched before an instant (ISO 8601, UTC), with bodies that no page needs any more.

    ``kept_since`` (epoch seconds, some minutes ago): a body that was kept after it may belong to a page that is being
    read right now and has no row yet, and stays. Returns how many pages were forgotten.
    """
    is_old = (pages.c.fetched_at < before) & (pages.c.part == 0)
    old = (
        tx.execute(select(pages.c.document_id).where(is_old).order_by(pages.c.fetched_at).limit(limit)).scalars().all()
    )
    contents = _forget(tx, old)
    archive.drop(contents - _needed(tx, sorted(contents)), unless_kept_since=kept_since)
    return len(old)


def _forget(tx: Connection, document_ids: Sequence[str]) -> set[str]:
    """Delete these documents' rows; returns the bodies that they needed."""
    contents: set[str] = set()
    for at in range(0, len(document_ids), ROWS):
        theirs = pages.c.document_id.in_(document_ids[at : at + ROWS])
        contents |= set(tx.execute(select(pages.c.content).where(theirs)).scalars())
        tx.execute(delete(pages).where(theirs))
    return contents - {None}


def _needed(tx: Connection, contents: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for at in range(0, len(contents), ROWS):
        query = select(pages.c.content).where(pages.c.content.in_(contents[at : at + ROWS]))
        found |= set(tx.execute(query).scalars())
    return found


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
