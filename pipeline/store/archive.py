"""The archive: the body of every fetched page, compressed, under the name of its own digest.

Two pages with the same body are one file. A file is written under another name and then renamed, so that under a digest
there is either the whole body or nothing, whoever is killed; what was only begun is swept later. Nothing is synced to
the disk page by page: after a power cut the last seconds may be missing, and such a page is fetched again.
"""

import hashlib
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

import zstandard

from pipeline.errors import UnavailableError

log = logging.getLogger("copydesk")

LEVEL = 6
"""Of zstd: at 46 KB of HTML a few per cent smaller than level 3 for half a millisecond; the levels after it cost more
than they save."""
MAX_BYTES = 256_000_000
"""The longest body that is unpacked: a bound, far over what the fetch stage lets through."""
BEGUN_SECONDS = 3600
"""A file that was begun so long ago belongs to nobody any more."""


class Archive:
    """Bodies by digest, in a folder that several processes may use at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, body: bytes) -> str:
        """Keep a body; returns its SHA-256 as 64 hex digits. Raises UnavailableError where it cannot be written."""
        content = hashlib.sha256(body).hexdigest()
        path = self._path(content)
        try:
            # Its time says that someone needs it now: ``drop`` leaves what is younger than it was asked about.
            os.utime(path)
        except FileNotFoundError:
            self._write(path, body)
        except OSError as exc:
            raise self._unavailable(exc) from exc
        return content

    def get(self, content: str) -> bytes | None:
        """The body with this digest; ``None`` where there is none, or where what is there is damaged."""
        try:
            packed = self._path(content).read_bytes()
            body = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MAX_BYTES)
        except FileNotFoundError:
            return None
        except (zstandard.ZstdError, OSError) as exc:
            log.warning("archive: %s cannot be read: %s", content, exc)
            return None
        if hashlib.sha256(body).hexdigest() != content:
            log.warning("archive: %s is damaged", content)
            return None
        return body

    def drop(self, contents: Iterable[str], *, unless_kept_since: float) -> int:
        """Remove bodies, but for those that were kept again since then (epoch seconds); returns how many."""
        dropped = 0
        for content in contents:
            path = self._path(content)
            try:
                if path.stat().st_mtime < unless_kept_since:
                    path.unlink()
                    dropped += 1
            except FileNotFoundError:
                continue
            except OSError as exc:
                raise self._unavailable(exc) from exc
        return dropped

    def sweep(self) -> int:
        """Remove what was begun long ago and never finished; returns how many files."""
        oldest = time.time() - BEGUN_SECONDS
        begun = [path for path in self._folder.glob("??/??/*.begun") if path.stat().st_mtime < oldest]
        for path in begun:
            path.unlink(missing_ok=True)
        return len(begun)

    def _path(self, content: str) -> Path:
        return self._folder / content[:2] / content[2:4] / f"{content}.zst"

    def _write(self, path: Path, body: bytes) -> None:
        begun = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}.begun")
        packed = zstandard.ZstdCompressor(level=LEVEL).compress(body)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            begun.write_bytes(packed)
            begun.rename(path)
        except OSError as exc:
            begun.unlink(missing_ok=True)
            raise self._unavailable(exc) from exc

    def _unavailable(self, exc: OSError) -> UnavailableError:
        return UnavailableError(f"the archive {self._folder} cannot be written: {exc.strerror}; see COPYDESK_HOME")
