"""Finds the stored text that a text is a copy of: shared parts of the fingerprint first, then the texts themselves.

A part that ``CROWD`` texts have takes no more rows: it says little, and so reading and writing stay bounded for every
text, however large the store. Rows are those of a version and stay true to it when a later one comes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, select

from pipeline.store.many import insert_rows, is_among, listed
from pipeline.store.schema import feed, text_parts, versions
from pipeline.store.stories.texts import Reading, is_copy

DIGITS = 8
"""Hexadecimal digits of one part of a fingerprint."""
NOTED = 12
"""Parts of a text that are remembered, the smallest: all parts of a later one are looked for among them. Of two texts
that have half of their pairs of words in common - three words in ten were replaced - two are found with probability
.997, for half of the rows."""
CROWD = 32
"""Texts with one part in common, at most, that are remembered for it: the earliest."""
SHARED = 2
"""Parts in common before texts are compared; a text with few parts needs one."""
COMMON = 1 / 6
"""Share of the parts of the text with fewer that the other has, before the texts are looked at: copies have 4 of 24
in common and more, and half of what had 2 noted ones has fewer (generated reports, ``tests/bench``)."""
COMPARED = 4
"""Texts compared with one text, at most: those that share the most of what few others share."""
READINGS, SHORT = 128, 12_000
"""Texts kept as they were read, to be compared again, because copies of one text come in bursts; and characters of a
text that is kept: 100 KB of memory for each 3,000."""
Noted = tuple[int, str, str | None, str]
"""A text: the seq it is stored as, its article's id, its fingerprint, its body."""


@dataclass(frozen=True)
class _Known:
    """A text that another one may be a copy of."""

    article_id: str
    parts: frozenset[int]
    body: str
    original: str | None


def note_texts(tx: Connection, texts: Sequence[Noted]) -> list[str | None]:
    """Remember texts that are stored in this order; returns for each the earliest article whose text it is a copy of.

    Never the text's own article, nor what is known as a copy of it. Whoever commits first is the earlier one.
    """
    parts = {seq: _parts(fingerprint) for seq, _, fingerprint, _ in texts}
    having = _having(tx, {part for found in parts.values() for part in found})
    likely: dict[int, list[int]] = {}
    rows: list[tuple[int, int]] = []
    for seq, found in parts.items():
        likely[seq] = _likely({part: having[part] for part in found if part in having}, len(found))
        for part in found[:NOTED]:
            if len(crowd := having[part]) < CROWD:
                crowd.append(seq)
                rows.append((part, seq))
    insert_rows(tx, text_parts, rows)
    return _originals(tx, texts, likely)


def _parts(fingerprint: str | None) -> list[int]:
    sketch = fingerprint or ""
    return [int(sketch[at : at + DIGITS], 16) for at in range(0, len(sketch), DIGITS)]


def _having(tx: Connection, parts: Collection[int]) -> defaultdict[int, list[int]]:
    """The texts with each part, the earliest first."""
    having: defaultdict[int, list[int]] = defaultdict(list)
    for part, seq in tx.execute(_with_parts(tx.dialect.name), {"parts": listed(tx, parts)}).all():
        having[part].append(seq)
    return having


@lru_cache(2)
def _with_parts(dialect: str) -> Select[Any]:
    query = select(text_parts.c.part, text_parts.c.seq).where(is_among(dialect, text_parts.c.part, "parts"))
    return query.order_by(text_parts.c.part, text_parts.c.seq)


def _likely(having: Mapping[int, Sequence[int]], parts: int) -> list[int]:
    """The texts to compare, the likeliest first; a part counts for less the more texts have it."""
    enough = min(SHARED, max(1, parts // 4))
    shared = Counter(chain.from_iterable(having.values()))
    weight = {text: 0.0 for text, times in shared.items() if times >= enough}
    for texts in having.values() if weight else ():
        for text in weight.keys() & texts:
            weight[text] += 1 / len(texts)
    return sorted(weight, key=lambda text: (-weight[text], text))[:COMPARED]


def _originals(tx: Connection, texts: Sequence[Noted], likely: Mapping[int, Sequence[int]]) -> list[str | None]:
    own = {seq for seq, *_ in texts}
    known = _read(tx, {seq for found in likely.values() for seq in found if seq not in own})
    originals: list[str | None] = []
    for seq, article_id, fingerprint, body in texts:
        parts = frozenset(_parts(fingerprint))
        others = [known[other] for other in likely[seq] if other in known]
        originals.append(_original([other for other in others if _has_enough(other.parts, parts)], article_id, body))
        known[seq] = _Known(article_id, parts, body, originals[-1])
    return originals


def _has_enough(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= COMMON * min(len(one), len(other))


def _original(others: Iterable[_Known], article_id: str, body: str) -> str | None:
    for other in others:
        if article_id not in (other.article_id, other.original) and is_copy(_reading(other.body), _reading(body)):
            return other.original or other.article_id
    return None


def _reading(body: str) -> Reading:
    return _kept(body) if len(body) <= SHORT else Reading(body)


_kept = lru_cache(READINGS)(Reading)


def _read(tx: Connection, seqs: Collection[int]) -> dict[int, _Known]:
    rows = tx.execute(_texts_of(tx.dialect.name), {"seqs": listed(tx, seqs)}).all() if seqs else ()
    return {
        seq: _Known(article_id, frozenset(_parts(fingerprint)), body, original)
        for seq, article_id, fingerprint, body, original in rows
    }


@lru_cache(2)
def _texts_of(dialect: str) -> Select[Any]:
    document = versions.c.document
    query = select(
        feed.c.seq, feed.c.article_id, document["enrichment", "fingerprint"].as_string(),
        document["article", "body"].as_string(), document["enrichment", "near_duplicate_of"].as_string(),
    )  # fmt: skip
    query = query.join(versions, (versions.c.article_id == feed.c.article_id) & (versions.c.version == feed.c.version))
    return query.where(is_among(dialect, feed.c.seq, "seqs"))
