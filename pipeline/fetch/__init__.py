"""The fetch stage: from a source to the page behind it, decoded but not interpreted."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue

from pipeline.documents import FetchedPage, Source
from pipeline.errors import DocumentError, Transient
from pipeline.fetch.client import Fetcher, FetchLimits, Reply
from pipeline.fetch.files import read_file
from pipeline.fetch.pages import page_from

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
                yield source, _file(source, fetcher.limits)
                continue
            if len(running) >= fetcher.limits.concurrency:
                yield _next(done, running, fetcher.limits)
            running.add(future := fetcher.submit(source.url))
            future.add_done_callback(lambda future, source=source: done.put((source, future)))  # type: ignore[misc]
        while running:
            yield _next(done, running, fetcher.limits)
    finally:
        for future in running:
            future.cancel()


def _next(
    done: "SimpleQueue[tuple[Source, Future[Reply]]]", running: "set[Future[Reply]]", limits: FetchLimits
) -> Outcome:
    source, future = done.get()
    running.discard(future)
    return source, _page(source, future, limits)


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
