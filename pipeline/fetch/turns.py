"""Turns: nobody asks a host before its turn, in the whole fleet.

``Turns`` is one process's side: requests wait here in a line per host, and one task carries all that there is to say
and to ask to the book, in one exchange for all hosts. Each answer tells when asking again makes sense, so the book is
not polled. While the book cannot be reached nobody gets a turn.
"""

import asyncio
import heapq
import itertools
import logging
import os
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from pipeline.errors import Postponed, UnavailableError
from pipeline.fetch.book import LEAD, LEASE, Answer, Book, Want, Word
from pipeline.fetch.rhythm import NOTHING, STEADY, Observation, Rhythm, adapted
from pipeline.sites import FREE, Pace

log = logging.getLogger("copydesk")

LATER = 0.05
"""Seconds that the end of a request may wait for something else to be said."""
BREATH = 0.01
"""Seconds between two exchanges, so that much is said in few; turns are given ahead, so that nobody loses by it."""
MOST_HOSTS = 500
"""Hosts in one exchange."""
AWAY = 0.25
"""Seconds until a book that could not be reached is tried again."""
FAREWELL = 1.0
"""Seconds that a closing process takes to give back what it holds."""
SHORTEST_NAP = 0.002
NEVER = float("inf")


class Turn:
    """The right to send one request. ``sent`` when it leaves, ``done`` when the answer is in or will not come."""

    def __init__(self, turns: "Turns | None" = None, host: str = "", id: str = "", pace: Pace = FREE) -> None:  # noqa: A002
        self._turns = turns
        self.host, self.id, self.pace = host, id, pace
        self._granted_at = asyncio.get_running_loop().time()
        self.sent_at: float | None = None
        """By the event loop's clock."""

    def is_stale(self) -> bool:
        """Whether too little is left of the lease to begin with a request."""
        return self._turns is not None and asyncio.get_running_loop().time() - self._granted_at > LEASE / 2

    def age(self) -> float:
        """Seconds since the request was sent."""
        return asyncio.get_running_loop().time() - (self.sent_at or self._granted_at)

    def sent(self) -> None:
        """The request was handed to the network just now."""
        self.sent_at = asyncio.get_running_loop().time()
        if self._turns:
            self._turns.note_sent(self, self.sent_at)

    def done(self, seen: Observation = NOTHING) -> None:
        """The turn is over. A request that failed on its way counts as sent, one that was never tried does not."""
        if self._turns:
            self._turns.note_done(self, seen)


@dataclass(frozen=True, eq=False)
class _Waiter:
    turn: "asyncio.Future[Turn]"
    pace: Pace
    until: float
    """When patience ends, by the loop's clock."""


@dataclass
class _Line:
    """Those who wait for one host in this process, and what the book has not been told yet."""

    waiting: deque[_Waiter] = field(default_factory=deque)
    ask_at: float = NEVER
    want: Want | None = None
    """Asked for, not given yet."""
    held: set[str] = field(default_factory=set)
    sent: dict[str, float] = field(default_factory=dict)
    """Turn to moment."""
    ended: list[str] = field(default_factory=list)
    seen: list[tuple[Observation, Pace]] = field(default_factory=list)
    told: int = 0
    """How many of ``seen`` are in what the book is being told."""
    rest_until: float = 0.0
    version: int = 0
    rhythm: Rhythm = STEADY

    def spacing(self, pace: Pace) -> float:
        return max(pace.seconds, self.rhythm.spacing)

    def head(self) -> _Waiter | None:
        """The first one who still waits."""
        while self.waiting and self.waiting[0].turn.done():
            self.waiting.popleft()
        return self.waiting[0] if self.waiting else None

    def is_empty(self) -> bool:
        return not (self.head() or self.want or self.held or self.sent or self.ended or self.seen)

    def word(self, now: float, want: Want | None) -> Word:
        """What the book has to hear."""
        rhythm, self.told = self.rhythm, len(self.seen)
        for seen, pace in self.seen:
            rhythm = adapted(rhythm, seen, pace)
        return Word(
            sent={turn: now - moment for turn, moment in self.sent.items()},
            ended=tuple(self.ended),
            rest=max(self.rest_until - now, 0.0),
            rhythm=(self.version, rhythm) if rhythm != self.rhythm else None,
            want=want,
        )

    def heard(self, word: Word, answer: Answer) -> None:
        """The book has heard ``word``. Where others changed the rhythm meanwhile, ours has to be worked out again."""
        self.sent = {turn: moment for turn, moment in self.sent.items() if turn not in word.sent}
        self.ended = self.ended[len(word.ended) :]
        if answer.version == self.version + bool(word.rhythm):
            del self.seen[: self.told]
        self.version, self.rhythm = answer.version, answer.rhythm


class Turns:
    """The lines of this process, for as long as the running event loop lives."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lines: dict[str, _Line] = {}
        self._asks: list[tuple[float, str]] = []
        self._telling: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        process = f"{os.getpid():x}{secrets.token_hex(4)}"
        self._ids = (f"{process}.{number:x}" for number in itertools.count())
        self._carrier: asyncio.Task[None] | None = None

    async def take(self, host: str, pace: Pace, patience: float) -> Turn:
        """Wait for a turn, and for its time; ``Postponed`` if that is more than ``patience`` seconds away."""
        if pace.is_free:
            return Turn()
        line = self._lines.setdefault(host, _Line())
        if (away := self._away(line, pace)) > patience:
            raise _postponed(host, away, line.spacing(pace))
        now = self._loop.time()
        waiter = _Waiter(self._loop.create_future(), pace, now + patience)
        line.waiting.append(waiter)
        if line.ask_at == NEVER and not line.want:
            self._ask_at(host, line, now)
        return await self._granted(waiter, host)

    async def _granted(self, waiter: _Waiter, host: str) -> Turn:
        try:
            await asyncio.wait([waiter.turn], timeout=waiter.until - self._loop.time())
        except asyncio.CancelledError:
            if not waiter.turn.cancel() and not waiter.turn.exception():
                self._give_back(host, waiter.turn.result().id)
            raise
        if waiter.turn.cancel():
            line = self._lines[host]
            spacing = line.spacing(waiter.pace)
            raise _postponed(host, max(self._away(line, waiter.pace), spacing), spacing)
        return waiter.turn.result()

    def _away(self, line: _Line, pace: Pace) -> float:
        """Seconds until one who comes now has a turn, as far as this process knows."""
        ahead = len(line.waiting) if line.head() else 0
        known = line.ask_at + LEAD - self._loop.time() if line.ask_at != NEVER else 0.0
        return max(known, 0.0) + ahead * line.spacing(pace)

    def note_sent(self, turn: Turn, moment: float) -> None:
        """See ``Turn.sent``."""
        line = self._lines.get(turn.host)
        if line is None or turn.id not in line.held:
            return
        line.sent[turn.id] = moment
        self._tell(turn.host)
        if waiter := line.head():
            self._ask_at(turn.host, line, moment + line.spacing(waiter.pace) - LEAD)

    def note_done(self, turn: Turn, seen: Observation) -> None:
        """See ``Turn.done``."""
        line = self._lines.get(turn.host)
        if line is None or turn.id not in line.held:
            return
        if turn.sent_at is None and seen is not NOTHING:
            self.note_sent(turn, self._loop.time())
        if seen is not NOTHING:
            line.seen.append((seen, turn.pace))
        if seen.rest:
            line.rest_until = self._loop.time() + seen.rest
        if waiter := line.head():  # it may have waited for just this: too many were open
            due = (turn.sent_at or 0) + line.spacing(waiter.pace) - LEAD
            self._ask_at(turn.host, line, min(line.ask_at, max(due, self._loop.time())))
        self._give_back(turn.host, turn.id, hurry=seen.kind == "overload" or bool(line.head()))

    def _give_back(self, host: str, turn: str, *, hurry: bool = True) -> None:
        line = self._lines[host]
        line.held.discard(turn)
        line.ended.append(turn)
        self._tell(host, hurry=hurry)

    def _tell(self, host: str, *, hurry: bool = True) -> None:
        self._telling.add(host)
        if hurry:
            self._wake.set()
        else:
            self._loop.call_later(LATER, self._wake.set)

    def _ask_at(self, host: str, line: _Line, moment: float) -> None:
        line.ask_at = moment
        heapq.heappush(self._asks, (moment, host))
        if self._carrier is None:
            self._carrier = self._loop.create_task(self._carry(), name="turns")
        if self._asks[0] == (moment, host):
            self._wake.set()

    async def _carry(self) -> None:
        while True:
            self._wake.clear()
            if words := self._words():
                await self._exchange(words)
                await asyncio.sleep(BREATH)
            else:
                await self._nap()

    async def _nap(self) -> None:
        seconds = max(self._asks[0][0] - self._loop.time(), SHORTEST_NAP) if self._asks else None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def _words(self) -> dict[str, Word]:
        now = self._loop.time()
        hosts = set(itertools.islice(self._telling, MOST_HOSTS))
        self._telling -= hosts
        due: set[str] = set()
        while self._asks and self._asks[0][0] <= now and len(due) < MOST_HOSTS:
            moment, host = heapq.heappop(self._asks)
            if (line := self._lines.get(host)) and line.ask_at == moment:
                due.add(host)
        return {host: self._lines[host].word(now, self._want(host) if host in due else None) for host in hosts | due}

    def _want(self, host: str) -> Want | None:
        """Ask for the first in line; where nobody waits any longer, a turn that may have been given is given back."""
        line = self._lines[host]
        line.ask_at = NEVER
        waiter, before = line.head(), line.want
        line.want = Want(before.id if before else next(self._ids), waiter.pace) if waiter else None
        if before and not waiter:
            line.ended.append(before.id)
        return line.want

    async def _exchange(self, words: dict[str, Word]) -> None:
        try:
            answers = await self._book.exchange(words)
        except UnavailableError as exc:
            log.warning("no turns at the moment: %s", exc)
            self._telling.update(words)
            await asyncio.sleep(AWAY)
            for host, word in words.items():
                if word.want:
                    self._ask_at(host, self._lines[host], self._loop.time())
            return
        for host, word in words.items():
            self._heed(host, self._lines[host], word, answers[host])

    def _heed(self, host: str, line: _Line, word: Word, answer: Answer) -> None:
        line.heard(word, answer)
        if word.want and answer.granted:
            line.want = None
            line.held.add(word.want.id)
            self._loop.call_later(answer.wait, self._hand, host, word.want.id)
        elif word.want:
            self._dismiss(host, line, answer.wait)
            self._ask_at(host, line, self._loop.time() + max(answer.wait - LEAD, SHORTEST_NAP))
        if line.seen:
            self._telling.add(host)
        if line.is_empty():
            del self._lines[host]

    def _hand(self, host: str, id: str) -> None:  # noqa: A002
        """The time of a turn has come: it is for whoever is first in line now."""
        line = self._lines[host]
        if not (waiter := line.head()):
            self._give_back(host, id)
            return
        line.waiting.popleft()
        waiter.turn.set_result(Turn(self, host, id, waiter.pace))
        if following := line.head():
            self._ask_at(host, line, self._loop.time() + line.spacing(following.pace) - LEAD)

    def _dismiss(self, host: str, line: _Line, wait: float) -> None:
        """Those whose turn cannot come in time need not wait for it."""
        now, away = self._loop.time(), wait
        for waiter in line.waiting:
            if waiter.turn.done():
                continue
            if now + away > waiter.until:
                waiter.turn.set_exception(_postponed(host, away, line.spacing(waiter.pace)))
            away += line.spacing(waiter.pace)

    async def close(self) -> None:
        """Give back what is held; a book that cannot be reached finds out by itself when the leases end."""
        if self._carrier:
            self._carrier.cancel()
        for line in self._lines.values():
            line.ended.extend([*line.held, *([line.want.id] if line.want else [])])
        now = self._loop.time()
        with suppress(UnavailableError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                if words := {host: line.word(now, None) for host, line in self._lines.items()}:
                    await self._book.exchange(words)
        await self._book.close()


def _postponed(host: str, seconds: float, spacing: float) -> Postponed:
    return Postponed(seconds, f"the next turn of {host} is {seconds:.1f} s away", spacing)
