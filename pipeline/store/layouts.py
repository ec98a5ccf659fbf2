"""Whether a site still yields what it used to: its newest readings against those before them.

A template that changes takes something from every page at once - the date, the authors, half of the text - so a simple
count tells: of ten or twenty readings in a row, so few have what nearly all had before that chance would do it once in
ten thousand times (binomial, one-sided), and less than half of the usual share. What only comes from another place in
the page than before, and still comes, is told apart: ``changed``, not ``broken``.
"""

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median
from typing import Literal, NamedTuple

WINDOWS = (10, 20)
"""Readings that are held against those before."""
CHANGED_WINDOW = 20
LEAST_BEFORE = 20
"""Readings that say what is usual; with fewer nothing is said."""
CHANCE = 1e-4
KEPT = 200
"""Readings of a site that are kept: the newest."""
USUAL_LENGTH = 3.0
"""A text is of unusual length when it is so many times shorter or longer than the median."""
FREQUENT = 0.1
"""Share of the readings from which on a set of sources is one of the site's own."""
LAYOUT = struct.Struct("<IBHBB")
READ, ARTICLE, HEADLINE, DATE, AUTHORS = 1, 2, 4, 8, 16


class Reading(NamedTuple):
    """What came of one page of a site."""

    at: int
    """Seconds since the epoch."""
    flags: int
    """Of ``READ`` (there was a page at all), ``ARTICLE``, and the fields that it had."""
    characters: int = 0
    """Of the body."""
    agreed: int = 0
    """Confidence in the body, percent."""
    sources: int = 0
    """Digest of where its fields came from."""

    def has(self, flag: int) -> bool:
        """Whether all of these hold."""
        return self.flags & flag == flag

    @property
    def quality(self) -> float:
        """From 0 (no article) to 1: the share of headline, date, authors, and how far the body is agreed on."""
        if not self.has(ARTICLE):
            return 0.0
        return (sum(self.has(flag) for flag in (HEADLINE, DATE, AUTHORS)) + self.agreed / 100) / 4


@dataclass(frozen=True)
class Fault:
    """Something that most pages of a site had, and the newest have not."""

    kind: Literal["broken", "changed"]
    what: str
    now: int
    """Of the newest ``window`` readings, those that have it."""
    window: int
    before: float
    """Share of those before that had it."""

    def __str__(self) -> str:
        return f"{self.what}: {self.now} of the last {self.window}, {self.before:.0%} before"


Holds = Callable[[Reading], bool]


def packed(readings: Sequence[Reading]) -> bytes:
    """The newest of them, as they are kept."""
    return b"".join(LAYOUT.pack(r.at, r.flags, min(r.characters, 65_535), *r[3:]) for r in readings[-KEPT:])


def unpacked(data: bytes | None) -> list[Reading]:
    """The same, oldest first."""
    return [Reading(*values) for values in LAYOUT.iter_unpack(data or b"")]


def faults(readings: Sequence[Reading]) -> list[Fault]:
    """What is wrong with the newest, held against those before them: the worst window of each."""
    found: dict[str, Fault] = {}
    for window in WINDOWS:
        for fault in against(readings[:-window], readings[-window:]):
            found.setdefault(fault.what, fault)
    return list(found.values())


def against(usual: Sequence[Reading], newest: Sequence[Reading]) -> list[Fault]:
    """What the newest lack that is usual. Pages that never came say nothing about the layout."""
    usual, newest = ([r for r in some if r.has(READ)] for some in (usual, newest))
    found = list(_lacking("broken", [("article", lambda r: r.has(ARTICLE))], usual, newest))
    usual, newest = ([r for r in some if r.has(ARTICLE)] for some in (usual, newest))
    if len(usual) < LEAST_BEFORE:
        return found
    found += _lacking("broken", _signals(usual), usual, newest)
    if not found and len(newest) >= CHANGED_WINDOW:
        own = _frequent(r.sources for r in usual)
        found += _lacking("changed", [("usual sources of the fields", lambda r: r.sources in own)], usual, newest)
    return found


def _signals(usual: Sequence[Reading]) -> list[tuple[str, Holds]]:
    length = median(r.characters for r in usual)
    agreed = sorted(r.agreed for r in usual)[len(usual) // 10]
    return [
        ("headline", lambda r: r.has(HEADLINE)),
        ("date", lambda r: r.has(DATE)),
        ("authors", lambda r: r.has(AUTHORS)),
        ("text of usual length", lambda r: length / USUAL_LENGTH <= r.characters <= length * USUAL_LENGTH),
        ("agreement on the text", lambda r: r.agreed >= agreed),
    ]


def _lacking(
    kind: Literal["broken", "changed"],
    signals: Iterable[tuple[str, Holds]],
    usual: Sequence[Reading],
    newest: Sequence[Reading],
) -> Iterable[Fault]:
    number = len(newest)
    if len(usual) < LEAST_BEFORE or number < WINDOWS[0]:
        return
    for what, holds in signals:
        has = sum(map(holds, newest))
        if has > number / 2:
            continue
        had = sum(map(holds, usual))
        share = (had + 1) / (len(usual) + 2)  # Laplace: twenty of twenty is no certainty
        if has <= share / 2 * number and _at_most(has, number, share) < CHANCE:
            yield Fault(kind, what, has, number, had / len(usual))


def _at_most(most: int, number: int, share: float) -> float:
    """Probability of so few or fewer of ``number``, each with this probability."""
    return sum(comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(most + 1))


def _frequent(values: Iterable[int]) -> set[int]:
    counted = Counter(values)
    return {value for value, number in counted.items() if number >= FREQUENT * counted.total()}
