"""Finds the stored text that a text is a copy of: shared parts of the fingerprint first, then the texts themselves.

A part that ``CROWD`` texts have takes no more rows: it says little, and so reading and writing stay bounded for every
text, however large the store. Rows are those of a version and stay true to it when a later one comes.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from pipeline.store.schema import feed, text_parts, versions
from pipeline.store.stories.texts import is_copy

DIGITS = 8
"""Hexadecimal digits of one part of a fingerprint."""
CROWD = 32
"""Texts with one part in common, at most, that are remembered for it: the earliest."""
SHARED = 2
"""Parts in common before texts are compared; a text with few parts needs one."""
COMPARED = 4
"""Texts compared with one text, at most: those that share the most of what few others share."""


def note_text(tx: Connection, seq: int, article_id: str, fingerprint: str | None, body: str) -> str | None:
    """Remember the text that is stored as ``seq``; returns the id of the earliest article whose text it is a copy of.

    Never ``article_id`` itself, nor what is known as a copy of it. Whoever commits first is the earlier one.
    """
    if not fingerprint:
        return None
    parts = [int(fingerprint[at : at + DIGITS], 16) for at in range(0, len(fingerprint), DIGITS)]
    having: dict[int, list[int]] = defaultdict(list)
    for part, other in tx.execute(select(text_parts).where(text_parts.c.part.in_(parts))):
        having[part].append(other)
    found = _original(tx, _likely(having, len(parts)), article_id, body)
    rows = [{"part": part, "seq": seq} for part in parts if len(having[part]) < CROWD]
    if rows:
        tx.execute(insert(text_parts), rows)
    return found


def _likely(having: dict[int, list[int]], parts: int) -> list[int]:
    """The texts to compare, the likeliest first; a part counts for less the more texts have it."""
    shared: Counter[int] = Counter()
    weight: defaultdict[int, float] = defaultdict(float)
    for texts in having.values():
        for text in texts:
            shared[text] += 1
            weight[text] += 1 / len(texts)
    enough = min(SHARED, max(1, parts // 4))
    likely = [text for text, times in shared.items() if times >= enough]
    return sorted(likely, key=lambda text: (-weight[text], text))[:COMPARED]


def _original(tx: Connection, texts: Sequence[int], article_id: str, body: str) -> str | None:
    found = {row.seq: row for row in _read(tx, texts)}
    for row in (found[text] for text in texts if text in found):
        if article_id not in (row.article_id, row.original) and is_copy(row.body, body):
            return str(row.original or row.article_id)
    return None


def _read(tx: Connection, texts: Sequence[int]) -> Sequence[Row[Any]]:
    if not texts:
        return []
    document = versions.c.document
    query = select(
        feed.c.seq, feed.c.article_id, document["article", "body"].as_string().label("body"),
        document["enrichment", "near_duplicate_of"].as_string().label("original"),
    )  # fmt: skip
    query = query.join(versions, (versions.c.article_id == feed.c.article_id) & (versions.c.version == feed.c.version))
    return tx.execute(query.where(feed.c.seq.in_(texts))).all()
