"""The claim check: what one stage hands to the next lies in Redis, compressed; messages carry only ids.

A payload that is missing (Redis wiped, time to live over) is no error: the document goes back to fetch.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import redis
import zstandard

from pipeline.documents import Document
from workers.app import KEY_PREFIX
from workers.redis_server import translated

D = TypeVar("D", bound=Document)
MAX_BYTES = 256_000_000
"""The longest payload that is unpacked: a bound, far over what a page can be."""


class Payloads:
    """Documents between stages, by document id and the stage that made them."""

    def __init__(self, client: "redis.Redis", ttl: int) -> None:
        """``ttl``: seconds that a payload is kept when nobody takes it."""
        self._redis = client
        self._ttl = ttl
        self._pack = zstandard.ZstdCompressor(level=3)
        self._unpack = zstandard.ZstdDecompressor()

    def pack(self, document: Document) -> bytes:
        """The document as it lies in Redis; raises ValueError for text that is no Unicode."""
        return self._pack.compress(document.model_dump_json().encode())

    def put(self, stage: str, packed: Mapping[str, bytes]) -> None:
        """Keep what ``stage`` made, by document id, in one round trip; raises UnavailableError."""
        with translated(), self._redis.pipeline(transaction=False) as pipe:
            for document_id, data in packed.items():
                pipe.set(_key(stage, document_id), data, ex=self._ttl)
            pipe.execute()

    def get(self, stage: str, ids: Sequence[str], model: type[D]) -> dict[str, D]:
        """What ``stage`` made of these documents; those that are gone are left out. Raises UnavailableError."""
        with translated():
            found: Sequence[Any] = self._redis.mget([_key(stage, i) for i in ids]) if ids else []
        pairs = zip(ids, found, strict=True)
        read = {i: self._read(data, model) for i, data in pairs if data is not None}
        return {i: document for i, document in read.items() if document is not None}

    def _read(self, data: bytes, model: type[D]) -> D | None:
        """The document; ``None`` for what another version of Copydesk wrote or what is damaged: as good as gone."""
        try:
            return model.model_validate_json(self._unpack.decompress(data, max_output_size=MAX_BYTES))
        except (ValueError, zstandard.ZstdError):
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


def _key(stage: str, document_id: str) -> str:
    return f"{KEY_PREFIX}payload:{stage}:{document_id}"
