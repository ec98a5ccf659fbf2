"""What an article is about, in some hundred bytes: all its terms, and the cluster it is in."""

from collections.abc import Collection
from dataclasses import dataclass
from struct import pack, unpack
from typing import Any

from sqlalchemy import Connection, Row, select

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
    rows = tx.execute(select(outlines).where(outlines.c.seq.in_(seqs))).all()
    return {row.seq: _outline(row) for row in rows}


def written(outline: Outline) -> tuple[int, str, int, bytes]:
    """As a row."""
    return outline.seq, outline.cluster, outline.since, pack(f"<{len(outline.terms)}I", *outline.terms)


def terms_in(packed: bytes) -> tuple[int, ...]:
    """The terms of a row: 4 bytes each, the lowest first."""
    return unpack(f"<{len(packed) // 4}I", packed)


def _outline(row: Row[Any]) -> Outline:
    return Outline(row.seq, row.cluster, row.since, terms_in(row.terms))
