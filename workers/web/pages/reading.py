"""The store as a reader would like it: lists with facets, an article, what a version changed, stories, the map."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import Connection
from starlette.responses import Response

from pipeline.errors import UsageError
from pipeline.store.differences import difference
from pipeline.store.reading.flat import articles_at
from pipeline.store.reading.listing import chosen
from pipeline.store.reading.names import Named, common, frequent
from pipeline.store.reading.single import standing, stored_version, version_of, versions_of
from pipeline.store.reading.story import largest, timeline
from pipeline.store.search.searching import search
from pipeline.store.search.snippets import Snippet
from pipeline.store.selection import Selection
from workers.web.asked import ArticleId
from workers.web.cursors import cursor_of, numbers, word
from workers.web.desk import AtDesk
from workers.web.pages.marked import paragraphs
from workers.web.pages.rendering import asked, page, with_query

router = APIRouter(include_in_schema=False)
FILTERS = ("site", "language", "author", "entity", "place", "topic", "since", "until", "story")
ROWS = 20
COUNTED = 100
"""Articles whose names are counted, to choose further by."""
NAMES = 8
"""Names of one kind that are shown."""
NEWEST = 2_000
"""Changes that map and stories are made of."""
MOST_REPORTS = 500


@dataclass(frozen=True)
class Row:
    """An article in a list."""

    id: str
    seq: int
    headline: str | None
    site: str | None
    date_published: str | None
    pieces: tuple[tuple[str, bool], ...]
    """A piece of its text, cut in what fits the query and what does not."""


@router.get("/articles")
def articles(desk: AtDesk, request: Request) -> Response:
    """Found by words, or the newest; with the names that most of them have."""
    filters, more = asked(request, *FILTERS), asked(request, "q", "cursor")
    with desk.read() as tx:
        rows, seqs, cursor = _list(tx, more["q"], Selection(**filters), more["cursor"])  # type: ignore[arg-type]
        facets = common(tx, seqs, limit=NAMES)
    given = {"q": more["q"], **filters}
    return page(
        request, "articles", title="Articles", rows=rows, facets=facets, given=given, filters=filters,
        following=with_query("/articles", given, cursor=cursor) if cursor else None, is_first=more["cursor"] is None,
        counted=len(seqs),
    )  # fmt: skip


@router.get("/articles/{article_id}")
def article(desk: AtDesk, request: Request, article_id: ArticleId) -> Response:
    """One article, as it is now or as a version of it was."""
    number = asked(request, "version")["version"]
    with desk.read() as tx:
        now = standing(tx, article_id)
        if now is None:
            raise HTTPException(404, "no such article")
        wanted = _version(number) if number else now[0]
        found = version_of(tx, article_id, wanted)
        if found is None:
            raise HTTPException(404, f"the article has no version {wanted}")
        versions = versions_of(tx, article_id, limit=100)
        others = timeline(tx, found["cluster_id"], limit=ROWS) if found["cluster_id"] else []
    copies = [each for each in others if article_id in (each["near_duplicate_of"], each["id"]) or each["id"] == found["near_duplicate_of"]]  # noqa: E501  # fmt: skip
    return page(
        request, "article", title=found["headline"] or "Article", article=found, paragraphs=paragraphs(found),
        versions=versions, current=now[0],
        reports=[each for each in others if each["id"] != article_id and each not in copies],
        copies=[each for each in copies if each["id"] != article_id],
    )  # fmt: skip


@router.get("/articles/{article_id}/diff")
def diff(desk: AtDesk, request: Request, article_id: ArticleId) -> Response:
    """What a version changed in the one before it."""
    number = _version(asked(request, "version")["version"] or "")
    with desk.read() as tx:
        before, after = (stored_version(tx, article_id, each) for each in (number - 1, number))
    if before is None or after is None:
        raise HTTPException(404, "no such version of such an article, or none before it")
    headline = after.article.headline or "Article"
    return page(request, "diff", title=headline, headline=headline, id=article_id, difference=difference(before, after))


@router.get("/stories")
def stories(desk: AtDesk, request: Request) -> Response:
    """Events that more than one article reports on, the most reported first."""
    with desk.read() as tx:
        found = largest(tx, newest=NEWEST, limit=50)
    return page(request, "stories", title="Stories", stories=found, newest=NEWEST)


@router.get("/stories/{article_id}")
def story(desk: AtDesk, request: Request, article_id: ArticleId) -> Response:
    """The timeline of one."""
    with desk.read() as tx:
        reports = timeline(tx, article_id, limit=MOST_REPORTS)
    if not reports:
        raise HTTPException(404, "no such story")
    days: dict[str, list[dict[str, Any]]] = {}
    for report in reports:
        days.setdefault((report["date_published"] or report["stored_at"])[:10], []).append(report)
    return page(request, "story", title="Story", id=article_id, days=days, number=len(reports))


@router.get("/map")
def places(desk: AtDesk, request: Request) -> Response:
    """The places that the newest articles name."""
    with desk.read() as tx:
        rows = frequent(tx, "place", newest=NEWEST, limit=200)
    located = [row for row in rows if row.found["latitude"] is not None and row.found["longitude"] is not None]
    return page(request, "map", title="Map", places=[_dot(row) for row in located], rows=rows[:50], newest=NEWEST)


def _list(
    tx: Connection, query: str | None, selection: Selection, cursor: str | None
) -> tuple[list[Row], list[int], str | None]:
    """The rows of the page, the changes whose names are counted, and the cursor of the next page."""
    if query:
        hits = search(tx, query, selection, limit=ROWS, cursor=word(cursor, "search"))
        wide = search(tx, query, selection, limit=COUNTED) if cursor is None and hits.cursor else hits
        rows = [Row(h.article_id, h.seq, h.headline, h.site, h.date_published, _pieces(h.snippet)) for h in hits.hits]
        return rows, [hit.seq for hit in wide.hits], cursor_of("search", hits.cursor) if hits.cursor else None
    place = numbers(cursor, "newest", 1)
    seqs = list(chosen(tx, selection, limit=COUNTED, before=place[0] if place else None))
    rows = [_row(each) for each in articles_at(tx, seqs[:ROWS])]
    return rows, seqs, cursor_of("newest", rows[-1].seq) if len(seqs) > ROWS else None


def _row(found: dict[str, Any]) -> Row:
    text = found["description"] or " ".join(found["summary"][:2]) or found["body"][:300]
    return Row(
        id=found["id"], seq=found["seq"], headline=found["headline"], site=found["domain"],
        date_published=found["date_published"], pieces=((text[:400], False),),
    )  # fmt: skip


def _pieces(snippet: Snippet) -> tuple[tuple[str, bool], ...]:
    pieces, at = [], 0
    for start, end in snippet.marks:
        pieces += [(snippet.text[at:start], False), (snippet.text[start:end], True)]
        at = end
    return (*pieces, (snippet.text[at:], False))


def _version(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UsageError("version: a number is wanted")
    return int(text)


def _dot(row: Named) -> dict[str, Any]:
    """A place on the map: longitude and latitude are its coordinates; its area is the number of articles."""
    found, radius = row.found, min(0.8 * row.articles**0.5, 8)
    return {
        "x": round(found["longitude"], 2), "y": round(-found["latitude"], 2), "r": round(radius, 2),
        "name": found["name"], "country": found["country"], "articles": row.articles,
    }  # fmt: skip
