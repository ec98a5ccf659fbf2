"""Articles: lists, one of them, its versions, and what a version changed."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Header, HTTPException, Query
from starlette.responses import Response

from pipeline.store.differences import Difference, difference
from pipeline.store.reading.flat import articles_at
from pipeline.store.reading.listing import chosen, chosen_after
from pipeline.store.reading.single import standing, stored_version, version_of, versions_of
from workers.web.answers import answer, fill, has, page, tagged, unchanged
from workers.web.asked import ArticleId, Chosen, Fields, Limit, Seq, fields_of, shaped
from workers.web.cursors import Cursor, cursor_of, numbers
from workers.web.desk import AtDesk
from workers.web.models import ArticlesPage, PublishedArticle, VersionsPage

router = APIRouter(prefix="/api/v1/articles", tags=["articles"])
Number = Annotated[int | None, Query(ge=1, lt=2**31)]


@router.get("", response_model=ArticlesPage)
def articles(
    desk: AtDesk,
    selection: Chosen,
    fields: Fields = None,
    order: Literal["newest", "oldest"] = "newest",
    after: Seq = 0,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Articles in the order of their last change; `after`: only what changed after this place in the feed."""
    names, place = fields_of(fields), numbers(cursor, order, 1)
    selection = replace(selection, seq=after)
    with desk.read() as tx:
        if order == "newest":
            seqs = chosen(tx, selection, limit=limit + 1, before=place[0] if place else None)
        else:
            selection = replace(selection, seq=max(after, place[0]) if place else after)
            seqs = chosen_after(tx, selection, limit=limit + 1)
        filled = fill(((article["seq"], shaped(article, names)) for article in articles_at(tx, seqs)), limit)
    return page(filled.items, next=cursor_of(order, filled.last) if filled.is_more and filled.last else None)


@router.get("/{article_id}", response_model=PublishedArticle, responses={304: {"description": "as the client has it"}})
def article(
    desk: AtDesk,
    article_id: ArticleId,
    version: Number = None,
    fields: Fields = None,
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """One article, or an earlier version of it. Its ETag changes with whatever changes in it."""
    names = fields_of(fields)
    with desk.read() as tx:
        now = standing(tx, article_id)
        if now is None:
            raise HTTPException(404, "no such article")
        tag = f'"{now[0]}-{now[1]}"'
        if version in (None, now[0]) and has(tag, if_none_match):
            return unchanged(tag)
        found = version_of(tx, article_id, version or now[0])
    if found is None:
        raise HTTPException(404, f"the article has no version {version}")
    tag = f'"{found["version"]}-{found["seq"]}"'
    return unchanged(tag) if has(tag, if_none_match) else tagged(shaped(found, names), tag)


@router.get("/{article_id}/versions", response_model=VersionsPage)
def versions(desk: AtDesk, article_id: ArticleId, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """Its versions, the first one first."""
    place = numbers(cursor, "versions", 1)
    after = place[0] if place else 0
    with desk.read() as tx:
        if standing(tx, article_id) is None:
            raise HTTPException(404, "no such article")
        rows = versions_of(tx, article_id, limit=limit + 1, after=min(after, 2**31 - 1))
    filled = fill(((row["version"], row) for row in rows), limit)
    return page(filled.items, next=cursor_of("versions", filled.last) if filled.is_more and filled.last else None)


@router.get("/{article_id}/diff", response_model=Difference)
def diff(desk: AtDesk, article_id: ArticleId, version: Number = None) -> Response:
    """What a version changed, compared with the one before it; without `version`: the current one."""
    with desk.read() as tx:
        now = standing(tx, article_id)
        wanted = version or (now[0] if now else 0)
        after = stored_version(tx, article_id, wanted)
        before = stored_version(tx, article_id, wanted - 1)
    if after is None:
        raise HTTPException(404, "no such article, or no such version of it")
    if before is None:
        raise HTTPException(404, f"version {wanted} is the first: there is none to compare it with")
    return answer(difference(before, after).as_json())
