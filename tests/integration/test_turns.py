"""Turns: the same promises from the book of one process and from the fleet's in a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Postponed
from pipeline.fetch.book import LEAD, LEASE, MEMORY, Answer, Book, LocalBook, Want, Word
from pipeline.fetch.rhythm import Observation, Rhythm
from pipeline.fetch.turns import Turns
from pipeline.sites import FREE, Pace
from workers import turns as workers_turns
from workers.redis_server import EmbeddedRedis, connect
from workers.turns import RedisBook

FAST = Pace(0.2, 2)
TOLERANCE = 0.001


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    found = EmbeddedRedis(tmp_path_factory.mktemp("home"))
    found.ensure()
    yield found
    found.stop()


@pytest.fixture
def server(running: EmbeddedRedis) -> EmbeddedRedis:
    client = connect(running.url)
    client.flushall()
    client.close()
    return running


@pytest.fixture(params=["local", "redis"])
def new_book(request: pytest.FixtureRequest) -> Callable[[], Book]:
    """Gives the same book each time, as another process would find it."""
    if request.param == "local":
        only = LocalBook()
        return lambda: only
    server: EmbeddedRedis = request.getfixturevalue("server")
    return lambda: RedisBook(server.url)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_time() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(within_time())


@asynccontextmanager
async def process(new_book: Callable[[], Book]) -> AsyncIterator[Turns]:
    turns = Turns(new_book())
    yield turns
    await turns.close()


async def ask(book: Book, **word: Any) -> Answer:
    return (await book.exchange({"h": Word(**word)}))["h"]


def test_the_next_turn_is_counted_from_when_the_request_was_sent(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        book = new_book()
        assert await ask(book, want=Want("a", Pace(10, 2))) == Answer(True, 0, 0, Rhythm())
        held = await ask(book, want=Want("b", Pace(10, 2)))
        assert not held.granted
        assert held.wait == pytest.approx(10, abs=0.1)
        later = await ask(book, sent={"a": 4.0}, want=Want("b", Pace(10, 2)))
        assert not later.granted
        assert later.wait == pytest.approx(6, abs=0.1)
        soon = await ask(book, sent={"a": 10 - LEAD / 2}, want=Want("c", Pace(10, 2)))
        assert soon.wait == pytest.approx(6, abs=0.1), "a moment that is known to be later stays"
        await book.close()

    run(test)


def test_a_turn_is_given_a_little_ahead_and_only_once(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        book = new_book()
        await ask(book, want=Want("a", Pace(10, 2)))
        given = await ask(book, sent={"a": 10 - LEAD / 2}, ended=("a",), want=Want("b", Pace(10, 2)))
        assert given.granted
        assert 0 < given.wait <= LEAD
        again = await ask(book, want=Want("b", Pace(10, 2)))
        assert again.granted, "an answer that got lost is given again"
        other = await ask(book, want=Want("c", Pace(10, 2)))
        assert not other.granted
        assert other.wait == pytest.approx(10, abs=LEAD + 0.1)
        await book.close()

    run(test)


def test_no_more_are_open_than_may_be(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        book, pace = new_book(), Pace(0.5, 2)
        for turn in ("a", "b"):
            assert (await ask(book, want=Want(turn, pace))).granted
            await ask(book, sent={turn: 100.0})
        assert not (await ask(book, want=Want("c", pace))).granted
        assert (await ask(book, ended=("a",), want=Want("c", pace))).granted
        await book.close()

    run(test)


def test_a_turn_that_was_given_back_unused_costs_nothing(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        book = new_book()
        await ask(book, want=Want("a", Pace(10, 1)))
        assert (await ask(book, ended=("a",), want=Want("b", Pace(10, 1)))).granted
        await book.close()

    run(test)


def test_a_rhythm_counts_only_if_nobody_else_changed_it(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        book = new_book()
        first = await ask(book, rhythm=(0, Rhythm(4.0, 0)))
        assert (first.version, first.rhythm) == (1, Rhythm(4.0, 0))
        second = await ask(book, rhythm=(0, Rhythm(2.0, 0)))
        assert (second.version, second.rhythm) == (1, Rhythm(4.0, 0))
        await ask(book, want=Want("a", Pace(0.1, 1)))
        slowed = await ask(book, sent={"a": 0.0}, ended=("a",), want=Want("b", Pace(0.1, 1)))
        assert slowed.wait == pytest.approx(4, abs=0.1)
        await book.close()

    run(test)


def test_a_host_that_wants_rest_is_left_alone(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        book = new_book()
        resting = await ask(book, rest=30.0, want=Want("a", FAST))
        assert not resting.granted
        assert resting.wait == pytest.approx(30, abs=0.1)
        await book.close()

    run(test)


def test_a_process_that_is_gone_blocks_a_host_no_longer_than_its_lease(
    server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    book = LocalBook(lambda: now)
    [given] = asyncio.run(book.exchange({"h": Word(want=Want("a", Pace(1, 1)))})).values()
    assert given.granted
    now += LEASE - 1
    [held] = asyncio.run(book.exchange({"h": Word(want=Want("b", Pace(1, 1)))})).values()
    assert not held.granted
    now += 2
    [free] = asyncio.run(book.exchange({"h": Word(want=Want("b", Pace(1, 1)))})).values()
    assert free.granted

    async def in_redis() -> None:
        monkeypatch.setattr(workers_turns, "LEASE", 0.2)
        book = RedisBook(server.url)
        assert (await ask(book, want=Want("dead", Pace(0.01, 1)))).granted
        while not (await ask(book, want=Want("next", Pace(0.01, 1)))).granted:
            await asyncio.sleep(0.01)
        await book.close()

    run(in_redis)


def test_hosts_that_are_not_asked_any_longer_are_forgotten(server: EmbeddedRedis) -> None:
    now = 0.0
    local = LocalBook(lambda: now)
    for number in range(5000):
        now += 1
        asyncio.run(local.exchange({f"h{number}": Word(want=Want("a", FAST))}))
    assert len(local._pages) < 2000

    async def in_redis() -> None:
        book = RedisBook(server.url)
        await book.exchange({f"h{number}": Word(want=Want("a", FAST)) for number in range(100)})
        await book.close()

    run(in_redis)
    client = connect(server.url)
    left = [client.pttl(key) for key in client.keys("copydesk:turns:h*")]
    assert len(left) == 100
    assert all(0 < milliseconds <= MEMORY * 1000 for milliseconds in left)


async def use(turns: Turns, host: str, pace: Pace, moments: list[float], seen: Observation | None = None) -> None:
    turn = await turns.take(host, pace, 10)
    turn.sent()
    moments.append(asyncio.get_running_loop().time())
    turn.done(seen or Observation("answer", 0.0))


def test_processes_share_a_host_at_its_pace(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        moments: list[float] = []
        async with process(new_book) as one, process(new_book) as two, process(new_book) as three:
            await asyncio.gather(*(use(turns, "h", FAST, moments) for turns in (one, two, three) for _ in range(4)))
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        assert min(gaps) >= FAST.seconds - TOLERANCE
        assert moments[-1] - moments[0] <= 11 * FAST.seconds / 0.85

    run(test)


def test_hosts_do_not_wait_for_each_other(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        moments: list[float] = []
        async with process(new_book) as turns:
            before = asyncio.get_running_loop().time()
            await asyncio.gather(*(use(turns, f"h{n}", Pace(5, 1), moments) for n in range(200)))
            assert asyncio.get_running_loop().time() - before < 2

    run(test)


def test_a_turn_too_far_away_is_postponed_at_once(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        async with process(new_book) as turns:
            moments: list[float] = []
            await use(turns, "h", Pace(30, 1), moments)
            before = asyncio.get_running_loop().time()
            with pytest.raises(Postponed) as caught:
                await turns.take("h", Pace(30, 1), 5)
            assert asyncio.get_running_loop().time() - before < 1
            assert caught.value.seconds == pytest.approx(30, abs=1)
            assert caught.value.spacing == 30

    run(test)


def test_a_line_that_is_too_long_is_not_joined(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        async with process(new_book) as turns:
            results = await asyncio.gather(
                *(turns.take("h", Pace(1, 1), 0.5) for _ in range(5)), return_exceptions=True
            )
            away = [(r.seconds, r.spacing) for r in results if isinstance(r, Postponed)]
            assert len(away) == 4
            assert all(0.9 <= seconds <= 1.2 and spacing == 1 for seconds, spacing in away)

    run(test)


def test_whoever_stops_waiting_takes_no_turn_with_him(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        async with process(new_book) as turns:
            tasks = [asyncio.create_task(turns.take("h", FAST, 10)) for _ in range(6)]
            await asyncio.sleep(0.05)
            for task in tasks[1:5]:
                task.cancel()
            first, last = await tasks[0], tasks[5]
            first.sent()
            first.done()
            before = asyncio.get_running_loop().time()
            await last
            assert asyncio.get_running_loop().time() - before < 2 * FAST.seconds

    run(test)


def test_overload_slows_the_host_down_for_all_processes(new_book: Callable[[], Book]) -> None:
    async def test() -> None:
        async with process(new_book) as one, process(new_book) as two:
            moments: list[float] = []
            await use(one, "h", Pace(0.01, 1), moments, Observation("overload", 0.01))
            await use(two, "h", Pace(0.01, 1), moments)
            assert moments[1] - moments[0] >= 2 - TOLERANCE
            with pytest.raises(Postponed) as caught:
                await two.take("h", Pace(0.01, 1), 0.5)
            assert caught.value.spacing >= 1.7

    run(test)


def test_what_need_not_wait_never_asks_the_book() -> None:
    class Closed(LocalBook):
        async def exchange(self, words: Any) -> dict[str, Answer]:
            raise AssertionError(words)

    async def test() -> None:
        async with process(Closed) as turns:
            turn = await turns.take("h", FREE, 0)
            turn.sent()
            turn.done(Observation("overload"))

    run(test)


def test_without_redis_nobody_gets_a_turn_and_with_it_all_goes_on(tmp_path: Path) -> None:
    redis = EmbeddedRedis(tmp_path)

    async def test() -> None:
        async with process(lambda: RedisBook(redis.url)) as turns:
            with pytest.raises(Postponed):
                await turns.take("h", FAST, 0.5)
            waiting = asyncio.create_task(turns.take("h", FAST, 10))
            await asyncio.to_thread(redis.ensure)
            turn = await waiting
            await asyncio.to_thread(redis.stop)
            turn.sent()
            turn.done(Observation("answer", 0.1))
            later = asyncio.create_task(turns.take("h", FAST, 10))
            await asyncio.to_thread(redis.ensure)
            (await later).done()

    try:
        run(test)
    finally:
        redis.stop()
