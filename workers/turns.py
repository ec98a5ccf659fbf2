"""The fleet's book of turns, in Redis: all that a process says and asks at one moment is one Lua call.

The rules are those of ``pipeline.fetch.book``, where they are written down for one process. Redis' clock counts; what
a process measured since it sent a request is taken off, so that every delay on the way makes the spacing longer, never
shorter. A host that nothing needs to be known of any longer costs nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict

import orjson
import redis
import redis.asyncio

from pipeline.fetch.book import AFTERGLOW, CROWDED, LEAD, LEASE, MEMORY, Answer, Word
from pipeline.fetch.rhythm import Rhythm
from workers.redis_server import KEY_PREFIX, translated

SECONDS = 2.0
"""Longest wait for Redis; who waits for a turn is told sooner that there is none."""

_EXCHANGE = """
local LEASE, LEAD, LEAST, MOST = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local MEMORY, AFTERGLOW = tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000

local function load(key)
  local page = {sent = 0, rest = 0, version = 0, spacing = 0, troubles = 0, starts = 0, unused = '', open = {}}
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, 1) == '#' then page.open[string.sub(flat[i], 2)] = tonumber(flat[i + 1])
    elseif flat[i] == 'unused' then page.unused = flat[i + 1]
    else page[flat[i]] = tonumber(flat[i + 1]) end
  end
  return page
end

local function hear(page, word)
  for turn, ago in pairs(word.sent) do
    page.sent = math.max(page.sent, now - ago)
    if page.unused == turn then page.unused = '' end
  end
  for _, turn in ipairs(word.ended) do
    page.open[turn] = nil
    if page.unused == turn then page.unused = '' end
  end
  if word.rest > 0 then page.rest = math.max(page.rest, now + word.rest) end
  if word.rhythm ~= cjson.null and word.rhythm[1] == page.version then
    page.version, page.spacing, page.troubles = page.version + 1, word.rhythm[2], word.rhythm[3]
  end
end

local function give(page, want)
  local spacing = math.max(want.seconds, page.spacing)
  local wait = math.max(page.sent + spacing, page.rest, now) - now
  local open = 0
  for turn, ends in pairs(page.open) do
    if ends > now then open = open + 1 else page.open[turn] = nil end
  end
  if not page.open[page.unused] then page.unused = '' end
  if page.open[want.id] then return true, wait end
  if page.unused ~= '' and spacing > 0 then
    return false, math.max(wait, math.max(page.starts - now, 0) + spacing)
  end
  if want.concurrency ~= cjson.null and open >= want.concurrency then
    return false, math.max(wait, math.min(math.max(spacing / 2, LEAST), MOST))
  end
  if wait > LEAD then return false, wait end
  page.open[want.id], page.unused, page.starts = now + wait + LEASE, want.id, now + wait
  return true, wait
end

local function save(key, page)
  local fields, till = {}, page.rest
  local function put(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = type(value) == 'number' and string.format('%.6f', value) or value
  end
  for turn, ends in pairs(page.open) do
    put('#' .. turn, ends)
    till = math.max(till, ends)
  end
  for _, name in ipairs({'sent', 'rest', 'version', 'spacing', 'troubles', 'starts'}) do
    if page[name] ~= 0 then put(name, page[name]) end
  end
  if page.unused ~= '' then put('unused', page.unused) end
  till = math.max(till, now + ((page.spacing > 0 or page.troubles > 0) and AFTERGLOW or MEMORY))
  redis.call('DEL', key)
  if #fields > 0 then
    redis.call('HSET', key, unpack(fields))
    redis.call('PEXPIRE', key, math.ceil((till - now) * 1000))
  end
end

local answers = {}
for i, key in ipairs(KEYS) do
  local word, page = cjson.decode(ARGV[6 + i]), load(key)
  hear(page, word)
  local granted, wait = false, 0
  if word.want ~= cjson.null then granted, wait = give(page, word.want) end
  save(key, page)
  answers[i] = {granted and 1 or 0, string.format('%.6f', wait), page.version,
                string.format('%.6f', page.spacing), page.troubles}
end
return answers
"""


class RedisBook:
    """See ``Book``. Usable again after ``close``, then in another event loop too."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: redis.asyncio.Redis | None = None

    async def exchange(self, words: Mapping[str, Word]) -> dict[str, Answer]:
        """See ``Book``."""
        with translated():
            if self._client is None:
                self._client = connect(self._url)
                self._script = self._client.register_script(_EXCHANGE)
            rules = [LEASE, LEAD, *CROWDED, MEMORY, AFTERGLOW]
            rows = await self._script(
                keys=[f"{KEY_PREFIX}turns:{host}" for host in words], args=[*rules, *map(_packed, words.values())]
            )
        return dict(zip(words, map(_answer, rows), strict=True))

    async def close(self) -> None:
        """See ``Book``."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def connect(url: str) -> "redis.asyncio.Redis":
    """A client for the running event loop, for calls that are of no use when they come late."""
    return redis.asyncio.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)


def _packed(word: Word) -> bytes:
    want = word.want and {"id": word.want.id, **asdict(word.want.pace)}
    rhythm = word.rhythm and [word.rhythm[0], word.rhythm[1].spacing, word.rhythm[1].troubles]
    return orjson.dumps(
        {"sent": word.sent, "ended": word.ended, "rest": word.rest, "rhythm": rhythm, "want": want or None}
    )


def _answer(row: list[bytes | int]) -> Answer:
    granted, wait, version, spacing, troubles = row
    return Answer(bool(granted), float(wait), int(version), Rhythm(float(spacing), int(troubles)))
