"""The store as its readers see it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Row, func, or_, select

from pipeline.documents import StoredArticle
from pipeline.store.database import Database
from pipeline.store.feed import Reader, never
from pipeline.store.schema import CURRENT, WRITTEN, articles, versions
from pipeline.store.selection import Selection

PAGE = 200
"""Articles read at a time when iterating: constant memory, and no read transaction held for long."""


class ArticleStore:
    """The store as its readers see it: typed articles, current versions unless another is asked for."""

    def __init__(self, database: Database) -> None:
        """``database`` is migrated; its owner closes it, or this store as a whole."""
        self._database = database

    def get(self, key: str, version: int | None = None) -> StoredArticle | None:
        """The article with this id or canonical URL, or one earlier version of it; ``None`` where there is none."""
        query = select(versions.c.document).join(articles, articles.c.id == versions.c.article_id)
        query = query.where(or_(articles.c.id == key, articles.c.canonical_url == key))
        query = query.where(versions.c.version == (articles.c.version if version is None else version))
        with self._database.read() as tx:
            document = tx.execute(query).scalar()
        return None if document is None else StoredArticle.model_validate(document)

    def versions(self, key: str) -> Iterator[StoredArticle]:
        """Every version of the article with this id or canonical URL, oldest first; none where there is none."""
        number = 0
        while found := self._versions_after(key, number):
            yield from found
            number = found[-1].version

    def follow(self, seq: int = 0, *, until: Callable[[], bool] = never) -> Iterator[StoredArticle]:
        """Every change after ``seq``, in store order, and then what comes, each once; ends when ``until`` says so.

        Unlike ``since`` it gives every version, in the order in which they came. Keep ``seq`` of the last one that was
        dealt with, and go on after it the next time.
        """
        return Reader(self._database, seq).follow(until=until)

    def since(self, seq: int = 0) -> Iterator[StoredArticle]:
        """Every article whose current version came after ``seq``, in store order, in constant memory."""
        return self.select(Selection(seq=seq))

    def select(self, selection: Selection) -> Iterator[StoredArticle]:
        """The chosen articles in their current versions, in store order, in constant memory."""
        while page := self._page(selection):
            yield from page
            selection = replace(selection, seq=page[-1].seq)

    def pages(self, selection: Selection) -> Iterator[Sequence[str]]:
        """The chosen articles as the store has them, JSON text of ``StoredArticle``, in store order, a page at a time.

        For exports: reading a hundred thousand of them through the models takes minutes. A server reads the next
        page while the caller is busy with this one; SQLite would do that in this process, and only be in the way.
        """
        with ThreadPoolExecutor(1, "pages") as ahead:
            page = self._texts(selection)
            while page:
                selection = replace(selection, seq=page[-1].seq)
                read = partial(self._texts, selection)
                coming = read if self._database.is_sqlite else ahead.submit(read).result
                yield [row.document for row in page]
                page = coming()

    def __iter__(self) -> Iterator[StoredArticle]:
        """All articles, in store order."""
        return self.since()

    def __enter__(self) -> "ArticleStore":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    def __len__(self) -> int:
        """How many articles there are."""
        with self._database.read() as tx:
            return tx.execute(select(func.count()).select_from(articles)).scalar_one()

    def brought_by(self, document_ids: Sequence[str]) -> list[StoredArticle]:
        """The versions that these ledger documents brought into the store."""
        query = select(versions.c.document).where(versions.c.document_id.in_(document_ids))
        with self._database.read() as tx:
            return [StoredArticle.model_validate(document) for document in tx.execute(query).scalars()]

    def _versions_after(self, key: str, number: int) -> list[StoredArticle]:
        query = select(versions.c.document).join(articles, articles.c.id == versions.c.article_id)
        query = query.where(or_(articles.c.id == key, articles.c.canonical_url == key), versions.c.version > number)
        with self._database.read() as tx:
            found = tx.execute(query.order_by(versions.c.version).limit(PAGE)).scalars().all()
        return [StoredArticle.model_validate(document) for document in found]

    def _page(self, selection: Selection) -> list[StoredArticle]:
        return [StoredArticle.model_validate_json(row.document) for row in self._texts(selection)]

    def _texts(self, selection: Selection) -> Sequence[Row[Any]]:
        """A page of documents as JSON text, each with its ``seq``."""
        query = select(articles.c.seq, WRITTEN.label("document")).join(articles, CURRENT).where(*selection.conditions())
        with self._database.read() as tx:
            return tx.execute(query.order_by(articles.c.seq).limit(PAGE)).all()


def open_store(url: str) -> ArticleStore:
    """The store at an SQLAlchemy URL, its schema brought up to date. Close it, or use it in a ``with`` block.

    Raises UnavailableError where it cannot be reached, ConfigurationError where the URL cannot be used.
    """
    return ArticleStore(Database(url).migrate())
