"""The fetch stage: from a source to the page behind it, decoded but not interpreted."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue

from pipeline.documents import FetchedPage, Part, Source
from pipeline.errors import DocumentError, Transient
from pipeline.fetch.client import Fetcher, FetchLimits, Reply
from pipeline.fetch.files import read_file
from pipeline.fetch.pages import page_from
from pipeline.fetch.parts import MOST_PARTS, next_part

__all__ = ["FetchLimits", "Fetcher", "fetch"]

Outcome = tuple[Source, FetchedPage | DocumentError]


def fetch(sources: Sequence[Source], *, fetcher: Fetcher) -> Iterator[Outcome]:
    """Read every source, each yielded exactly once, as it completes, with its page or with why there is none.

    Never raises for a document; an exception that nobody foresaw comes out as ``Transient("bug")``. Not more than
    ``concurrency`` pages are held at a time, so that memory does not grow with the number of sources.
    """
    done: SimpleQueue[tuple[Source, Future[Reply]]] = SimpleQueue()
    running: set[Future[Reply]] = set()
    try:
        for source in sources:
            if source.url.startswith("file:"):
                yield source, _whole(_file(source, fetcher.limits), source, fetcher)
                continue
            if len(running) >= fetcher.limits.concurrency:
                yield _next(done, running, fetcher)
            running.add(future := fetcher.submit(source.url))
            future.add_done_callback(lambda future, source=source: done.put((source, future)))  # type: ignore[misc]
        while running:
            yield _next(done, running, fetcher)
    finally:
        for future in running:
            future.cancel()


def _next(
    done: "SimpleQueue[tuple[Source, Future[Reply]]]", running: "set[Future[Reply]]", fetcher: Fetcher
) -> Outcome:
    source, future = done.get()
    running.discard(future)
    return source, _whole(_page(source, future, fetcher.limits), source, fetcher)


def _whole(page: FetchedPage | DocumentError, source: Source, fetcher: Fetcher) -> FetchedPage | DocumentError:
    """The page with the further parts of its article; a part that cannot be read ends them."""
    if isinstance(page, DocumentError) or page.media_type != "text/html":
        return page
    parts: list[Part] = []
    text, url, length = page.text, page.url, len(page.text)
    while len(parts) < MOST_PARTS and (target := next_part(text, url)):
        part = _part(source.model_copy(update={"url": target}), fetcher)
        if isinstance(part, DocumentError) or (length := length + len(part.text)) > fetcher.limits.decoded_bytes:
            break
        text, url = part.text, target
        parts.append(Part(url=url, text=text))
    return page.model_copy(update={"parts": tuple(parts)}) if parts else page


def _part(source: Source, fetcher: Fetcher) -> FetchedPage | DocumentError:
    if source.url.startswith("file:"):
        return _file(source, fetcher.limits)
    return _page(source, fetcher.submit(source.url), fetcher.limits)


def _page(source: Source, future: "Future[Reply]", limits: FetchLimits) -> FetchedPage | DocumentError:
    try:
        return page_from(source, future.result(), limit=limits.decoded_bytes)
    except DocumentError as error:
        return _bare(error)
    except Exception as exc:  # noqa: BLE001 - the last line: one document's bug must not end the batch
        return _bug(exc)


def _file(source: Source, limits: FetchLimits) -> FetchedPage | DocumentError:
    try:
        return read_file(source, limit=limits.decoded_bytes)
    except DocumentError as error:
        return _bare(error)
    except Exception as exc:  # noqa: BLE001 - as above
        return _bug(exc)


def _bare(error: DocumentError) -> DocumentError:
    """The error without its traceback, whose frames would hold the page for as long as the error is kept."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _bug(exc: Exception) -> Transient:
    bug = Transient("bug", f"{type(exc).__name__}: {exc}"[:500])
    bug.__cause__ = exc  # with its traceback: it is the only one who knows where the bug is
    return bug
