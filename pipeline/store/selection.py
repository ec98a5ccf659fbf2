"""A choice of stored articles by what is known of them: what search, exports and the API filter by."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists

from pipeline.store.schema import articles, facets
from pipeline.store.search.tokens import folded


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
    entity: str | None = None
    """Name of a person, organisation, place … in it; capitals and marks do not count, here and below."""
    place: str | None = None
    topic: str | None = None
    """Label or code of a Media Topic."""
    author: str | None = None

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
        for kind in ("entity", "place", "topic", "author"):
            if (name := getattr(self, kind)) is not None:
                value = name.lower() if name.lower().startswith("medtop:") else folded(name)
                named = facets.c.kind == kind, facets.c.value == value, facets.c.seq == columns.seq
                yield exists().where(*named)
