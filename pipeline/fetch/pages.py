"""From an HTTP reply to a fetched page: decompressed, decoded, its media type found out."""

from collections.abc import Callable

from pipeline.documents import FetchedPage, Source
from pipeline.fetch.client import Reply
from pipeline.fetch.compression import decompress
from pipeline.fetch.decoding import decode
from pipeline.fetch.media import TEXT_TYPES, media_type_of, refuse_binary
from pipeline.fetch.responses import content_type, kept_headers


def body_of(reply: Reply, *, limit: int) -> bytes:
    """The body of ``reply``, decompressed, at most ``limit`` bytes of it. Raises ``DocumentError``."""
    return decompress(reply.body, reply.headers.get("content-encoding", ""), limit)


def page_from(source: Source, reply: Reply, *, limit: int, keep: Callable[[bytes], str] | None = None) -> FetchedPage:
    """The page that ``reply`` brings for ``source``, at most ``limit`` bytes of it. Raises ``DocumentError``."""
    data = body_of(reply, limit=limit)
    refuse_binary(data)
    declared, charset = content_type(reply.headers.get("content-type", ""))
    text, encoding = decode(data, declared=charset, media_type=TEXT_TYPES.get(declared))
    return FetchedPage(
        id=source.id,
        requested_url=source.url,
        url=reply.url,
        redirects=reply.redirects,
        status=reply.status,
        media_type=media_type_of(text, declared),
        encoding=encoding,
        text=text,
        content=keep(data) if keep else None,
        headers=kept_headers(reply.headers),
        date_fetched=reply.date_fetched,
        carry=source.carry,
    )
