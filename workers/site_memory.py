"""What each site repeats, known to all workers: fingerprints of text blocks in Redis, kept in the store over a restart.

A site has two hashes, the current and the one before it. A block's entry lists the articles it was seen in, four bytes
each and at most ``MOST``; when the current hash is full it becomes the one before, and what was not seen since is
forgotten with the next turn. So a site costs at most twice ``BLOCKS`` entries, about half a megabyte. Every
``SAVE_EVERY`` articles of a site the current state is copied into the store; a Redis that has lost it takes it back.
"""

import time
from collections.abc import Sequence
from hashlib import blake2b

import orjson
import redis
import zstandard
from sqlalchemy import delete, insert, select

from pipeline.store.database import Database
from pipeline.store.schema import site_memory
from workers.redis_server import KEY_PREFIX, translated

BLOCKS = 5_000
"""Entries of a site's current hash before it turns into the one before."""
MOST = 12
"""Articles listed per block; more evidence changes nothing."""
SAVE_EVERY = 25
DAYS = 90
"""A site of which nothing was read for so long is forgotten."""

_SEEN = """
local current, before = KEYS[1], KEYS[2]
local document, seconds, most, blocks = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local size = redis.call('HLEN', current)
if ARGV[5] == 'known' and size == 0 and redis.call('HLEN', before) == 0 then return false end
if size > blocks then redis.call('RENAME', current, before) end

local function all(key)
  local found = {}
  for i = 6, #ARGV, 1000 do
    local part = redis.call('HMGET', key, unpack(ARGV, i, math.min(i + 999, #ARGV)))
    for at = 1, #part do found[#found + 1] = part[at] end
  end
  return found
end
local now, earlier = all(current), all(before)
local counts, entries = {}, {}
for i = 6, #ARGV do
  local listed = now[i - 5] or earlier[i - 5] or ''
  local others, own = 0, false
  for at = 1, #listed, 4 do
    if string.sub(listed, at, at + 3) == document then own = true else others = others + 1 end
  end
  if not own and others < most then listed = listed .. document end
  entries[#entries + 1], entries[#entries + 2] = ARGV[i], listed
  counts[#counts + 1] = others
end
for i = 1, #entries, 1000 do redis.call('HSET', current, unpack(entries, i, math.min(i + 999, #entries))) end
local articles = redis.call('HINCRBY', current, 'articles', 1)
if articles % 8 == 1 or ARGV[5] ~= 'known' then
  redis.call('EXPIRE', current, seconds)
  redis.call('EXPIRE', before, seconds)
end
return {articles, counts}
"""
"""One round trip for an article; with ``known``, nothing happens for a site that Redis knows nothing of.

Every eighth article of a site puts off when it is forgotten."""


class RedisSiteMemory:
    """The ``SiteMemory`` of a fleet."""

    def __init__(self, client: "redis.Redis", database: Database) -> None:
        """``client`` answers in bytes; ``database`` is the migrated store."""
        self._redis = client
        self._database = database
        self._seen = client.register_script(_SEEN)

    def seen(self, site: str, fingerprints: Sequence[str], document_id: str) -> Sequence[int]:
        """See ``SiteMemory``; raises UnavailableError."""
        if not fingerprints:
            return []
        with translated():
            articles, counts = self._ask(site, fingerprints, document_id)
            if articles % SAVE_EVERY == 0:
                self._save(site)
        return [int(count) for count in counts]

    def _ask(self, site: str, fingerprints: Sequence[str], document_id: str) -> tuple[int, list[int]]:
        """The number of the site's articles, and what ``seen`` returns."""
        document = blake2b(document_id.encode("utf-8", "replace"), digest_size=4).digest()
        arguments: list[bytes | str | int] = [document, DAYS * 86_400, MOST, BLOCKS]
        told = self._seen(keys=_keys(site), args=[*arguments, "known", *fingerprints])
        if told is None:
            self._restore(site)
            told = self._seen(keys=_keys(site), args=[*arguments, "any", *fingerprints])
        articles, counts = told
        return articles, counts

    def _restore(self, site: str) -> None:
        with self._database.read() as tx:
            data = tx.execute(select(site_memory.c.data).where(site_memory.c.site == site)).scalar()
        if not data:
            return
        kept: dict[str, str] = orjson.loads(zstandard.ZstdDecompressor().decompress(data, max_output_size=50_000_000))
        fields = {name: value if name == "articles" else bytes.fromhex(value) for name, value in kept.items()}
        if fields:
            self._redis.hset(_keys(site)[0], mapping=fields)  # type: ignore[arg-type]

    def _save(self, site: str) -> None:
        current: dict[bytes, bytes] = self._redis.hgetall(_keys(site)[0])  # type: ignore[assignment]
        kept = {n.decode(): v.decode() if n == b"articles" else v.hex() for n, v in current.items()}
        data = zstandard.ZstdCompressor().compress(orjson.dumps(kept))
        with self._database.write() as tx:
            tx.execute(delete(site_memory).where(site_memory.c.site == site))
            tx.execute(insert(site_memory), {"site": site, "data": data, "saved_at": time.time()})


def _keys(site: str) -> list[str]:
    return [f"{KEY_PREFIX}site:{site}", f"{KEY_PREFIX}site-before:{site}"]
