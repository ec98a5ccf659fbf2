"""Puts reports on one event together: an inverted index of terms over a few days.

A term weighs what it tells, ``log(articles / articles with the term)``, counted in the index itself over the days
around the article. Two reports tell of one event where the weight of what they share is a good part of the weight of
all terms, with a name among it. A cluster is named after its first article and takes what is at most ``WINDOW`` away
from it, so that a long affair is many clusters and not one that grows without end.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from math import log
from typing import Any

from sqlalchemy import Connection, TextClause, delete, func, insert, select, text

from pipeline.documents import Article, Enrichment
from pipeline.store.schema import articles, feed, story_terms, versions
from pipeline.store.stories.terms import hour_of, terms_of

WINDOW = 84
"""Hours between a report and the first one on its event, at most: three and a half days."""
KEPT = 14 * 24
"""Hours after which an article that was stored takes no more reports to its cluster, and its terms are forgotten."""
EVERY = 0
"""The term that every article has: how many articles there are."""
NEWEST = 64
"""Articles read for one term, at most; of a term that has more the number is estimated from how close they lie."""
SHARE = 0.27
"""Weight of the terms in common, as a share of that of all terms of the article."""
TERMS = 4
"""Terms in common, at least."""
GROUND = 100
"""Articles that are supposed to lie in the index besides: in a small store no term is common, and none is rare."""
ASKED = 3
"""Articles whose cluster is asked for, at most: the most similar."""
TIDIED = 64
"""Articles after which as many, or twice as many, are forgotten that are old enough."""


def join_story(tx: Connection, seq: int, article: Article, enrichment: Enrichment, stored_at: str) -> str:
    """Remember the article that is stored as ``seq`` as a new one; returns the id of its cluster, maybe its own."""
    hour, terms = hour_of(article.date_published, stored_at), terms_of(article, enrichment)
    having = _having(tx, [EVERY, *terms], hour)
    found = _cluster(tx, _similar(terms, having), hour)
    tx.execute(insert(story_terms), [{"term": term, "hour": hour, "seq": seq} for term in (EVERY, *terms)])
    if seq % TIDIED == 0:
        _tidy(tx, stored_at)
    return found or article.id


def cluster_of(tx: Connection, article_id: str, version: int) -> str | None:
    """The cluster that a stored version is in."""
    query = select(versions.c.document["enrichment", "cluster_id"].as_string())
    return tx.execute(query.where(versions.c.article_id == article_id, versions.c.version == version)).scalar()


def _having(tx: Connection, terms: Sequence[int], hour: int) -> dict[int, list[tuple[int, int]]]:
    """The newest articles around this hour with each of the terms, as hour and seq."""
    values = {f"term{n}": term for n, term in enumerate(terms)}
    rows = tx.execute(_newest(len(terms)), values | {"since": hour - WINDOW, "until": hour + WINDOW})
    having: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for term, at, seq in rows:
        having[term].append((at, seq))
    return having


@cache
def _newest(terms: int) -> TextClause:
    """One question for all terms: each is answered out of the primary key, and none has more than ``NEWEST`` rows."""
    one = (
        "SELECT * FROM (SELECT term, hour, seq FROM story_terms WHERE term = :term{n}"
        " AND hour BETWEEN :since AND :until ORDER BY hour DESC, seq DESC LIMIT {limit}) AS t{n}"
    )
    return text(" UNION ALL ".join(one.format(n=n, limit=NEWEST) for n in range(terms)))


def _number(found: Sequence[tuple[int, int]]) -> float:
    """How many articles have a term, given the newest of them."""
    if len(found) < NEWEST:
        return len(found)
    return max(1.0, 2 * WINDOW / (found[0][0] - found[-1][0] + 1)) * NEWEST


def _similar(terms: dict[int, bool], having: dict[int, list[tuple[int, int]]]) -> list[int]:
    """The articles that tell of the same event, the most similar first."""
    all_of_them = _number(having[EVERY]) + GROUND
    weights = {term: max(0.0, log(all_of_them / (_number(having[term]) + 1))) for term in terms}
    shared: defaultdict[int, list[int]] = defaultdict(list)
    for term in terms:
        for _, seq in having[term]:
            shared[seq].append(term)
    enough = SHARE * sum(weights.values())
    score = {seq: sum(weights[term] for term in common) for seq, common in shared.items() if _may_be(common, terms)}
    return sorted((seq for seq in score if score[seq] >= enough), key=lambda seq: (-score[seq], seq))[:ASKED]


def _may_be(common: Sequence[int], terms: dict[int, bool]) -> bool:
    names = sum(terms[term] for term in common)
    return len(common) >= TERMS and 0 < names < len(common)


def _cluster(tx: Connection, similar: Sequence[int], hour: int) -> str | None:
    """The cluster of the first of these articles whose cluster is still young enough."""
    for cluster in _clusters(tx, similar):
        query = select(articles.c.date_published, articles.c.stored_at).where(articles.c.id == cluster)
        first = tx.execute(query).first()
        if first is not None and abs(hour - hour_of(first.date_published, first.stored_at)) <= WINDOW:
            return cluster
    return None


def _clusters(tx: Connection, similar: Sequence[int]) -> Iterator[str]:
    if not similar:
        return
    query = select(feed.c.seq, feed.c.article_id, feed.c.version).where(feed.c.seq.in_(similar))
    stored: dict[int, Any] = {row.seq: row for row in tx.execute(query)}
    for row in (stored[seq] for seq in similar if seq in stored):
        yield cluster_of(tx, row.article_id, row.version) or row.article_id


def _tidy(tx: Connection, now: str) -> None:
    """Forget the terms of the oldest articles, where they were stored long enough ago."""
    oldest = tx.execute(select(func.min(story_terms.c.seq))).scalar()
    if oldest is None:
        return
    query = select(feed.c.seq, feed.c.at).where(feed.c.seq.between(oldest, oldest + 2 * TIDIED))
    before = hour_of(None, now) - KEPT
    if old := [row.seq for row in tx.execute(query) if hour_of(None, row.at) < before]:
        tx.execute(delete(story_terms).where(story_terms.c.seq.between(oldest, max(old))))
