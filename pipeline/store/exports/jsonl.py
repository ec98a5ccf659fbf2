"""JSON Lines: one published article a line, nothing left out."""

from collections.abc import Iterable
from typing import IO

import orjson

from pipeline.documents import StoredArticle


def write_jsonl(articles: Iterable[StoredArticle], out: IO[bytes]) -> int:
    """Write them; returns how many."""
    number = 0
    for stored in articles:
        out.write(orjson.dumps(stored.published(), option=orjson.OPT_APPEND_NEWLINE))
        number += 1
    return number
