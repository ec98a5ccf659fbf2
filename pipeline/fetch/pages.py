"""From an HTTP reply to a fetched page."""

from collections.abc import Callable

from pipeline.documents import FetchedPage, Source
from pipeline.fetch.client import Reply
from pipeline.fetch.compression import decompress
from pipeline.fetch.contents import read_content
from pipeline.fetch.responses import content_type, kept_headers


def body_of(reply: Reply, *, limit: int) -> bytes:
    """The body of ``reply``, decompressed, at most ``limit`` bytes of it. Raises ``DocumentError``."""
    return decompress(reply.body, reply.headers.get("content-encoding", ""), limit)


def page_from(source: Source, reply: Reply, *, limit: int, keep: Callable[[bytes], str] | None = None) -> FetchedPage:
    """The page that ``reply`` brings for ``source``, at most ``limit`` bytes of it. Raises ``DocumentError``."""
    data = body_of(reply, limit=limit)
    declared, charset = content_type(reply.headers.get("content-type", ""))
    content = read_content(data, declared=declared, charset=charset)
    return FetchedPage(
        id=source.id,
        requested_url=source.url,
        url=reply.url,
        redirects=reply.redirects,
        permanent_url=reply.permanent_url,
        status=reply.status,
        media_type=content.media_type,
        encoding=content.encoding,
        text=content.text,
        content=keep(data) if keep else None,
        request_headers=reply.request_headers,
        headers=kept_headers(reply.headers),
        date_fetched=reply.date_fetched,
        carry=source.carry,
    )
