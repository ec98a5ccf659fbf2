"""A choice of stored articles by what is known of them: what search, exports and the API filter by."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from pipeline.store.schema import articles


@dataclass(frozen=True)
class Selection:
    """What is ``None`` or 0 does not narrow the choice."""

    seq: int = 0
    """Only what came into the store, or changed, after this position in the feed."""
    since: str | None = None
    """Published on this day or later: an ISO 8601 date, or a part of one (2026, 2026-05)."""
    until: str | None = None
    """Published before this day."""
    site: str | None = None
    """Domain of the article's site, without ``www.``."""
    language: str | None = None
    """ISO 639-1."""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What must hold of a row of ``articles``."""
        columns = articles.c
        if self.seq:
            yield columns.seq > self.seq
        if self.since is not None:
            yield columns.date_published >= self.since
        if self.until is not None:
            yield columns.date_published < self.until
        if self.site is not None:
            yield columns.domain == self.site.lower().removeprefix("www.")
        if self.language is not None:
            yield columns.language == self.language
