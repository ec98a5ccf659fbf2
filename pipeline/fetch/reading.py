"""Many documents in the air at once: sources in, pages or reasons out, in whatever order they come down.

Waiting is done by the fetcher's event loop; decompressing, decoding and looking into the page by whoever calls
``land``, so that one slow document never holds up another, and the loop stays free for the net.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from pipeline.documents import FetchedPage, Part, Source, Unchanged
from pipeline.errors import DocumentError, Transient
from pipeline.fetch.client import Fetcher, Reply
from pipeline.fetch.files import read_file
from pipeline.fetch.pages import page_from
from pipeline.fetch.parts import MOST_PARTS, next_part
from pipeline.fetch.warc import read_location
from pipeline.fetch.wrappers import MOST_WRAPPERS, wrapper_target

NOT_MODIFIED = 304
Product = FetchedPage | Unchanged | DocumentError
Outcome = tuple[Source, Product]
ASIDE = 2
"""Documents that pages are made of aside at a time, each in a process of its own."""
Keep = Callable[[bytes], str]
"""The archive: takes a body, gives its key."""


@dataclass(eq=False)
class _Flight:
    """One document on its way, and what is known of it so far."""

    source: Source
    asked: str
    """What is being read at the moment: the page, what it is a wrapper of, or a further part."""
    future: "Future[Reply] | None" = None
    """The answer; ``None`` where there is a file to read."""
    page_future: "Future[FetchedPage | Unchanged] | None" = None
    """The page, where it is made aside."""
    trail: tuple[str, ...] = ()
    """The wrappers that led here, and the redirects before them."""
    wrappers: int = 0
    page: FetchedPage | None = None
    parts: list[Part] = field(default_factory=list)
    length: int = 0

    def takes_long(self) -> bool:
        """Whether a page has to be made of a PDF, which may take from a tenth of a second to half a minute."""
        if self.future is None:
            return self.asked[-4:].lower() == ".pdf"
        return not self.future.cancelled() and not self.future.exception() and _is_pdf(self.future.result())

    def took(self, page: FetchedPage, limit: int) -> bool:
        """Take a page as the article's first, or as its next part; False if it grows longer than ``limit`` by it."""
        self.length += len(page.text)
        if self.page is None:
            redirects = (*self.trail, *self.way(page)[:-1])
            self.page = page.model_copy(update={"requested_url": self.source.url, "redirects": redirects})
        elif self.length <= limit:
            self.parts.append(Part(url=page.url, text=page.text, content=page.content))
        return self.length <= limit

    def way(self, page: FetchedPage) -> tuple[str, ...]:
        """The URLs from what was asked for to the page that answered, without the document's own URL."""
        way = dict.fromkeys((self.asked, *page.redirects, page.url))
        return tuple(url for url in way if url != self.source.url) or (page.url,)

    def following(self, page: FetchedPage) -> str | None:
        """The address of the part after ``page``."""
        if page.media_type != "text/html" or self.source.location or len(self.parts) >= MOST_PARTS:
            return None
        return next_part(page.text, page.url)

    def product(self) -> FetchedPage:
        """The page with its parts."""
        assert self.page is not None  # noqa: S101 - called once something was taken
        return self.page.model_copy(update={"parts": tuple(self.parts)}) if self.parts else self.page


class Reading:
    """Reads sources through a fetcher. One thread lands; any may begin. ``keep`` puts bodies into the archive."""

    def __init__(self, fetcher: Fetcher, *, keep: Keep | None = None) -> None:
        self._fetcher = fetcher
        self._keep = keep
        self._flights: set[_Flight] = set()
        self._arrived: SimpleQueue[_Flight | None] = SimpleQueue()
        self._aside = ThreadPoolExecutor(ASIDE, thread_name_prefix="aside")

    def __len__(self) -> int:
        """How many documents are in the air."""
        return len(self._flights)

    def begin(self, source: Source) -> None:
        """Begin to read; never blocks and never raises for a document."""
        flight = _Flight(source, source.url)
        self._flights.add(flight)
        self._ask(flight)

    def land(self, timeout: float | None = None) -> Outcome | None:
        """The next document that is done; ``None`` when ``timeout`` seconds bring nothing, or ``wake`` was called.

        An exception that nobody foresaw comes out as ``Transient("bug")``.
        """
        try:
            flight = self._arrived.get(timeout=timeout)
        except Empty:
            return None
        if flight is None or flight not in self._flights:
            return None
        if flight.page_future is None and flight.takes_long():
            flight.page_future = self._aside.submit(self._read, flight)
            flight.page_future.add_done_callback(lambda _: self._arrived.put(flight))
            return None
        product = self._step(flight)
        if product is None:
            return None
        self._flights.discard(flight)
        return flight.source, product

    def wake(self) -> None:
        """Have a waiting ``land`` return; may be called from any thread."""
        self._arrived.put(None)

    def cancel(self) -> list[Source]:
        """Give up all that is in the air; returns it."""
        given_up = [flight.source for flight in self._flights]
        for flight in self._flights:
            if flight.future:
                flight.future.cancel()
        self._flights.clear()
        self._aside.shutdown(wait=False, cancel_futures=True)
        return given_up

    def _ask(self, flight: _Flight) -> None:
        if flight.asked.startswith("file:") or flight.source.location:
            self._arrived.put(flight)
            return
        first = flight.asked == flight.source.url
        flight.future = self._fetcher.submit(
            flight.asked,
            etag=flight.source.etag if first else None,
            last_modified=flight.source.last_modified if first else None,
        )
        flight.future.add_done_callback(lambda _: self._arrived.put(flight))

    def _step(self, flight: _Flight) -> Product | None:
        """What became of the flight; ``None`` while more has to be read for it."""
        try:
            page = flight.page_future.result() if flight.page_future else self._read(flight)
            flight.page_future = None
            if isinstance(page, Unchanged):
                return page
            return None if self._goes_on(flight, page) else flight.product()
        except DocumentError as error:
            # A further part that cannot be read ends the article; it does not lose it.
            return flight.product() if flight.page else _bare(error)
        except Exception as exc:  # noqa: BLE001 - the last line: one document's bug must not end the others
            return _bug(exc)

    def _read(self, flight: _Flight) -> FetchedPage | Unchanged:
        source, limit = flight.source.model_copy(update={"url": flight.asked}), self._fetcher.limits.decoded_bytes
        if source.location:
            return read_location(source, limit=limit, keep=self._keep)
        if flight.future is None:
            return read_file(source, limit=limit, keep=self._keep)
        # Let go of the answer: the flight may live on, and only so many large bodies are held at a time.
        future, flight.future = flight.future, None
        reply = future.result()
        if reply.status == NOT_MODIFIED and source.article_id is not None:
            return Unchanged(id=source.id, article_id=source.article_id)
        return page_from(source, reply, limit=limit, keep=self._keep)

    def _goes_on(self, flight: _Flight, page: FetchedPage) -> bool:
        """Take what was read, and ask for what is behind it or follows it; False when that was all."""
        target = self._behind(flight, page)
        if target is None and flight.took(page, self._fetcher.limits.decoded_bytes):
            target = flight.following(page)
        if target is not None:
            flight.asked = target
            self._ask(flight)
        return target is not None

    def _behind(self, flight: _Flight, page: FetchedPage) -> str | None:
        """The address of the page that this one is only a wrapper of."""
        is_asked_for = page.status is not None and not flight.source.location
        if flight.page or not is_asked_for or page.media_type != "text/html" or flight.wrappers >= MOST_WRAPPERS:
            return None
        target = wrapper_target(page.text, page.url)
        if target is None or target in (*flight.trail, *page.redirects, flight.source.url):
            return None
        if page.url != flight.source.url:
            flight.trail = (*flight.trail, *flight.way(page))
        flight.wrappers += 1
        return target


def _is_pdf(reply: Reply) -> bool:
    return reply.body.startswith(b"%PDF-")


def _bare(error: DocumentError) -> DocumentError:
    """The error without its traceback, whose frames would hold the page for as long as the error is kept."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _bug(exc: Exception) -> Transient:
    bug = Transient("bug", f"{type(exc).__name__}: {exc}"[:500])
    bug.__cause__ = exc  # with its traceback: it is the only one who knows where the bug is
    return bug
