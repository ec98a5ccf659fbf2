"""robots.txt known to the whole fleet: one entry per origin in Redis, compressed, gone when it no longer holds."""

from dataclasses import asdict

import orjson
import redis
import redis.asyncio
import zstandard

from pipeline.fetch.robots import MOST_BYTES, Notice, Origin
from workers.redis_server import KEY_PREFIX, translated
from workers.turns import connect


class RedisRobotsCache:
    """See ``RobotsCache``. Usable again after ``close``, then in another event loop too."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: redis.asyncio.Redis | None = None

    async def get(self, origin: Origin) -> tuple[Notice, float] | None:
        """See ``RobotsCache``."""
        with translated():
            together = self._redis.pipeline(transaction=False)
            together.get(_key(origin))
            together.pttl(_key(origin))
            data, left = await together.execute()
        if data is None or left <= 0:
            return None
        return Notice(**orjson.loads(zstandard.decompress(data, max_output_size=8 * MOST_BYTES))), left / 1000

    async def put(self, origin: Origin, notice: Notice, seconds: float) -> None:
        """See ``RobotsCache``."""
        with translated():
            await self._redis.set(
                _key(origin), zstandard.compress(orjson.dumps(asdict(notice))), px=int(seconds * 1000)
            )

    async def close(self) -> None:
        """See ``RobotsCache``."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    @property
    def _redis(self) -> "redis.asyncio.Redis":
        self._client = self._client or connect(self._url)
        return self._client


def _key(origin: Origin) -> str:
    return f"{KEY_PREFIX}robots:{origin.product}:{origin.address}"
