"""The store of articles: one row per canonical URL, every version kept, every change a row of the feed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Text, and_, cast, func, insert, or_, select, update

from pipeline.documents import Article, EnrichedArticle, StoredArticle
from pipeline.errors import Rejected
from pipeline.identity import content_hash
from pipeline.store.database import Database, lock_writes
from pipeline.store.exports.rows import published_row
from pipeline.store.feed import Reader, never
from pipeline.store.quality import refusal
from pipeline.store.schema import articles, feed, versions
from pipeline.store.search.index import add as add_to_index
from pipeline.store.selection import Selection
from pipeline.store.stories import placed

PAGE = 200
"""Articles read at a time when iterating: constant memory, and no read transaction held for long."""


def identity(article: Article) -> str:
    """What makes it one article: its canonical URL, else the URL it was read from, else its text."""
    return article.canonical_url or article.url or f"sha256:{content_hash(article)}"


def publish(tx: Connection, enriched: EnrichedArticle, *, again: bool = False) -> StoredArticle | str | Rejected:
    """Store an article inside ``tx``: a new one, a new version, or - when this text is stored - nothing.

    ``again``: it was read again by other rules, so what is found in the same text may be something else.

    Returns the stored article, the id of the article it duplicates, or why it may not take the place of the good copy
    in the store (``quality``; what is read again without the net is no worse fetch). The same text is a duplicate under
    the same identity, and also under another one on the same site (print pages, copies of a file); two sites that print
    the same text are two articles.
    """
    lock_writes(tx)
    article = enriched.article
    digest = article.source_hash or content_hash(article)
    same = articles.c.canonical_url == identity(article)
    known = tx.execute(select(articles).where(same)).first()
    if known is not None and known.content_hash == digest:
        return _reread(tx, enriched, known) if again else str(known.id)
    copy = known is None and _copy_on_same_site(tx, article, digest)
    if copy:
        return str(copy)
    if known is not None and not again and (worse := refusal(_current(tx, known).article, article)):
        return worse
    return _write(tx, enriched, digest, known)


def _reread(tx: Connection, enriched: EnrichedArticle, known: Row[Any]) -> StoredArticle | str:
    """Put what is found now in the place of what was found in the same text: the version stays, ``seq`` rises."""
    before = _current(tx, known)
    # Facts of the page that was read, and where the article stands in the store, are what they were.
    article = enriched.article.model_copy(update={"id": known.id, "date_fetched": before.article.date_fetched})
    kept = {name: getattr(before.enrichment, name) for name in ("near_duplicate_of", "cluster_id")}
    enrichment = enriched.enrichment.model_copy(update=kept)
    if (article, enrichment) == (before.article, before.enrichment):
        return str(known.id)
    seq, stored_at = _next_seq(tx), _now()
    stored = StoredArticle(
        article=article, enrichment=enrichment, seq=seq, version=known.version, stored_at=stored_at
    )  # fmt: skip
    tx.execute(update(articles).where(articles.c.id == known.id).values(**_article_row(stored, known.content_hash)))
    tx.execute(update(versions).where(_version(known)).values(document=stored.model_dump(mode="json")))
    tx.execute(insert(feed), {"seq": seq, "article_id": known.id, "version": known.version, "at": stored_at})
    add_to_index(tx, [stored])
    return stored


def _version(known: Row[Any]) -> ColumnElement[bool]:
    return and_(versions.c.article_id == known.id, versions.c.version == known.version)


def _current(tx: Connection, known: Row[Any]) -> StoredArticle:
    return StoredArticle.model_validate(tx.execute(select(versions.c.document).where(_version(known))).scalar_one())


def _next_seq(tx: Connection) -> int:
    return (tx.execute(select(func.max(feed.c.seq))).scalar() or 0) + 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _copy_on_same_site(tx: Connection, article: Article, digest: str) -> str | None:
    copies = select(articles.c.id).where(articles.c.content_hash == digest)
    if article.domain:
        copies = copies.where(or_(articles.c.domain == article.domain, articles.c.domain.is_(None)))
    return tx.execute(copies).scalar()


def _write(tx: Connection, enriched: EnrichedArticle, digest: str, known: Row[Any] | None) -> StoredArticle:
    brought_by = enriched.article.id
    article_id, version = (known.id, known.version + 1) if known is not None else (brought_by, 1)
    seq, stored_at = _next_seq(tx), _now()
    enriched = enriched.model_copy(update={"article": enriched.article.model_copy(update={"id": article_id})})
    enrichment = placed(tx, enriched, seq=seq, version=version, stored_at=stored_at)
    stored = StoredArticle(
        article=enriched.article, enrichment=enrichment, seq=seq, version=version, stored_at=stored_at
    )
    row = _article_row(stored, digest)
    if known is None:
        tx.execute(insert(articles), row)
    else:
        tx.execute(update(articles).where(articles.c.id == article_id).values(**row))
    tx.execute(
        insert(versions),
        {
            "article_id": article_id, "version": version, "document_id": brought_by, "content_hash": digest,
            "stored_at": stored.stored_at, "document": stored.model_dump(mode="json"),
        },
    )  # fmt: skip
    tx.execute(insert(feed), {"seq": seq, "article_id": article_id, "version": version, "at": stored.stored_at})
    add_to_index(tx, [stored])
    return stored


def _article_row(stored: StoredArticle, digest: str) -> dict[str, Any]:
    article = stored.article
    return {
        "id": article.id, "canonical_url": identity(article), "domain": article.domain, "site_name": article.site_name,
        "headline": article.headline, "language": article.language, "date_published": article.date_published,
        "content_hash": digest, "version": stored.version, "seq": stored.seq, "stored_at": stored.stored_at,
    }  # fmt: skip


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

        For exports: reading a hundred thousand of them through the models takes minutes.
        """
        while page := self._texts(selection):
            yield page
            selection = replace(selection, seq=orjson.loads(page[-1])["seq"])

    def published(self, selection: Selection) -> Iterator[dict[str, Any]]:
        """``StoredArticle.published()`` of the chosen articles, in store order, in constant memory.

        The same as from ``select``, but several times faster: documents of the present schema are not validated again.
        """
        return (published_row(text) for page in self.pages(selection) for text in page)

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
        return [StoredArticle.model_validate_json(document) for document in self._texts(selection)]

    def _texts(self, selection: Selection) -> Sequence[str]:
        """A page of documents as JSON text: whoever reads many decodes them faster than the database driver does."""
        current = (articles.c.id == versions.c.article_id) & (articles.c.version == versions.c.version)
        query = select(cast(versions.c.document, Text)).join(articles, current).where(*selection.conditions())
        with self._database.read() as tx:
            return tx.execute(query.order_by(articles.c.seq).limit(PAGE)).scalars().all()
