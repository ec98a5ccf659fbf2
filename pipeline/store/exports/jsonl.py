"""JSON Lines: one published article a line, nothing left out."""

from typing import IO

import orjson

from pipeline.store.published import Pages, published


def write_jsonl(pages: Pages, out: IO[bytes]) -> int:
    """Write the articles; returns how many."""
    number = 0
    for row in published(pages):
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        number += 1
    return number
