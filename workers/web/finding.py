"""Search, names, quotes and stories."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from pipeline.documents import EntityType
from pipeline.errors import UsageError
from pipeline.store.reading.names import Kind, Named, alphabetical, frequent
from pipeline.store.reading.quotes import MOST as MOST_ARTICLES
from pipeline.store.reading.quotes import quotes_by
from pipeline.store.reading.story import timeline
from pipeline.store.search.searching import Hit, search
from workers.web.answers import answer, fill, page
from workers.web.asked import ArticleId, Chosen, Limit
from workers.web.cursors import Cursor, cursor_of, numbers, word
from workers.web.desk import AtDesk, Desk
from workers.web.models import EntitiesPage, FoundPage, PlacesPage, QuotesPage, Story

router = APIRouter(prefix="/api/v1", tags=["finding"])
SCANNED = 500
"""Names that are looked at for one page, where only some kind of them is wanted."""
MOST_REPORTS = 1_000
Prefix = Annotated[str, Query(max_length=200, description="how the name begins; capitals and marks do not count")]
Order = Annotated[
    Literal["frequent", "alphabetical"],
    Query(description="frequent: most named among the newest changes; alphabetical: all names, in pages"),
]
Newest = Annotated[int, Query(ge=1, le=5_000, description="changes that are counted, where the order is `frequent`")]


@router.get("/search", response_model=FoundPage)
def found(
    desk: AtDesk, selection: Chosen, q: Annotated[str, Query(max_length=1000)], cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Full-text search: words, "words in a row", AND, OR, NOT (or -word), parentheses, begin*."""
    with desk.read() as tx:
        hits = search(tx, q, selection, limit=limit, cursor=word(cursor, "search"))
    filled = fill(((hit, _told(hit)) for hit in hits.hits), limit)
    return page(filled.items, next=cursor_of("search", hits.cursor) if hits.cursor else None)


@router.get("/entities", response_model=EntitiesPage)
def entities(
    desk: AtDesk,
    type: EntityType | None = None,  # noqa: A002 - its name in the answer
    prefix: Prefix = "",
    order: Order = "frequent",
    newest: Newest = 2_000,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Names of persons, organisations, places and more, with the number of articles that have them."""
    asked = _Asked(prefix, order, newest, cursor, limit)
    return _names(desk, "entity", asked, {"type": type}, ("name", "type"))


@router.get("/places", response_model=PlacesPage)
def places(
    desk: AtDesk,
    country: Annotated[str | None, Query(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")] = None,
    prefix: Prefix = "",
    order: Order = "frequent",
    newest: Newest = 2_000,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Places on the map, with the number of articles that name them."""
    asked = _Asked(prefix, order, newest, cursor, limit)
    return _names(desk, "place", asked, {"country": country}, ("name", "country", "latitude", "longitude"))


@router.get("/quotes", response_model=QuotesPage)
def quotes(
    desk: AtDesk,
    selection: Chosen,
    speaker: Annotated[str, Query(min_length=1, max_length=200)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What somebody said, in the chosen articles; the name in full, as articles have it among their entities."""
    if selection.entity is not None:
        raise UsageError("entity: quotes are chosen by their speaker")
    place = numbers(cursor, "quotes", 2)
    items: list[tuple[tuple[int, int], dict[str, Any]]] = []
    last, looked_at = place, 0
    with desk.read() as tx:
        for at, quote in quotes_by(
            tx, speaker, replace(selection, entity=speaker), behind=None if place is None else (place[0], place[1])
        ):
            if quote is not None and len(items) == limit:
                break
            last, looked_at = at, looked_at + (quote is None)
            if quote is not None:
                items.append((at, quote))
        else:
            last = last if looked_at == MOST_ARTICLES else None
    filled = fill(items, limit)
    last = filled.last if filled.is_more else last
    return page(filled.items, next=cursor_of("quotes", *last) if last else None)


@router.get("/stories/{article_id}", response_model=Story)
def story(desk: AtDesk, article_id: ArticleId) -> Response:
    """The timeline of one story: the articles whose `cluster_id` this is."""
    with desk.read() as tx:
        reports = timeline(tx, article_id, limit=MOST_REPORTS)
    if not reports:
        raise HTTPException(404, "no such story")
    return answer({"id": article_id, "items": reports})


class _Asked:
    """How names are asked for."""

    def __init__(self, prefix: str, order: str, newest: int, cursor: str | None, limit: int) -> None:
        self.prefix, self.order, self.newest, self.limit = prefix, order, newest, limit
        self.behind = word(cursor, "names")


def _names(desk: Desk, kind: Kind, asked: _Asked, wanted: dict[str, Any], fields: tuple[str, ...]) -> Response:
    """A page of names; of ``wanted``, what is ``None`` does not narrow it."""
    is_narrow = any(value is not None for value in wanted.values())
    number = SCANNED if is_narrow else asked.limit + 1
    with desk.read() as tx:
        if asked.order == "frequent":
            rows = frequent(tx, kind, prefix=asked.prefix, newest=asked.newest, limit=number)
        else:
            rows = alphabetical(tx, kind, prefix=asked.prefix, behind=asked.behind, limit=number)
    fitting = [row for row in rows if all(value in (None, row.found.get(name)) for name, value in wanted.items())]
    some = fitting[: asked.limit]
    filled = fill(((row, _counted(row, fields)) for row in some), asked.limit)
    if asked.order == "frequent":
        return page(filled.items, next=None)
    last = some[-1] if len(fitting) > asked.limit else rows[-1] if len(rows) == number else None
    return page(filled.items, next=cursor_of("names", last.value) if last else None)


def _counted(row: Named, fields: tuple[str, ...]) -> dict[str, Any]:
    return {**{name: row.found.get(name) for name in fields}, "articles": row.articles}


def _told(hit: Hit) -> dict[str, Any]:
    snippet = {"text": hit.snippet.text, "marks": [{"start": start, "end": end} for start, end in hit.snippet.marks]}
    names = ("seq", "headline", "url", "site", "language", "date_published", "score")
    return {"id": hit.article_id, **{name: getattr(hit, name) for name in names}, "snippet": snippet}
