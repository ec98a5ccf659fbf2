"""Where a page ends, as one word that clients hand back without looking into it."""

import base64
import binascii
from typing import Annotated

import orjson
from fastapi import Query

from pipeline.errors import UsageError

LONGEST = 400
Cursor = Annotated[str | None, Query(max_length=LONGEST, description="`next` of the page before; none: the first page")]


def cursor_of(kind: str, *place: int | str) -> str:
    """The cursor of a place in this kind of list."""
    return base64.urlsafe_b64encode(orjson.dumps([kind, *place])).decode("ascii").rstrip("=")


def numbers(cursor: str | None, kind: str, number: int) -> tuple[int, ...] | None:
    """The place in a list that is ordered by numbers; raises UsageError for what is no cursor of this list."""
    place = _place(cursor, kind, number)
    if place is not None and not all(type(part) is int and 0 <= part < 2**63 for part in place):
        raise _unknown()
    return None if place is None else tuple(int(part) for part in place)


def word(cursor: str | None, kind: str) -> str | None:
    """The same for one that is ordered by names."""
    place = _place(cursor, kind, 1)
    if place is None:
        return None
    if type(place[0]) is not str or not place[0].isprintable():
        raise _unknown()
    return place[0]


def _place(cursor: str | None, kind: str, number: int) -> list[int | str] | None:
    if cursor is None:
        return None
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise _unknown() from None
    if not isinstance(found, list) or len(found) != number + 1 or found[0] != kind:
        raise _unknown()
    return found[1:]


def _unknown() -> UsageError:
    return UsageError("cursor: this is none of this list; give `next` of the page before as it is, or none")
