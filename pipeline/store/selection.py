"""A choice of stored articles by what is known of them: what search, exports and the API filter by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists

from pipeline.errors import UsageError
from pipeline.store.schema import articles, facets
from pipeline.store.search.tokens import LONGEST_NAME, minute_of, name_of

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d(T.{1,30})?)?)?")


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
    story: str | None = None
    """``cluster_id`` of the reports on one event."""

    def __post_init__(self) -> None:
        """Raises UsageError for a day that is none, and for what no database can hold."""
        for name in ("since", "until"):
            day = getattr(self, name)
            if day is not None and not (_DAY.fullmatch(day) and minute_of(day)):
                raise UsageError(f"{name}: {day!r} is no day; write 2026-05-01, 2026-05 or 2026")
        for value in (self.site, self.language):
            if value is not None and not value.isprintable():
                raise UsageError(f"{value!r} is neither a site nor a language")

    def names(self) -> Iterator[tuple[str, str]]:
        """What is chosen by name: kind of name, and the name as articles are noted under it."""
        for kind in ("entity", "place", "topic", "author", "story"):
            if (name := getattr(self, kind)) is not None:
                yield kind, name_of(name)[:LONGEST_NAME]
        if self.site is not None:
            yield "site", self.site.lower().removeprefix("www.")
        if self.language is not None:
            yield "language", self.language

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What must hold of a row of ``articles``."""
        columns = articles.c
        if self.seq:
            yield columns.seq > self.seq
        if self.since is not None:
            yield columns.date_published >= self.since
        if self.until is not None:
            yield columns.date_published < self.until
        named = {"site": columns.domain, "language": columns.language}
        for kind, name in self.names():
            if kind in named:
                yield named[kind] == name
            else:
                facet = facets.c.kind == kind, facets.c.value == name, facets.c.seq == columns.seq
                yield exists().where(*facet)
