"""Parquet: nested columns for DuckDB, polars, pandas, Spark; see ``columns`` for their types.

The file's metadata has ``copydesk.schema_version``, that of the documents, and ``copydesk.last_seq``: give it to
``--since`` for the next increment. A file without articles has no last one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.json import ParseOptions, ReadOptions, read_json

from pipeline.documents import SCHEMA_VERSION
from pipeline.store.exports.columns import CHANGES, DOCUMENT, HOMES, SCHEMA
from pipeline.store.published import Pages, present_document

GROUP_BYTES, GROUP_ROWS = 16_000_000, 10_000
"""A row group ends when its arrays pass either: the memory of writer and reader, whatever lengths articles have."""
UNLIKE = frozenset(
    {"id", "seq", "url", "requested_url", "canonical_url", "headline", "description", "body", "fingerprint", "extra"}
)
"""Top-level columns whose values hardly repeat, nor do texts and places within: a dictionary of them is wasted work."""
UNLIKE_WITHIN = frozenset({"text", "start", "end", "url", "caption", "salience", "summary"})


def write_parquet(pages: Pages, out: IO[bytes]) -> int:
    """Write the articles; returns how many."""
    number, about = 0, {"copydesk.schema_version": str(SCHEMA_VERSION)}
    with pq.ParquetWriter(
        out, SCHEMA, compression="zstd", compression_level=1, use_dictionary=_repeating(), write_statistics=["seq"]
    ) as writer:
        for group in _groups(map(batch_of, pages)):
            writer.write_table(group, row_group_size=len(group))
            number += len(group)
            about["copydesk.last_seq"] = str(group["seq"][-1])
        writer.add_key_value_metadata(about)
    return number


def batch_of(texts: Sequence[str]) -> pa.RecordBatch:
    """Stored documents as a batch of rows: what has a schema is read by Arrow itself, the rest goes through Python."""
    made: dict[str, list[Any]] = {name: [] for name in CHANGES}
    lines = "\n".join(_line(text, made) for text in texts).encode()
    read = ReadOptions(use_threads=False, block_size=len(lines) + 1)  # one block: no line is cut
    parse = ParseOptions(explicit_schema=DOCUMENT, unexpected_field_behavior="ignore")
    table = read_json(pa.BufferReader(lines), read, parse).combine_chunks()
    parts = {name: table[name].chunk(0) for name in DOCUMENT.names}
    return pa.record_batch([_column(field, parts, made) for field in SCHEMA], SCHEMA)


def _line(text: str, made: dict[str, list[Any]]) -> str:
    """The document for Arrow; what Arrow cannot make of it is added to the columns that are ``made`` here.

    None is kept as a whole: hundreds of them, decoded, are what the garbage collector then looks through all the time.
    """
    text, document = present_document(text)
    for name, changed in CHANGES.items():
        made[name].append(changed(document[HOMES[name]][name]))
    return text


def _column(field: pa.Field, parts: Mapping[str, Any], made: Mapping[str, list[Any]]) -> pa.Array:
    if field.name in made:
        return pa.array(made[field.name], field.type)
    home = HOMES.get(field.name)
    return parts[home].field(field.name) if home else parts[field.name]


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    size = rows = 0
    for batch in batches:
        waiting.append(batch)
        size, rows = size + batch.nbytes, rows + len(batch)
        if size >= GROUP_BYTES or rows >= GROUP_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting, size, rows = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def _repeating() -> list[str]:
    """Paths of the leaf columns that get a dictionary."""
    paths = [column.path for column in _leaves()]
    return [path for path in paths if path.split(".")[0] not in UNLIKE and not UNLIKE_WITHIN & set(path.split("."))]


def _leaves() -> Iterator[Any]:
    empty = pa.BufferOutputStream()
    pq.write_table(SCHEMA.empty_table(), empty)
    found = pq.ParquetFile(pa.BufferReader(empty.getvalue())).schema
    return (found.column(number) for number in range(len(found.names)))
