"""JSON Lines: one published article a line, nothing left out."""

from collections.abc import Iterable
from typing import IO, Any

import orjson


def write_jsonl(rows: Iterable[dict[str, Any]], out: IO[bytes]) -> int:
    """Write published articles (``ArticleStore.published``); returns how many."""
    number = 0
    for row in rows:
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        number += 1
    return number
