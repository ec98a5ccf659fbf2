"""A name in the text, before it is known which entity it belongs to."""

from typing import NamedTuple

from pipeline.documents import EntityType


class Name(NamedTuple):
    """A stretch of text and what kind of thing it names."""

    start: int
    end: int
    type: EntityType
