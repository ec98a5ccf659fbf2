"""What the stages tell of sites: each page that was read, and each that could not be."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from pipeline.documents import ARCHIVED, STORED, Article, Source
from pipeline.errors import DocumentError, Postponed
from pipeline.stage import PIPELINE
from pipeline.store.layouts import READ, Reading
from pipeline.store.sites import reading_of

FETCH, CLEAN = (stage.name for stage in PIPELINE[:2])


def readings(stage: str, made: Iterable[tuple[Source, Any]], *, at: float) -> Iterator[tuple[str, Reading]]:
    """The readings, each with its site; what is read again out of the archive says nothing about the site today."""
    if stage not in (FETCH, CLEAN):
        return
    for source, product in made:
        if (source.location or "").startswith((ARCHIVED, STORED)) or isinstance(product, Postponed):
            continue
        if isinstance(product, Article):
            site, reading = product.domain or _site(source.url), reading_of(product, at=at)
        elif isinstance(product, DocumentError):
            site, reading = _site(source.url), Reading(int(at), READ if stage == CLEAN else 0)
        else:
            continue
        if site:
            yield site, reading


def _site(url: str) -> str | None:
    """Domain of a web address without ``www.``, as articles have it."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
