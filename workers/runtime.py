"""What a process works with: connections and services, built once per process, after the fork, on first use."""

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import redis

from config.settings import Settings
from pipeline.sites import LONGEST_DELAY, Sites
from pipeline.store.archive import Archive
from pipeline.store.clock import store_clock
from pipeline.store.database import Database
from pipeline.store.rules import Policy
from workers.own_enrichers import load_enrichers
from workers.payloads import Payloads
from workers.processes import here
from workers.recorder import Recorder
from workers.redis_server import KEY_PREFIX, answers, connect, redis_url
from workers.site_memory import RedisSiteMemory
from workers.traces import Traces


def policy_of(settings: Settings) -> Policy:
    """The ledger's rules as the settings have them."""
    return Policy(
        attempts=settings.attempts,
        working_seconds=settings.working_lease,
        queued_seconds=settings.queued_lease,
        retry_seconds=settings.retry,
    )


def pulse_key(parent_pid: int) -> str:
    """The Redis key in which the children of a worker count their batches, so that a deaf worker is noticed."""
    return f"{KEY_PREFIX}pulse:{here()}:{parent_pid}"


def worker_prefix(parent_pid: int) -> str:
    """How the names of all children of a worker on this machine begin."""
    return f"{here()}:{parent_pid}:"


class Runtime:
    """Services of one process. ``clock`` gives seconds since the epoch."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] | None = None, in_fleet: bool = False) -> None:
        """``in_fleet``: this process is a worker; it never reads pages by itself, however Redis is at the moment.

        ``clock``: none for the store's.
        """
        self.settings = settings
        self._in_fleet = in_fleet
        self.clock = clock or store_clock(settings.store)
        self.policy = policy_of(settings)

    @cached_property
    def database(self) -> Database:
        """The ledger and the store. A worker process takes them as they are: who makes a store is its parent."""
        return Database(self.settings.store, may_create=not self._in_fleet).migrate()

    @cached_property
    def redis(self) -> "redis.Redis":
        """Redis, for payloads."""
        return connect(redis_url(self.settings))

    @cached_property
    def payloads(self) -> Payloads:
        """The documents between stages."""
        return Payloads(self.redis, self.settings.payload_ttl)

    @cached_property
    def worker(self) -> str:
        """How this process signs: where it runs, parent's process id, own process id."""
        return f"{worker_prefix(os.getppid())}{os.getpid()}"

    @property
    def recorders(self) -> Path:
        """Folder of the flight recorders."""
        return self.settings.home / "run"

    @cached_property
    def recorder(self) -> Recorder:
        """This worker process' flight recorder."""
        return Recorder(
            self.recorders, self.worker, wall=self.settings.document_limit, cpu=self.settings.document_cpu
        )  # fmt: skip

    @cached_property
    def traces(self) -> Traces | None:
        """Where spans go; ``None`` where nobody asked for them."""
        return Traces(self.settings.otlp_endpoint, self.worker) if self.settings.otlp_endpoint else None

    def services(self, stage: str) -> dict[str, Any]:
        """The keyword arguments of a stage's function, beside the document."""
        match stage:
            case "fetch":
                return {"fetcher": self.fetcher}
            case "clean":
                return {"memory": self.site_memory}
            case "enrich":
                return {"extras": self.extras}
            case _:
                return {}

    @cached_property
    def extras(self) -> Mapping[str, Any]:
        """The user's own enrichers; raises ConfigurationError for one that cannot be imported."""
        return load_enrichers(self.settings.enrichers, Path.cwd())

    @cached_property
    def sites(self) -> Sites:
        """How single sites are to be treated."""
        settings = self.settings
        return Sites(
            by_domain=settings.sites, delay=settings.host_delay, concurrency=settings.host_concurrency,
            robots=settings.robots, own=settings.allow_addresses,
        )  # fmt: skip

    @cached_property
    def archive(self) -> Archive:
        """The bodies of fetched pages."""
        return Archive(self.settings.home / "archive")

    @property
    def keep(self) -> Callable[[bytes], str] | None:
        """What puts a body into the archive; ``None`` where nothing is kept."""
        return self.archive.keep if self.settings.archive else None

    @cached_property
    def site_memory(self) -> RedisSiteMemory:
        """What sites repeat."""
        return RedisSiteMemory(self.redis, self.database)

    @cached_property
    def fetcher(self) -> Any:
        """The HTTP client. It keeps the fleet's turns; where no Redis answers, this process goes by itself."""
        from pipeline.fetch.book import LocalBook
        from pipeline.fetch.client import Fetcher, FetchLimits
        from pipeline.fetch.robots import LocalRobotsCache
        from workers.robots_cache import RedisRobotsCache
        from workers.turns import RedisBook

        url = redis_url(self.settings)
        is_fleet = self._in_fleet or answers(url)
        settings = self.settings
        return Fetcher(
            FetchLimits(
                total_seconds=settings.fetch_timeout,
                # A worker has other documents to read meanwhile; a command that reads by itself can only wait.
                patience=FetchLimits.patience if self._in_fleet else LONGEST_DELAY,
                wire_bytes=settings.fetch_max_bytes,
                decoded_bytes=settings.fetch_max_decoded,
                redirects=settings.fetch_max_redirects,
                concurrency=settings.fetch_concurrency,
                proxy=settings.proxy,
                user_agent=settings.user_agent,
                allow_addresses=settings.allow_addresses,
            ),
            book=RedisBook(url) if is_fleet else LocalBook(),
            robots=RedisRobotsCache(url) if is_fleet else LocalRobotsCache(),
            sites=self.sites,
        )
