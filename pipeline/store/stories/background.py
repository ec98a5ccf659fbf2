"""How frequent terms are: counted in the articles that were stored before, up to an edge.

Between two edges every article is weighed alike, so that counting costs next to nothing, and each process counts the
same: what an article belongs to does not depend on who stores it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from sqlalchemy import Connection, select

from pipeline.store.schema import feed, outlines
from pipeline.store.stories.outlines import terms_in

STEP, COUNTED = 512, 1_024
"""Articles from edge to edge, and articles counted before one; in a small store the edges are powers of two."""
FIRST = 8
GROUND = 100
"""Articles that are supposed to be there besides: in a small store no term is common, and none is rare."""
REMEMBERED = 4
"""Backgrounds kept by a process."""


@dataclass(frozen=True)
class Background:
    """Articles, and how many of them have a term."""

    articles: int
    having: Mapping[int, int]

    def weight(self, term: int) -> float:
        """What a term tells: the rarer, the more."""
        return self._weights[self.having.get(term, 0)]

    @cached_property
    def _weights(self) -> Sequence[float]:
        """By how many articles have the term; at most all of them have it."""
        return [max(0.0, log((self.articles + GROUND) / (number + 1))) for number in range(self.articles + 1)]


_COUNTED: dict[tuple[int, str, str], Background] = {}


def last_edge(seq: int) -> int:
    """The last edge before the article that is stored as ``seq``; 0 before the first."""
    before = seq - 1
    if before >= STEP:
        return before // STEP * STEP
    return 1 << before.bit_length() - 1 if before >= FIRST else 0


def background_at(tx: Connection, edge: int) -> Background:
    """What was stored up to an edge."""
    if not edge:
        return Background(0, {})
    # The article at the edge and its moment say whether it is what was counted: transactions are rolled back, and
    # stores restored. Before it is in the feed nothing is certain.
    row = tx.execute(select(feed.c.article_id, feed.c.at).where(feed.c.seq == edge)).first()
    if row is None:
        return _counted(tx, edge)
    key = (edge, row.article_id, row.at)
    if key not in _COUNTED:
        while len(_COUNTED) >= REMEMBERED:
            _COUNTED.pop(next(iter(_COUNTED)), None)
        _COUNTED[key] = _counted(tx, edge)
    return _COUNTED[key]


def _counted(tx: Connection, edge: int) -> Background:
    query = select(outlines.c.terms).where(outlines.c.seq > edge - COUNTED, outlines.c.seq <= edge)
    found = tx.execute(query).scalars().all()
    having: Counter[int] = Counter()
    for packed in found:
        having.update(terms_in(packed))
    return Background(len(found), having)
