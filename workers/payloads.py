"""The claim check: what one stage hands to the next lies in Redis, compressed; messages carry only ids.

A payload that is missing (Redis wiped, time to live over) is no error: the document goes back to fetch. It is JSON; the
text of a page stands behind its JSON as it is, because escaping a page and reading it again takes as long as packing.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

import orjson
import redis
import zstandard

from pipeline.documents import Document, FetchedPage
from pipeline.stage import PIPELINE
from workers.redis_server import KEY_PREFIX, translated

D = TypeVar("D", bound=Document)
MAX_BYTES = 256_000_000
"""The longest payload that is unpacked: a bound, far over what a page can be."""

MOST_RELIEVED = 1000
"""Payloads given up at a time."""

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PAGE = b"p"
"""How a payload begins, and how that of a page does. A Copydesk that writes them otherwise begins them otherwise."""

LEVEL = 1
"""Of zstd: a quarter less time than its own choice, for 7 % more bytes (pages of the press)."""


@dataclass(frozen=True)
class Found(Generic[D]):
    """What was found of some documents."""

    documents: dict[str, D]
    newer: frozenset[str] = frozenset()
    """Written by a newer Copydesk: for another worker."""


class _Contexts(threading.local):
    """zstd's working memory, one for each thread: two that share it end the process."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=LEVEL)
        self.unpack = zstandard.ZstdDecompressor()


class Payloads:
    """Documents between stages, by document id and the stage that made them."""

    def __init__(self, client: "redis.Redis", ttl: int) -> None:
        """``ttl``: seconds that a payload is kept when nobody takes it."""
        self._redis = client
        self._ttl = ttl
        self._zstd = _Contexts()

    def pack(self, document: Document) -> bytes:
        """The document as it lies in Redis; raises ValueError for text that is no Unicode."""
        if not isinstance(document, FetchedPage):
            return self._zstd.pack.compress(document.model_dump_json().encode())
        head = document.model_dump_json(exclude={"text"}).encode()
        return PAGE + self._zstd.pack.compress(b"\n".join((head, document.text.encode())))

    def put(self, stage: str, packed: Mapping[str, bytes]) -> None:
        """Keep what ``stage`` made, by document id, in one round trip; raises UnavailableError."""
        with translated(), self._redis.pipeline(transaction=False) as pipe:
            for document_id, data in packed.items():
                pipe.set(_key(stage, document_id), data, ex=self._ttl)
            pipe.execute()

    def get(self, stage: str, ids: Sequence[str], model: type[D]) -> "Found[D]":
        """What ``stage`` made of these documents; those that are gone are left out. Raises UnavailableError."""
        with translated():
            data: Sequence[Any] = self._redis.mget([_key(stage, i) for i in ids]) if ids else []
        there = {i: each for i, each in zip(ids, data, strict=True) if each is not None}
        newer = frozenset(i for i, each in there.items() if not each.removeprefix(PAGE).startswith(ZSTD_MAGIC))
        read = {i: self._read(each, model) for i, each in there.items() if i not in newer}
        return Found({i: document for i, document in read.items() if document is not None}, newer)

    def _read(self, data: bytes, model: type[D]) -> D | None:
        """The document; ``None`` for one that is damaged or of another shape: as good as gone."""
        try:
            found = self._zstd.unpack.decompress(data.removeprefix(PAGE), max_output_size=MAX_BYTES)
            if not data.startswith(PAGE):
                return model.model_validate_json(found)
            head, _, text = found.partition(b"\n")
            return model.model_validate(orjson.loads(head) | {"text": text.decode()})
        except (TypeError, ValueError, zstandard.ZstdError):  # TypeError: the JSON before a page is no object.
            return None

    def beat(self, key: str) -> None:
        """Count one batch under ``key``; raises UnavailableError."""
        with translated():
            self._redis.incr(key)

    def drop(self, stage: str, ids: Sequence[str]) -> None:
        """Forget what is no longer needed; raises UnavailableError."""
        if ids:
            with translated():
                self._redis.unlink(*(_key(stage, i) for i in ids))

    def relieve(self) -> int:
        """Give up some payloads, those of the first stage, which are the largest; returns how many.

        Their documents are fetched again.
        """
        with translated():
            keys = list(islice(self._redis.scan_iter(_key(PIPELINE[0].name, "*"), count=1000), MOST_RELIEVED))
            return int(self._redis.unlink(*keys)) if keys else 0


def _key(stage: str, document_id: str) -> str:
    return f"{KEY_PREFIX}payload:{stage}:{document_id}"
