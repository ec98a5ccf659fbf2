"""Local files: read under a bound, with the same outcomes as pages from the net."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.documents import FetchedPage, Source
from pipeline.errors import Rejected
from pipeline.fetch.contents import read_content
from pipeline.fetch.suffixes import PAGES
from pipeline.urls import path_of


def read_file(source: Source, *, limit: int, keep: Callable[[bytes], str] | None = None) -> FetchedPage:
    """The page in the file that ``source.url`` names; at most ``limit`` bytes. Raises ``Rejected``."""
    path = Path(path_of(source.url))
    data = read_bounded(path, limit)
    content = read_content(data, declared=PAGES.get(path.suffix.lower(), ""))
    return FetchedPage(
        id=source.id,
        requested_url=source.url,
        url=source.url,
        media_type=content.media_type,
        encoding=content.encoding,
        text=content.text,
        content=keep(data) if keep else None,
        date_fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        carry=source.carry,
    )


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; ``Rejected`` with the reason for anything else."""
    try:
        # Asked before opening: a pipe or device would block, or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise Rejected("unsupported_type", f"{path} is no regular file")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as exc:
        raise Rejected("not_found", f"there is no file {path}") from exc
    except PermissionError as exc:
        raise Rejected("forbidden", f"{path} may not be read; check its permissions") from exc
    except (OSError, ValueError) as exc:
        raise Rejected("unreadable", f"{path} cannot be read: {exc}") from exc
    if len(data) > limit:
        raise Rejected("too_large", f"{path} is larger than {limit} bytes")
    if not data:
        raise Rejected("no_content", f"{path} is empty")
    return data
