"""Where ``copydesk serve`` listens, told to other commands of this home by a small file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson

from pipeline.errors import UnavailableError
from workers.processes import here, is_alive


def address_served(home: Path) -> str | None:
    """The address, while the process that wrote it lives on this machine; ``None`` otherwise."""
    try:
        told = orjson.loads(_file(home).read_bytes())
        is_served = told["here"] == here() and is_alive(int(told["pid"]))
        return str(told["address"]) if is_served else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def told_as_served(home: Path, address: str) -> Iterator[None]:
    """Within it, ``address_served`` gives this address. Raises UnavailableError where the file cannot be written."""
    file, own = _file(home), {"here": here(), "pid": os.getpid(), "address": address}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(orjson.dumps(own))
        fresh.replace(file)
    except OSError as exc:
        raise UnavailableError(f"{file} cannot be written: {exc.strerror}") from exc
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            if orjson.loads(file.read_bytes()) == own:
                file.unlink()


def _file(home: Path) -> Path:
    return home / "run" / "serve.json"
