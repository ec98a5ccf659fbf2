"""Puts reports on one event together, by the terms that they have in common over a few days.

A term weighs what it tells, ``log(articles / articles with the term)``, counted in the articles that were stored
before. Two reports tell of one event where the weight of what they share is a good part of the weight of all terms,
with a name among it. So names are what candidates are found by, in an inverted index; all terms of an article lie
together in its outline, which is read of the likeliest candidates only: an article costs some ten rows, wherever the
store keeps them. A cluster is named after its first article and takes what is at most ``WINDOW`` away from it, so that
a long affair is many clusters and not one that grows without end.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from sqlalchemy import Connection, delete, func, select

from pipeline.store.many import insert_rows
from pipeline.store.schema import feed, outlines, story_names
from pipeline.store.stories.background import Background, background_at, last_edge
from pipeline.store.stories.outlines import Outline, read_outlines, written
from pipeline.store.stories.postings import Posting, newest
from pipeline.store.stories.terms import hour_of

WINDOW = 84
"""Hours between a report and the first one on its event, at most: three and a half days."""
KEPT = 14 * 24
"""Hours after which an article that was stored takes no more reports to its cluster, and its terms are forgotten."""
NAMES = 8
"""Terms of names that an article is found by, at most: those that tell the most."""
NEWEST = 32
"""Articles read for one name, at most."""
LIKELIEST = 16
"""Candidates whose outlines are read, at most: those that share the most weight of names."""
SHARE = 0.27
"""Weight of the terms in common, as a share of that of all terms of the article."""
TERMS = 4
"""Terms in common, at least."""
TIDIED = 64
"""Articles after which as many, or twice as many, are forgotten that are old enough."""


@dataclass(frozen=True)
class Report:
    """A new article as it is compared: the seq it is stored as, its hour since the epoch, its terms as in ``terms``."""

    seq: int
    article_id: str
    hour: int
    terms: Mapping[int, bool]

    def names(self, background: Background) -> list[int]:
        """The terms of names that tell the most."""
        names = (term for term, is_name in self.terms.items() if is_name)
        return sorted(names, key=background.weight, reverse=True)[:NAMES]


def join_stories(tx: Connection, reports: Sequence[Report]) -> dict[int, str]:
    """Remember new articles, in this order; returns by seq the id of each one's cluster, maybe its own."""
    joined: dict[int, str] = {}
    for group in _groups(reports):
        background = background_at(tx, last_edge(group[0].seq))
        names = {report.seq: report.names(background) for report in group}
        found = _join(tx, group, names, background)
        joined |= {seq: outline.cluster for seq, outline in found.items()}
        insert_rows(tx, outlines, [written(outline) for outline in found.values()])
        insert_rows(tx, story_names, [(name, r.hour, r.seq) for r in group for name in names[r.seq]])
    if any(report.seq % TIDIED == 0 for report in reports):
        _tidy(tx)
    return joined


def _groups(reports: Sequence[Report]) -> Iterator[list[Report]]:
    """Reports that are weighed against the same background."""
    group: list[Report] = []
    for report in reports:
        if group and last_edge(report.seq) != last_edge(group[0].seq):
            yield group
            group = []
        group.append(report)
    if group:
        yield group


def _join(
    tx: Connection, group: Sequence[Report], names: Mapping[int, Sequence[int]], background: Background
) -> dict[int, Outline]:
    having = _Having(tx, group, names)
    likely = {report.seq: _likely(report, having.before(report), background) for report in group}
    known = read_outlines(tx, {seq for seqs in likely.values() for seq in seqs if seq < group[0].seq})
    for report in group:
        first = _first_similar(report, [known[seq] for seq in likely[report.seq] if seq in known], background)
        cluster, since = (first.cluster, first.since) if first else (report.article_id, report.hour)
        known[report.seq] = Outline(report.seq, cluster, since, tuple(report.terms))
    return {report.seq: known[report.seq] for report in group}


class _Having:
    """The newest articles around each report that have one of its names, those of its own group before it included."""

    def __init__(self, tx: Connection, group: Sequence[Report], names: Mapping[int, Sequence[int]]) -> None:
        asked = [(r.seq, name, r.hour - WINDOW, r.hour + WINDOW) for r in group for name in names[r.seq]]
        self._names = names
        self._stored: defaultdict[int, list[Posting]] = defaultdict(list)
        for report, name, seq in newest(tx, asked, NEWEST):
            self._stored[report].append((name, seq))
        self._group: defaultdict[int, list[Report]] = defaultdict(list)

    def before(self, report: Report) -> Iterator[Posting]:
        """Name and seq; to be asked once for each report, in order."""
        yield from self._stored.pop(report.seq, ())
        for name in self._names[report.seq]:
            yield from ((name, r.seq) for r in self._group[name][-NEWEST:] if abs(r.hour - report.hour) <= WINDOW)
            self._group[name].append(report)


def _likely(report: Report, having: Iterable[Posting], background: Background) -> list[int]:
    weight: dict[int, float] = {}
    weights = {name: background.weight(name) for name in report.terms}
    for name, seq in having:
        weight[seq] = weight.get(seq, 0.0) + weights[name]
    return [seq for _, seq in nlargest(LIKELIEST, zip(weight.values(), weight, strict=True))]


def _first_similar(report: Report, candidates: Sequence[Outline], background: Background) -> Outline | None:
    """The most similar article that tells of the same event, of those whose cluster is young enough."""
    weights = {term: background.weight(term) for term in report.terms}
    best, most = None, SHARE * sum(weights.values())
    for candidate in candidates:
        common = [term for term in candidate.terms if term in weights]
        score = sum(weights[term] for term in common)
        is_better = score >= most if best is None else score > most
        if is_better and _may_be(common, report) and abs(report.hour - candidate.since) <= WINDOW:
            best, most = candidate, score
    return best


def _may_be(common: Sequence[int], report: Report) -> bool:
    names = sum(report.terms[term] for term in common)
    return len(common) >= TERMS and 0 < names < len(common)


def _tidy(tx: Connection) -> None:
    """Forget the terms of the oldest articles, where they were stored long enough ago."""
    oldest = tx.execute(select(func.min(outlines.c.seq))).scalar()
    now = tx.execute(select(feed.c.at).order_by(feed.c.seq.desc()).limit(1)).scalar()
    if oldest is None or now is None:
        return
    until = oldest + 2 * TIDIED
    query = select(feed.c.seq, feed.c.at).where(feed.c.seq.between(oldest, until))
    before = hour_of(None, now) - KEPT
    old = [row.seq for row in tx.execute(query) if hour_of(None, row.at) < before]
    if old:
        tx.execute(delete(outlines).where(outlines.c.seq.between(oldest, max(old))))
        tx.execute(delete(story_names).where(story_names.c.seq.between(oldest, max(old))))
