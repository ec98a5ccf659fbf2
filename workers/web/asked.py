"""What a request may ask with: filters, fields, limits; unknown parameters are errors, not ignored."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from pipeline.errors import UsageError
from pipeline.store.published import FIELDS
from pipeline.store.selection import Selection

MOST = 200
ALWAYS = ("id", "seq")
"""Fields that come whatever is chosen."""
Limit = Annotated[int, Query(ge=1, le=MOST, description="items on the page, at most")]
Seq = Annotated[int, Query(ge=0, lt=2**63, description="a place in the feed: what came after it")]
Fields = Annotated[
    str | None, Query(max_length=1000, description="names of fields parted by commas; id and seq always come")
]
ArticleId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,20}$", description="id of a stored article")]
_Name = Annotated[str | None, Query(max_length=200)]
_Day = Annotated[str | None, Query(max_length=40, description="2026-05-01, 2026-05 or 2026")]


async def selection_of(
    since: _Day = None,
    until: _Day = None,
    site: _Name = None,
    language: Annotated[str | None, Query(max_length=8, description="ISO 639-1")] = None,
    entity: _Name = None,
    place: _Name = None,
    topic: _Name = None,
    author: _Name = None,
    story: Annotated[str | None, Query(max_length=200, description="cluster_id of the reports on one event")] = None,
) -> Selection:
    """The filters that all lists of articles have."""
    return Selection(
        since=since, until=until, site=site, language=language, entity=entity, place=place, topic=topic, author=author,
        story=story,
    )  # fmt: skip


Chosen = Annotated[Selection, Depends(selection_of)]


def fields_of(fields: str | None) -> tuple[str, ...] | None:
    """The chosen fields; ``None``: all. Raises UsageError for one that no article has."""
    if fields is None:
        return None
    names = tuple(name.strip() for name in fields.split(",") if name.strip())
    unknown = [name for name in names if name not in FIELDS]
    if unknown:
        raise UsageError(f"fields: an article has no {unknown[0]!r}; it has {', '.join(sorted(FIELDS))}")
    return (*ALWAYS, *names)


def shaped(article: Mapping[str, Any], fields: tuple[str, ...] | None) -> dict[str, Any]:
    """The article with these fields only."""
    return dict(article) if fields is None else {name: article[name] for name in fields}


def only_known(described: Callable[[], dict[str, Any]]) -> Callable[[Request], Awaitable[None]]:
    """What refuses parameters that the route does not have, and those given twice; ``described``: the OpenAPI."""

    async def check(request: Request) -> None:
        known = _parameters(described(), request.scope["route"].path)
        given = [name for name, _ in request.query_params.multi_items()]
        for name in given:
            if name not in known:
                raise UsageError(f"{name[:100]!r} is no parameter here; known: {', '.join(sorted(known)) or 'none'}")
            if given.count(name) > 1:
                raise UsageError(f"{name} is given more than once")

    return check


def _parameters(openapi: dict[str, Any], path: str) -> set[str]:
    operation = openapi["paths"].get(path, {}).get("get", {})
    return {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
