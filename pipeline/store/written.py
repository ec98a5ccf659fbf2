"""JSON on its way into and out of the database: written once, by whoever can do it fastest."""

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Written:
    """A value that is JSON already, such as pydantic writes it."""

    text: str


def dumps(value: Any) -> str:
    """What stands in the column."""
    return value.text if isinstance(value, Written) else orjson.dumps(value).decode()


loads = orjson.loads
"""A value of a column, from text or bytes."""
