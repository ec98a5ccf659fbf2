"""A page out of the archive, as it would be read today."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.documents import FetchedPage, Source
from pipeline.fetch.contents import read_content
from pipeline.fetch.responses import content_type
from pipeline.fetch.suffixes import PAGES


def read_again(source: Source, page: FetchedPage, body: bytes, parts: Sequence[bytes]) -> FetchedPage:
    """The archived ``page`` with its texts decoded anew, for the document that ``source`` is.

    It stays the answer that it was: its URLs, headers and the time it was fetched. Raises ``Rejected``.
    """
    declared, charset = content_type(page.headers.get("content-type", ""))
    suffix = PurePosixPath(urlsplit(page.url).path).suffix.lower()
    content = read_content(body, declared=declared or PAGES.get(suffix, ""), charset=charset)
    texts = (read_content(each, declared=declared, charset=charset).text for each in parts)
    whole = tuple(part.model_copy(update={"text": text}) for part, text in zip(page.parts, texts, strict=True))
    read = {"text": content.text, "media_type": content.media_type, "encoding": content.encoding, "parts": whole}
    return page.model_copy(update=read | {"id": source.id, "carry": source.carry})
