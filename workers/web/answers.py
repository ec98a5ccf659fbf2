"""Answers: JSON written at once, pages that end where they grow too large, and what need not be sent again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from starlette.responses import Response

MOST_BYTES = 4_000_000
"""Of one page: the item that would pass it stands on the next one. A single item may be longer."""
P = TypeVar("P")
"""A place in a list: what its cursor is made of."""


@dataclass(frozen=True)
class Filled(Generic[P]):
    """The items of one page, as JSON."""

    items: list[bytes]
    places: list[P]
    """Of the items."""
    is_more: bool
    """Whether something was left for the next page."""

    @property
    def last(self) -> P | None:
        """Place of the last item; ``None`` where there is none."""
        return self.places[-1] if self.places else None


def fill(items: Iterable[tuple[P, Any]], limit: int) -> Filled[P]:
    """As many as there may be; reads one item further, to see whether there is more."""
    found: list[bytes] = []
    places: list[P] = []
    left = MOST_BYTES
    for place, item in items:
        one = orjson.dumps(item)
        left -= len(one)
        if found and (len(found) == limit or left < 0):
            return Filled(found, places, is_more=True)
        found.append(one)
        places.append(place)
    return Filled(found, places, is_more=False)


def page(items: list[bytes], **rest: Any) -> Response:
    """A page; ``rest`` are its other members."""
    tail = orjson.dumps(rest)[1:]
    return _json(b'{"items":[' + b",".join(items) + b"]," + tail)


def answer(value: Any) -> Response:
    """Any value."""
    return _json(orjson.dumps(value))


def tagged(value: Any, tag: str) -> Response:
    """A value that the client may keep, and ask for again with its tag."""
    return _json(orjson.dumps(value), {"ETag": tag, "Cache-Control": "private, no-cache"})


def unchanged(tag: str) -> Response:
    """The client has it."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})


def has(tag: str, if_none_match: str | None) -> bool:
    """Whether the client says that it has this (RFC 9110, 13.1.2: compared weakly)."""
    if if_none_match is None:
        return False
    given = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return tag in given or given == ["*"]


def _json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, headers=headers, media_type="application/json")
