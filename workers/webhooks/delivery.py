"""One message after another to each webhook: at least once, in store order, and none before the one before it came."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import orjson

from pipeline.documents import StoredArticle
from pipeline.errors import ConfigurationError, DocumentError, StoreDamagedError, UnavailableError
from pipeline.fetch.posting import Answer
from pipeline.store.database import Database
from pipeline.store.feed import changed_articles
from workers.webhooks import hooks
from workers.webhooks.book import HookBook
from workers.webhooks.hooks import Hook
from workers.webhooks.signing import headers_of

MOST_ARTICLES = 100
"""Articles in one message."""
MOST_BYTES = 1_000_000
"""Length of a message from which no further article is put into it; the specification advises small ones."""
AT_ONCE = 8
"""Hooks that are sent to at the same time: a slow one does not hold up the others."""
LOOK_SECONDS = 0.5
"""Between two looks at the store."""


class Posts(Protocol):
    """What sends."""

    def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """As ``pipeline.fetch.posting.Poster``."""


@dataclass(frozen=True)
class Message:
    """What is sent in one request; the same changes give the same message."""

    id: str
    last: int
    """The last change in it."""
    size: int
    """Articles."""
    body: bytes


class Delivery:
    """Sends what is new to the hooks of a book. Its owner holds ``book.delivering()``."""

    def __init__(
        self,
        database: Database,
        book: HookBook,
        poster: Posts,
        *,
        environment: Mapping[str, str],
        clock: Callable[[], float] = time.time,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._database = database
        self._book = book
        self._poster = poster
        self._environment = environment
        self._clock = clock
        self._chance = chance

    def once(self, until: Callable[[], bool]) -> int:
        """Everything to every hook that is not paused, each until its first failure; returns the articles sent."""
        return sum(self._all(hook, until) for hook in self._book.hooks() if hook.paused is None)

    def follow(self, until: Callable[[], bool], away: Callable[[UnavailableError], None]) -> None:
        """What is due to every hook, as it comes, until told to stop. ``away``: told of a store that is gone."""
        at_work: dict[str, Future[int]] = {}
        is_away = False
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
            while not until():
                done = [at_work.pop(name) for name in [name for name, future in at_work.items() if future.done()]]
                lost = [error for error in map(_unavailable, done) if error]
                if lost and not is_away:
                    away(lost[0])
                is_away = bool(lost) if done else is_away
                for hook in self._book.hooks():
                    if hook.id not in at_work and hook.is_due(self._clock()):
                        at_work[hook.id] = pool.submit(self._all, hook, until)
                time.sleep(LOOK_SECONDS)

    def _all(self, hook: Hook, until: Callable[[], bool]) -> int:
        sent = 0
        while not until() and (message := self._next(hook)) is not None:
            after = self._send(hook, message)
            if after is None or after.failures:
                break
            sent, hook = sent + message.size, after
        return sent

    def _next(self, hook: Hook) -> Message | None:
        with self._database.read() as tx:
            found = changed_articles(tx, after=hook.seq, limit=MOST_ARTICLES)
        return message_of(hook, found) if found else None

    def _send(self, hook: Hook, message: Message) -> Hook | None:
        """One attempt; returns what became of the hook, ``None`` if it was removed."""
        if hook.pending != message.last:
            self._book.change(hook.id, lambda known: hooks.trying(known, message.last))
        error, status, pause = None, None, None
        try:
            signed = headers_of(message.id, self._clock(), message.body, secret_of(hook, self._environment))
            answer = self._poster.post(hook.url, {**signed, "content-type": "application/json"}, message.body)
        except (DocumentError, ConfigurationError) as exc:
            error = str(exc)
        else:
            status, pause = answer.status, answer.retry_after
            error = None if 200 <= status < 300 else f"it answered {status}"
        now = self._clock()
        if error is None:
            return self._book.change(hook.id, lambda known: hooks.delivered(known, message.last, now))
        told = error
        return self._book.change(
            hook.id, lambda known: hooks.failed(known, told, now, status=status, wait=pause, chance=self._chance)
        )


def message_of(hook: Hook, found: Sequence[StoredArticle]) -> Message:
    """The next message, of these articles or of the first of them."""
    articles: list[bytes] = []
    last = hook.seq
    for stored in found:
        is_over = hook.pending is not None and stored.seq > hook.pending
        if articles and (is_over or sum(map(len, articles)) >= MOST_BYTES):
            break
        articles.append(orjson.dumps(stored.published()))
        last = stored.seq
    first, at = found[0].seq, found[len(articles) - 1].stored_at
    head = orjson.dumps({"type": "articles.published", "timestamp": at})[:-1]
    body = b'%s,"data":{"first_seq":%d,"last_seq":%d,"articles":[%s]}}' % (head, first, last, b",".join(articles))
    return Message(f"{hook.id}_{first}_{last}", last, len(articles), body)


def secret_of(hook: Hook, environment: Mapping[str, str]) -> str:
    """What its messages are signed with. Raises ConfigurationError where the environment has none."""
    if hook.secret_env is None:
        return hook.secret or ""
    if found := environment.get(hook.secret_env):
        return found
    raise ConfigurationError(f"the environment has no {hook.secret_env}, which is to sign what is sent by {hook.id}")


def _unavailable(done: "Future[int]") -> UnavailableError | None:
    """Why the store could not be reached; any other error, and one that waiting does not mend, is raised."""
    error = done.exception()
    if error is None or (isinstance(error, UnavailableError) and not isinstance(error, StoreDamagedError)):
        return error
    raise error
