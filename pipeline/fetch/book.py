"""The book of turns: who may ask which host when. One for all processes of a fleet, or one in this process.

Only the book decides; it goes by one clock, and it is told everything in seconds from now. Three rules hold for a host:
a request starts only ``spacing`` after the one before was *sent*, only while fewer than ``concurrency`` are open, and
only one turn is given away at a time that has not been used yet. So the spacing holds between the requests as they
leave, whatever happens between a turn and its use. A turn whose holder is never heard of again ends after ``LEASE``.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.fetch.rhythm import STEADY, Rhythm
from pipeline.sites import LONGEST_DELAY, Pace

LEASE = 60.0
"""Seconds after which an open request counts as closed, and an unused turn as given back."""
LEAD = 0.1
"""Seconds that a turn is given away before its time, so that its holder loses nothing on the way to the book."""
MEMORY = LONGEST_DELAY
"""Seconds that a host is remembered after it was last heard of: no pace is longer."""
AFTERGLOW = 3600.0
"""The same for a host that was slowed down."""
CROWDED = 0.05, 1.0
"""Shortest and longest wait until asking again where too many requests are open; between them, half the spacing."""


@dataclass(frozen=True)
class Want:
    """A turn is wanted. Asked again under the same ``id``, the same turn is given."""

    id: str
    pace: Pace


@dataclass(frozen=True)
class Word:
    """All that a process has to say about one host at one moment; saying it twice does no harm."""

    sent: Mapping[str, float] = field(default_factory=dict)
    """Turns that were used, and how many seconds ago."""
    ended: tuple[str, ...] = ()
    """Turns that are over, used or not."""
    rest: float = 0.0
    """Seconds that the host wants to be left alone for."""
    rhythm: tuple[int, Rhythm] | None = None
    """A new rhythm, and the version that it was worked out from; it only counts if that is still the current one."""
    want: Want | None = None


@dataclass(frozen=True)
class Answer:
    """What the book says about one host."""

    granted: bool
    wait: float
    """Seconds: until the turn starts, or until it makes sense to ask again."""
    version: int
    rhythm: Rhythm


class Book(Protocol):
    """Where turns are written down."""

    async def exchange(self, words: Mapping[str, Word]) -> dict[str, Answer]:
        """Hear what is said about each host, and answer for each; ``UnavailableError`` if that cannot be done now."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass
class _Page:
    """What is known of one host; moments by the book's clock."""

    heard: float = 0.0
    sent: float = float("-inf")
    rest_until: float = float("-inf")
    version: int = 0
    rhythm: Rhythm = STEADY
    open: dict[str, float] = field(default_factory=dict)
    """Turn to the end of its lease."""
    unused: str | None = None
    starts: float = 0.0
    """When the unused turn starts."""

    def hear(self, word: Word, now: float) -> None:
        self.heard = now
        for turn, ago in word.sent.items():
            self.sent = max(self.sent, now - ago)
            self._used(turn)
        for turn in word.ended:
            self.open.pop(turn, None)
            self._used(turn)
        if word.rest:
            self.rest_until = max(self.rest_until, now + word.rest)
        if word.rhythm and word.rhythm[0] == self.version:
            self.version, self.rhythm = self.version + 1, word.rhythm[1]

    def _used(self, turn: str) -> None:
        if self.unused == turn:
            self.unused = None

    def give(self, want: Want, now: float) -> tuple[bool, float]:
        """Whether the turn is given, and how long to wait."""
        spacing = max(want.pace.seconds, self.rhythm.spacing)
        wait = max(self.sent + spacing, self.rest_until, now) - now
        self.open = {turn: end for turn, end in self.open.items() if end > now}
        if self.unused not in self.open:
            self.unused = None
        if want.id in self.open:
            return True, wait
        if self.unused and spacing:
            return False, max(wait, max(self.starts - now, 0) + spacing)
        if want.pace.concurrency and len(self.open) >= want.pace.concurrency:
            return False, max(wait, min(max(spacing / 2, CROWDED[0]), CROWDED[1]))
        if wait > LEAD:
            return False, wait
        self.open[want.id], self.unused, self.starts = now + wait + LEASE, want.id, now + wait
        return True, wait

    def is_blank_at(self, now: float) -> bool:
        memory = AFTERGLOW if self.rhythm != STEADY else MEMORY
        return now > max([self.heard + memory, self.rest_until, *self.open.values()])


class LocalBook:
    """The book of a single process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pages: dict[str, _Page] = {}
        self._tidy_at = 1000

    async def exchange(self, words: Mapping[str, Word]) -> dict[str, Answer]:
        """See ``Book``; never fails."""
        now = self._clock()
        if len(self._pages) > self._tidy_at:
            self._pages = {host: page for host, page in self._pages.items() if not page.is_blank_at(now)}
            self._tidy_at = max(1000, 2 * len(self._pages))
        return {host: self._answer(self._pages.setdefault(host, _Page()), word, now) for host, word in words.items()}

    def _answer(self, page: _Page, word: Word, now: float) -> Answer:
        page.hear(word, now)
        granted, wait = page.give(word.want, now) if word.want else (False, 0.0)
        return Answer(granted, wait, page.version, page.rhythm)

    async def close(self) -> None:
        """Nothing to let go of."""
