"""The archive: the body of every fetched page, compressed, under the name of its own digest.

Two pages with the same body are one file. A file is written under another name and then renamed, so that under a digest
there is either the whole body or nothing, whoever is killed; what was only begun is swept later. Nothing is synced to
the disk page by page: after a power cut the last seconds may be missing or damaged. What is found damaged is set aside,
so that the next page with that body is written again.

``keep`` and ``drop`` may meet on one file, in any processes: a kept file's time says that someone needs it now, and
``drop`` takes a file out of its place before it looks at that time for the last time. ``keep`` comes either before
that, and is seen, or after it, and finds nothing and writes.
"""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import zstandard

from pipeline.errors import UnavailableError

log = logging.getLogger("copydesk")

LEVEL = 3
"""Of zstd. On 83 news pages, per 46 KB: level 3 takes 0.19 ms and leaves 21.5 %, level 6 takes 0.51 ms for 20.0 %,
level 12 takes 2.3 ms for 19.5 %; at hundreds of pages a second the time is dearer than the disk."""
MAX_BYTES = 256_000_000
"""The longest body that is unpacked: a bound, far over what the fetch stage lets through."""
BEGUN_SECONDS = 3600
"""A file that was begun so long ago belongs to nobody any more."""
BEGUN = "begun"
"""The folder of what is being written or dropped."""


class _Packer(threading.local):
    """zstd's working memory, one for each thread: two that share it end the process."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=LEVEL)


class Archive:
    """Bodies by digest, in a folder that several processes may use at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._zstd = _Packer()

    def ensure(self) -> None:
        """Make the folder, for this user alone. Raises UnavailableError where that fails or it cannot be written."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / BEGUN).mkdir(mode=0o700, exist_ok=True)
            trial = self._begin("trial")
            trial.touch(mode=0o600)
            trial.unlink()
        except OSError as exc:
            raise self._unavailable(exc) from exc

    def keep(self, body: bytes) -> str:
        """Keep a body; returns its SHA-256 as 64 hex digits. Raises UnavailableError where it cannot be written."""
        content = hashlib.sha256(body).hexdigest()
        path = self._path(content)
        try:
            os.utime(path)
            # A power cut may leave a name without data.
            if path.stat().st_size:
                return content
        except FileNotFoundError:
            pass
        except OSError as exc:
            raise self._unavailable(exc) from exc
        self._write(path, body)
        return content

    def get(self, content: str) -> bytes | None:
        """The body with this digest; ``None`` where there is none, or where what is there is damaged."""
        path = self._path(content)
        try:
            packed = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as exc:
            log.warning("archive: %s cannot be read: %s", content, exc.strerror)
            return None
        body = _unpacked(packed)
        if body is None or hashlib.sha256(body).hexdigest() != content:
            log.warning("archive: %s is damaged, and set aside", content)
            with suppress(OSError):
                path.rename(path.with_suffix(".damaged"))
            return None
        return body

    def drop(self, contents: Iterable[str], *, unless_kept_since: float) -> int:
        """Remove bodies, but for those that were kept again since then (epoch seconds); returns how many."""
        return sum(self._drop(self._path(content), unless_kept_since) for content in contents)

    def contents(self, shard: int) -> list[str]:
        """The keys that begin with the byte ``shard`` (0 to 255): the archive in 256 parts, about equally large."""
        return [path.stem for path in (self._folder / f"{shard:02x}").glob("??/*.zst")]

    def sweep(self) -> int:
        """Remove what was begun long ago and never finished; returns how many files."""
        oldest = time.time() - BEGUN_SECONDS
        swept = 0
        for path in (self._folder / BEGUN).glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    swept += 1
        return swept

    def _drop(self, path: Path, kept_since: float) -> bool:
        aside = self._begin(path.name)
        try:
            if path.stat().st_mtime >= kept_since:
                return False
            path.rename(aside)
            if aside.stat().st_mtime >= kept_since:
                aside.rename(path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise self._unavailable(exc) from exc
        return True

    def _path(self, content: str) -> Path:
        return self._folder / content[:2] / content[2:4] / f"{content}.zst"

    def _begin(self, name: str) -> Path:
        return self._folder / BEGUN / f"{name}.{os.getpid()}.{time.monotonic_ns()}"

    def _write(self, path: Path, body: bytes) -> None:
        packed = self._zstd.pack.compress(body)
        begun = self._begin(path.name)
        try:
            _or_first(lambda: begun.write_bytes(packed), self.ensure)
            _or_first(lambda: begun.rename(path), lambda: path.parent.mkdir(parents=True, exist_ok=True))
        except OSError as exc:
            with suppress(OSError):
                begun.unlink(missing_ok=True)
            raise self._unavailable(exc) from exc

    def _unavailable(self, exc: OSError) -> UnavailableError:
        return UnavailableError(
            f"the archive {self._folder} cannot be written: {exc.strerror}; make room or make the folder writable, set"
            " COPYDESK_HOME to another one, or COPYDESK_ARCHIVE=false to keep no pages"
        )


def _or_first(act: Callable[[], object], make_folder: Callable[[], object]) -> None:
    """Do ``act``; where its folder is missing, which only the first files find, after making it."""
    try:
        act()
    except FileNotFoundError:
        make_folder()
        act()


def _unpacked(packed: bytes) -> bytes | None:
    try:
        # The frame says how long it is, and so much is taken at once: a damaged one must not ask for everything.
        if not 0 <= zstandard.frame_content_size(packed) <= MAX_BYTES:
            return None
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError:
        return None
