"""Puts articles into the store: one row per canonical URL, every version kept, every change a row of the feed.

A batch costs some twenty statements, however many articles are in it, and has the effect that its articles would have
had one by one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from pipeline.documents import EnrichedArticle, StoredArticle
from pipeline.errors import Rejected
from pipeline.store.database import lock_writes
from pipeline.store.many import insert_dicts, insert_rows
from pipeline.store.preparing import Prepared, prepare
from pipeline.store.quality import refusal
from pipeline.store.schema import CURRENT, articles, feed, versions
from pipeline.store.search import index
from pipeline.store.stories import Draft, placed

Outcome = StoredArticle | str | Rejected
"""The stored article, the id of the article that it duplicates, or why it may not take the place of a good copy."""


@dataclass(frozen=True)
class _Offer:
    """A document, what it is known by, and the article that is stored under that."""

    ready: Prepared
    known: Row[Any] | None = None
    before: StoredArticle | None = None
    """The current version of the known article, where the text is another or is read again."""

    @property
    def enriched(self) -> EnrichedArticle:
        """The document."""
        return self.ready.enriched

    @property
    def identity(self) -> str:
        """Of its article."""
        return self.ready.identity

    @property
    def digest(self) -> str:
        """Of its text."""
        return self.ready.digest


@dataclass(frozen=True)
class _Change:
    """What becomes of an offer that is written."""

    offer: _Offer
    stored: StoredArticle
    is_reread: bool = False


def store(
    documents: Sequence[EnrichedArticle | Prepared], *, tx: Connection, again: Collection[str] = ()
) -> list[tuple[EnrichedArticle, Outcome]]:
    """The store stage: write a batch inside the caller's transaction; each comes back with what became of it.

    Who has them prepared before the transaction begins holds up others for a shorter time. ``again``: ids of those that
    were read again, without the net.
    """
    ready = [_prepared(tx, document) for document in documents]
    return list(zip((each.enriched for each in ready), publish_all(tx, ready, again=again), strict=True))


def publish(tx: Connection, enriched: EnrichedArticle, *, again: bool = False) -> Outcome:
    """Store one article inside ``tx``; see ``publish_all``."""
    return publish_all(tx, [enriched], again={enriched.article.id} if again else ())[0]


def publish_all(
    tx: Connection, documents: Sequence[EnrichedArticle | Prepared], *, again: Collection[str] = ()
) -> list[Outcome]:
    """Store articles inside ``tx``: new ones, new versions, or - where the text is stored - nothing.

    ``again``: ids of those that were read again by other rules, so what is found in the same text may be something
    else; that is no worse fetch either (``quality``).

    The same text is a duplicate under the same identity, and also under another one on the same site (print pages,
    copies of a file); two sites that print the same text are two articles.
    """
    ready = [_prepared(tx, document) for document in documents]
    lock_writes(tx)
    return [outcome for part in _parts(ready) for outcome in _published(tx, part, again)]


def _prepared(tx: Connection, document: EnrichedArticle | Prepared) -> Prepared:
    return document if isinstance(document, Prepared) else prepare(document, tx.dialect.name)


def _parts(documents: Iterable[Prepared]) -> Iterator[list[_Offer]]:
    """Documents that have nothing to do with each other, so that it makes no difference that they come together."""
    part: list[_Offer] = []
    seen: set[str] = set()
    for document in documents:
        offer = _Offer(document)
        if offer.identity in seen or offer.digest in seen:
            yield part
            part, seen = [], set()
        part.append(offer)
        seen |= {offer.identity, offer.digest}
    if part:
        yield part


def _published(tx: Connection, part: Sequence[_Offer], again: Collection[str]) -> list[Outcome]:
    offers = _with_what_is_known(tx, part, again)
    copies = _copies(tx, [offer for offer in offers if offer.known is None])
    decided = {offer.identity: _decided(offer, copies, again) for offer in offers}
    changes = _changes(tx, [offer for offer in offers if decided[offer.identity] is None])
    _write(tx, changes)
    written = {change.offer.identity: change.stored for change in changes}
    return [decided[offer.identity] or written[offer.identity] for offer in offers]


def _with_what_is_known(tx: Connection, part: Sequence[_Offer], again: Collection[str]) -> list[_Offer]:
    rows = tx.execute(select(articles).where(articles.c.canonical_url.in_([o.identity for o in part]))).all()
    known = {row.canonical_url: row for row in rows}
    asked = [
        known[o.identity].id
        for o in part
        if o.identity in known and (known[o.identity].content_hash != o.digest or o.enriched.article.id in again)
    ]
    current = _current(tx, asked)
    return [
        _Offer(o.ready, row, current.get(row.id) if row is not None else None)
        for o in part
        for row in (known.get(o.identity),)
    ]


def _current(tx: Connection, ids: Sequence[str]) -> dict[str, StoredArticle]:
    if not ids:
        return {}
    rows = tx.execute(select(articles.c.id, versions.c.document).join(versions, CURRENT).where(articles.c.id.in_(ids)))
    return {row.id: StoredArticle.model_validate(row.document) for row in rows}


def _copies(tx: Connection, offers: Sequence[_Offer]) -> Mapping[str, list[tuple[str, str | None]]]:
    """Id and domain of the stored articles with one of these texts, by digest."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    if offers:
        columns = select(articles.c.id, articles.c.domain, articles.c.content_hash)
        for row in tx.execute(columns.where(articles.c.content_hash.in_([o.digest for o in offers]))):
            found.setdefault(row.content_hash, []).append((row.id, row.domain))
    return found


def _decided(
    offer: _Offer, copies: Mapping[str, list[tuple[str, str | None]]], again: Collection[str]
) -> str | Rejected | None:
    """What becomes of an offer that is not written; ``None`` for one that is."""
    article, known, before = offer.enriched.article, offer.known, offer.before
    is_again = article.id in again
    if known is None:
        same = (copy for copy, domain in copies.get(offer.digest, ()) if _is_one_site(article.domain, domain))
        return next(same, None)
    if known.content_hash == offer.digest:
        is_news = is_again and before is not None and _reread(offer, before) != (before.article, before.enrichment)
        return None if is_news else str(known.id)
    return None if is_again or before is None else refusal(before.article, article)


def _is_one_site(domain: str | None, other: str | None) -> bool:
    return not domain or other is None or domain == other


def _reread(offer: _Offer, before: StoredArticle) -> tuple[Any, Any]:
    """What is found now in the same text. Facts of the page, and where the article stands, are what they were."""
    facts = {"id": before.article.id, "date_fetched": before.article.date_fetched}
    kept = {name: getattr(before.enrichment, name) for name in ("near_duplicate_of", "cluster_id")}
    return offer.enriched.article.model_copy(update=facts), offer.enriched.enrichment.model_copy(update=kept)


def _changes(tx: Connection, offers: Sequence[_Offer]) -> list[_Change]:
    if not offers:
        return []
    last = tx.execute(select(func.max(feed.c.seq))).scalar() or 0
    stored_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    rereads = {o.identity for o in offers if o.known is not None and o.known.content_hash == o.digest}
    drafts = {o.identity: _draft(o, seq, stored_at) for seq, o in enumerate(offers, last + 1)}
    new = [draft for key, draft in drafts.items() if key not in rereads]
    enrichments = {draft.seq: enrichment for draft, enrichment in zip(new, placed(tx, new), strict=True)}
    return [_change(o, drafts[o.identity], enrichments.get(drafts[o.identity].seq)) for o in offers]


def _draft(offer: _Offer, seq: int, stored_at: str) -> Draft:
    known, before, article = offer.known, offer.before, offer.enriched.article
    if known is None or before is None:
        return Draft(seq, 1, article, offer.enriched.enrichment, stored_at, offer.ready.terms)
    version = known.version + (known.content_hash != offer.digest)
    named = article.model_copy(update={"id": known.id})
    cluster = before.enrichment.cluster_id
    return Draft(seq, version, named, offer.enriched.enrichment, stored_at, offer.ready.terms, cluster)


def _change(offer: _Offer, draft: Draft, enrichment: Any) -> _Change:
    article, is_reread = draft.article, enrichment is None
    if enrichment is None and offer.before is not None:
        article, enrichment = _reread(offer, offer.before)
    stored = StoredArticle(
        article=article, enrichment=enrichment, seq=draft.seq, version=draft.version, stored_at=draft.stored_at
    )
    return _Change(offer, stored, is_reread)


def _write(tx: Connection, changes: Sequence[_Change]) -> None:
    """The rows of all; those of ``articles`` first, which the others refer to."""
    if not changes:
        return
    if new := [_article_row(change) for change in changes if change.offer.known is None]:
        insert_dicts(tx, articles, new)
    for change in changes:
        if (known := change.offer.known) is not None:
            tx.execute(update(articles).where(articles.c.id == known.id).values(**_article_row(change)))
            index.forget(tx, known.seq, known.date_published)
        if change.is_reread:
            _put_in_place(tx, change)
    if brought := [_version_row(change) for change in changes if not change.is_reread]:
        tx.execute(insert(versions), brought)  # large ones, which gain nothing from being told all at once
    insert_rows(tx, feed, [(s.seq, s.article.id, s.version, s.stored_at) for s in (c.stored for c in changes)])
    index.note(tx, [change.stored for change in changes], [change.offer.ready.entry for change in changes])


def _put_in_place(tx: Connection, change: _Change) -> None:
    stored = change.stored
    this = (versions.c.article_id == bindparam("of")) & (versions.c.version == bindparam("number"))
    values = {"of": stored.article.id, "number": stored.version, "document": change.offer.ready.written(stored)}
    tx.execute(update(versions).where(this).values(document=bindparam("document")), values)


def _article_row(change: _Change) -> dict[str, Any]:
    stored, article = change.stored, change.stored.article
    return {
        "id": article.id, "canonical_url": change.offer.identity, "domain": article.domain,
        "site_name": article.site_name, "headline": article.headline, "language": article.language,
        "date_published": article.date_published, "content_hash": change.offer.digest, "version": stored.version,
        "seq": stored.seq, "stored_at": stored.stored_at,
    }  # fmt: skip


def _version_row(change: _Change) -> dict[str, Any]:
    stored = change.stored
    return {
        "article_id": stored.article.id, "version": stored.version, "document_id": change.offer.enriched.article.id,
        "content_hash": change.offer.digest, "stored_at": stored.stored_at,
        "document": change.offer.ready.written(stored),
    }  # fmt: skip
