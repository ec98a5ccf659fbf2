"""What people hand in: URLs, files, folders and lists of URLs, recognised one by one without reading ahead."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from pipeline.errors import Rejected
from pipeline.fetch.suffixes import ARCHIVES, PAGES
from pipeline.urls import MAX_URL, canonicalise, file_uri, path_of

LIST_SUFFIXES = frozenset({".jsonl", ".ndjson", ".urls"})
"""Suffixes of files that are a list whatever their lines say."""
MAYBE_LIST_SUFFIXES = frozenset({"", ".list", ".lst", ".txt"})
"""Suffixes of files that are a list if every line says so."""

IN_FOLDERS = (*PAGES, ".jsonl", *ARCHIVES)
"""Suffixes of files that are taken from a folder."""

MAX_LINE = 1024 * 1024
"""Characters of a line in a list; a longer one is no URL, and may be a whole file without line breaks."""


@dataclass(frozen=True)
class FoundInput:
    """One input that can be accepted."""

    input: str
    """As the user gave it; for a file in a folder, its path under the folder as given."""
    url: str
    """Canonical http(s) URL or ``file:`` URI: what ``Source.url`` becomes."""
    carry: dict[str, Any] = field(default_factory=dict)
    location: str | None = None
    """What ``Source.location`` becomes."""


@dataclass(frozen=True)
class NotAnInput:
    """Something that is no input at all."""

    input: str
    message: str
    """One line: what is wrong and what to do."""


_USERINFO = re.compile(r"[/\\]{2}[^/\\@]{0,256}@")
_WITH_HOST = re.compile(r"\s*[^\s./*?]+(?:\.[^\s./*?]+)+(?:/\S*)?\s*$")

Found = FoundInput | NotAnInput


def recognise(argument: str) -> Iterator[Found]:
    """The inputs that one argument stands for: a URL, a file, a folder with all below it, or a text file of URLs."""
    if argument[:7].lower() in ("http://", "https:/"):
        yield _url(argument, {})
        return
    try:
        path = path_of(argument) if argument[:5].lower() == "file:" else argument
        yield from _in_path(argument, path)
    except Rejected as exc:
        yield NotAnInput(_named(argument), exc.detail)
    except (OSError, ValueError) as exc:
        yield NotAnInput(_named(argument), f"cannot be read: {getattr(exc, 'strerror', None) or exc}")


def urls_in(lines: Iterable[str]) -> Iterator[Found]:
    """The inputs of a list: a URL on each line, or a JSON object with ``url``, whose other fields are carried along.

    Empty lines and lines that begin with ``#`` say nothing.
    """
    for line in lines:
        text = line.strip().lstrip("\ufeff")
        if text and not text.startswith("#"):
            yield _from_json(text) if text.startswith("{") else _url(text, {})


def _url(text: str, carry: dict[str, Any], location: str | None = None) -> Found:
    try:
        return FoundInput(_storable(text), canonicalise(text), carry, location)
    except Rejected as exc:
        return NotAnInput(_named(text), exc.detail)


def _from_json(text: str) -> Found:
    try:
        record = json.loads(text, parse_constant=_no_json) if len(text) <= MAX_LINE else None
        if "\\u" in text and b"\\u0000" in json.dumps(record, ensure_ascii=False).encode():
            _no_json("NUL")
    except (ValueError, RecursionError):
        return NotAnInput(_named(text), "not valid JSON; write one object on each line")
    if not isinstance(record, dict) or not isinstance(url := record.pop("url", None), str):
        return NotAnInput(_named(text), 'a JSON line needs a text field "url", and at most 1 MB')
    return _url(url.strip(), record)


def _no_json(constant: str) -> None:
    raise ValueError(constant)


def _named(text: str) -> str:
    """A line as it may be shown: bounded, and without the password that it may carry."""
    return _USERINFO.sub("//…@", _storable(text if len(text) <= 200 else f"{text[:200]}…"))


def _storable(text: str) -> str:
    """The text without what no database takes: NUL, and bytes of file names that are no UTF-8."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _in_path(given: str, path: str) -> Iterator[Found]:
    if not os.path.lexists(path):
        yield NotAnInput(_named(given), _no_such_file(given))
    elif os.path.isdir(path):  # noqa: PTH112
        yield from _in_folder(given, path)
    else:
        yield from _in_file(given, Path(path))


def _no_such_file(given: str) -> str:
    if _WITH_HOST.match(given):
        return f"no such file or folder; if it is a web address, write https://{given.strip()[:200]}"
    return "no such file or folder; check the path, or write a URL with http:// or https://"


def _in_folder(given: str, folder: str) -> Iterator[Found]:
    found = 0
    for path in _files_below(folder):
        found += 1
        yield from _in_file(os.path.join(given, os.path.relpath(path, folder)), Path(path))  # noqa: PTH118
    if not found:
        yield NotAnInput(_named(given), f"the folder holds no file with one of the suffixes {' '.join(IN_FOLDERS)}")


def _files_below(folder: str) -> Iterator[str]:
    """Readable kinds of files, sorted folder by folder; hidden ones and linked folders are left out."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(IN_FOLDERS):
                yield os.path.join(place, name)  # noqa: PTH118


def _in_file(given: str, path: Path) -> Iterator[Found]:
    suffix = path.suffix.lower()
    if path.name.lower().endswith(ARCHIVES):
        yield from _in_archive(given, path)
    elif suffix in LIST_SUFFIXES or (suffix in MAYBE_LIST_SUFFIXES and _is_list(path)):
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            yield from urls_in(lines_of(lines))
    else:
        yield FoundInput(_storable(given), file_uri(os.path.abspath(path)))  # noqa: PTH100


def _in_archive(given: str, path: Path) -> Iterator[Found]:
    """One input for each page of a web archive, to be read from there."""
    from pipeline.fetch import warc  # with all that reads a page; who names no archive starts without it

    uri = file_uri(os.path.abspath(path))  # noqa: PTH100
    found = False
    for each in warc.pages_in(path):
        found = True
        if isinstance(each, warc.Damage):
            yield NotAnInput(_named(given), each.message)
        else:
            yield _url(each.url, {}, location=f"{uri}#{each.offset}")
    if not found:
        yield NotAnInput(_named(given), "the web archive holds no page: no answer with status 200 and a text")


def _is_list(path: Path) -> bool:
    """Whether every line that says anything is a URL; stops at the first that is not, as the first of a page is."""
    if not path.is_file() or not os.access(path, os.R_OK):
        return False
    seen = False
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for line in lines_of(lines):
            text = line.strip()
            if text and not text.startswith("#"):
                seen = _looks_like_input(text)
                if not seen:
                    return False
    return seen


def _looks_like_input(text: str) -> bool:
    if text.startswith("{"):
        return text.endswith("}") and '"url"' in text
    return len(text) <= MAX_URL and text[:8].lower().startswith(("http://", "https://")) and " " not in text


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of an open text, none longer than ``MAX_LINE``, so that a file without line breaks fills no memory."""
    return iter(lambda: stream.readline(MAX_LINE), "")
