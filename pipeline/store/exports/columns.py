"""The Arrow schema of published articles, derived from the models: a new field is a new column by itself.

- A model is a struct, a tuple a list, ``dict[str, X]`` a map of X.
- Free-form values (``carry``, ``extra``: ``dict[str, Any]``) are JSON text, since they have no type to be derived.
- Instants stay ISO 8601 text: ``date_published`` may be a bare date, and a timestamp would have to invent its hour.
- Every column may be null; a list that is unknown is empty, as in JSON.
"""

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import orjson
import pyarrow as pa
from pydantic import BaseModel

from pipeline.documents import Article, Enrichment, StoredArticle

T = TypeVar("T")
Change = Callable[[Any], Any]
SCALARS: dict[Any, pa.DataType] = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
FLAT: dict[str, Any] = {
    name: field.annotation
    for model in (Article, Enrichment, StoredArticle)
    for name, field in model.model_fields.items()
    if name not in ("article", "enrichment")
}
"""Every field of ``StoredArticle.published()`` and its annotation, in its order."""


def arrow_type(annotation: Any) -> pa.DataType:
    """The column type for a field's annotation. Raises TypeError for one that no model has had so far."""
    annotation = _known(annotation)
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in SCALARS:
        return SCALARS[annotation]
    if origin is Literal:
        return SCALARS[type(inner[0])]
    if origin is tuple:
        return pa.list_(arrow_type(inner[0]))
    if origin is dict:
        return pa.string() if inner[1] is Any else pa.map_(pa.string(), arrow_type(inner[1]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        return pa.struct([pa.field(name, arrow_type(field.annotation)) for name, field in fields.items()])
    raise TypeError(f"no column type for {annotation}")


def change(annotation: Any) -> Change | None:
    """What must be done to a field's JSON value before Arrow takes it; ``None`` for nothing."""
    annotation = _known(annotation)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return _each(change(inner[0]))
    if origin is dict:
        return _json if inner[1] is Any else _pairs(change(inner[1]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _within({name: change(field.annotation) for name, field in annotation.model_fields.items()})
    return None


def _known(annotation: Any) -> Any:
    """``X`` for ``X | None``."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    others = [each for each in get_args(annotation) if each is not NoneType]
    if len(others) != 1:
        raise TypeError(f"no column type for {annotation}")
    return others[0]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _each(inner: Change | None) -> Change | None:
    return inner and (lambda values: [inner(value) for value in values])


def _pairs(inner: Change | None) -> Change:
    if inner is None:
        return lambda values: list(values.items())
    return lambda values: [(key, inner(value)) for key, value in values.items()]


def _within(changes: dict[str, Change | None]) -> Change | None:
    needed = {name: found for name, found in changes.items() if found}
    if not needed:
        return None
    return lambda value: value and value | {name: found(value[name]) for name, found in needed.items()}


SCHEMA = pa.schema([pa.field(name, arrow_type(annotation)) for name, annotation in FLAT.items()])
"""One column for each field of a published article."""
CHANGES = {name: found for name, annotation in FLAT.items() if (found := change(annotation))}
"""Columns that only Python can make, having keys that no schema knows, and how; Arrow reads the others from JSON."""


def _plain(model: type[BaseModel]) -> list[pa.Field]:
    """The fields that Arrow reads by itself."""
    return [SCHEMA.field(name) for name in model.model_fields if name in SCHEMA.names and name not in CHANGES]


DOCUMENT = pa.schema(
    [
        pa.field("article", pa.struct(_plain(Article))),
        pa.field("enrichment", pa.struct(_plain(Enrichment))),
        *_plain(StoredArticle),
    ]
)
"""What Arrow reads of a stored document."""
HOMES = dict.fromkeys(Article.model_fields, "article") | dict.fromkeys(Enrichment.model_fields, "enrichment")
"""The part of the stored document that holds a column; where both do, the enrichment counts, as in ``published``."""
