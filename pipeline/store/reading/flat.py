"""Stored articles as the flat objects that are published, read no sooner than they are taken."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, select

from pipeline.store.published import published_row
from pipeline.store.schema import CURRENT, WRITTEN, articles, versions

CHUNK = 25
"""Documents read at a time: what is not taken was read in vain, and memory stays small."""


def flat(document: str, seq: int) -> dict[str, Any]:
    """The published form of a document, with the ``seq`` of another change than the one that wrote it."""
    return published_row(document) | {"seq": seq}


def articles_at(tx: Connection, seqs: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The current versions with these ``seq``, in this order, read as they are taken."""
    query = select(articles.c.seq, WRITTEN).join(versions, CURRENT)
    for some in _chunks(seqs):
        found: dict[int, str] = {row[0]: row[1] for row in tx.execute(query.where(articles.c.seq.in_(some)))}
        yield from (published_row(found[seq]) for seq in some if seq in found)


def one(tx: Connection, query: Select[Any]) -> dict[str, Any] | None:
    """The published form of the one document that the query finds."""
    document = tx.execute(query).scalar()
    return None if document is None else published_row(document)


def _chunks(seqs: Iterable[int]) -> Iterator[Sequence[int]]:
    rest = iter(seqs)
    while some := list(islice(rest, CHUNK)):
        yield some
