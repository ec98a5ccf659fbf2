"""What an article is about, in some hundred bytes: all its terms, and the cluster it is in."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from struct import pack, unpack
from typing import Any

from sqlalchemy import Connection, Select, select

from pipeline.store.many import is_among, listed
from pipeline.store.schema import outlines


@dataclass(frozen=True)
class Outline:
    """Of the article that was stored as ``seq``; ``since``: the hour of its cluster's first article."""

    seq: int
    cluster: str
    since: int
    terms: tuple[int, ...]


def read_outlines(tx: Connection, seqs: Collection[int]) -> dict[int, Outline]:
    """Those that are there, by seq."""
    if not seqs:
        return {}
    rows = tx.execute(_stored_as(tx.dialect.name), {"seqs": listed(tx, seqs)}).all()
    return {seq: Outline(seq, cluster, since, terms_in(terms)) for seq, cluster, since, terms in rows}


@lru_cache(2)
def _stored_as(dialect: str) -> Select[Any]:
    columns = outlines.c
    query = select(columns.seq, columns.cluster, columns.since, columns.terms)
    return query.where(is_among(dialect, columns.seq, "seqs"))


def written(outline: Outline) -> tuple[int, str, int, bytes]:
    """As a row."""
    return outline.seq, outline.cluster, outline.since, pack(f"<{len(outline.terms)}I", *outline.terms)


def terms_in(packed: bytes) -> tuple[int, ...]:
    """The terms of a row: 4 bytes each, the lowest first."""
    return unpack(f"<{len(packed) // 4}I", packed)
