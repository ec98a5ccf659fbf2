"""Many documents in the air at once: sources in, pages or reasons out, in whatever order they come down.

A usual answer is made into a page at once, in the fetcher's thread: that takes a third of a millisecond, and handing it
to another thread first would cost as much again. What takes longer - large pages, PDFs - is made aside, so that one
document never holds up another. Files are read, and bodies put into the archive, by whoever calls ``land``.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from pipeline.documents import FetchedPage, Part, Source, Unchanged
from pipeline.errors import DocumentError, Transient, UnavailableError
from pipeline.fetch.client import Fetcher, Reply
from pipeline.fetch.files import read_file
from pipeline.fetch.pages import page_from
from pipeline.fetch.parts import MOST_PARTS, next_part
from pipeline.fetch.warc import read_location
from pipeline.fetch.wrappers import MOST_WRAPPERS, wrapper_target

NOT_MODIFIED = 304
LONG_BODY = 256 * 1024
"""Bytes on the wire up to which a page is made in the fetcher's thread."""
Product = FetchedPage | Unchanged | DocumentError
Outcome = tuple[Source, Product | UnavailableError]
"""``UnavailableError``: the archive cannot be written; nothing is wrong with the document."""
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
    trail: tuple[str, ...] = ()
    """The wrappers that led here, and the redirects before them."""
    wrappers: int = 0
    page: FetchedPage | None = None
    parts: list[Part] = field(default_factory=list)
    length: int = 0
    bodies: list[bytes] = field(default_factory=list)
    """Of the page and of its parts, for the archive."""
    body: bytes = b""
    """Of what was read last."""
    product: Product | None = None
    """What became of it, once it is down."""

    def takes_long(self) -> bool:
        """Whether making a page of it takes more than a moment: a PDF half a minute at worst."""
        if self.future is None:
            return self.asked[-4:].lower() == ".pdf"
        if self.future.cancelled() or self.future.exception():
            return False
        body = self.future.result().body
        return len(body) > LONG_BODY or body.startswith(b"%PDF-")

    def note(self, body: bytes) -> str:
        """Take the place of the archive while the page is made; its key comes when the document is down."""
        self.body = body
        return ""

    def took(self, page: FetchedPage, limit: int) -> bool:
        """Take a page as the article's first, or as its next part; False if it grows longer than ``limit`` by it."""
        self.length += len(page.text)
        if self.page is None:
            self.page = page
            if self.asked != self.source.url:
                redirects = (*self.trail, *self.way(page)[:-1])
                self.page = page.model_copy(update={"requested_url": self.source.url, "redirects": redirects})
            self.bodies.append(self.body)
        elif self.length <= limit:
            self.parts.append(Part(url=page.url, text=page.text))
            self.bodies.append(self.body)
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

    def whole(self) -> FetchedPage:
        """The page with its parts."""
        assert self.page is not None  # noqa: S101 - called once something was taken
        return self.page.model_copy(update={"parts": tuple(self.parts)}) if self.parts else self.page

    def kept(self, keep: Keep) -> FetchedPage:
        """The page with its parts, their bodies in the archive."""
        content, *others = map(keep, self.bodies)
        pairs = zip(self.parts, others, strict=True)  # each body's key takes the place of what ``note`` said
        parts = tuple(part.model_copy(update={"content": key}) for part, key in pairs)
        return self.whole().model_copy(update={"content": content, "parts": parts})


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
        if flight.product is None:
            self._advance(flight)
            return None
        self._flights.discard(flight)
        return flight.source, self._kept(flight, flight.product)

    def wake(self) -> None:
        """Have a waiting ``land`` return; may be called from any thread."""
        self._arrived.put(None)

    def cancel(self) -> list[Source]:
        """Give up all that is in the air; returns it."""
        given_up = list(self._flights)
        self._flights.clear()
        for flight in given_up:
            if future := flight.future:
                future.cancel()
        self._aside.shutdown(wait=False, cancel_futures=True)
        return [flight.source for flight in given_up]

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
        flight.future.add_done_callback(lambda _: self._advance(flight))

    def _advance(self, flight: _Flight) -> None:
        """An answer is in, or a file is to be read: see what becomes of it, here or aside."""
        if flight.takes_long():
            self._aside.submit(self._step, flight)
        else:
            self._step(flight)

    def _step(self, flight: _Flight) -> None:
        flight.product = self._product(flight)
        if flight.product is not None:
            self._arrived.put(flight)

    def _product(self, flight: _Flight) -> Product | None:
        """What became of the flight; ``None`` while more has to be read for it."""
        try:
            page = self._read(flight)
            if isinstance(page, Unchanged):
                return page
            return None if self._goes_on(flight, page) else flight.whole()
        except DocumentError as error:
            # A further part that cannot be read ends the article; it does not lose it.
            return flight.whole() if flight.page else _bare(error)
        except Exception as exc:  # noqa: BLE001 - the last line: one document's bug must not end the others
            return _bug(exc)

    def _kept(self, flight: _Flight, product: Product) -> Product | UnavailableError:
        if self._keep is None or not isinstance(product, FetchedPage):
            return product
        try:
            return flight.kept(self._keep)
        except UnavailableError as exc:
            return exc

    def _read(self, flight: _Flight) -> FetchedPage | Unchanged:
        keep = flight.note if self._keep else None
        source, limit = flight.source, self._fetcher.limits.decoded_bytes
        if flight.asked != source.url:
            source = source.model_copy(update={"url": flight.asked})
        if source.location:
            return read_location(source, limit=limit, keep=keep)
        if flight.future is None:
            return read_file(source, limit=limit, keep=keep)
        # Let go of the answer: the flight may live on, and only so many large bodies are held at a time.
        future, flight.future = flight.future, None
        reply = future.result()
        if reply.status == NOT_MODIFIED and source.article_id is not None:
            return Unchanged(id=source.id, article_id=source.article_id)
        return page_from(source, reply, limit=limit, keep=keep)

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


def _bare(error: DocumentError) -> DocumentError:
    """The error without its traceback, whose frames would hold the page for as long as the error is kept."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _bug(exc: Exception) -> Transient:
    bug = Transient("bug", f"{type(exc).__name__}: {exc}"[:500])
    bug.__cause__ = exc  # with its traceback: it is the only one who knows where the bug is
    return bug


def fetch(sources: Sequence[Source], *, fetcher: Fetcher, keep: Keep | None = None) -> Iterator[Outcome]:
    """Read every source, each yielded exactly once, as it completes, with its page or with why there is none.

    Never raises for a document. Not more than ``concurrency`` pages are held at a time, so that memory does not grow
    with the number of sources.
    """
    reading = Reading(fetcher, keep=keep)
    try:
        for source in sources:
            while len(reading) >= fetcher.limits.concurrency:
                yield from _landed(reading)
            reading.begin(source)
        while len(reading):
            yield from _landed(reading)
    finally:
        reading.cancel()


def _landed(reading: Reading) -> Iterator[Outcome]:
    if (outcome := reading.land()) is not None:
        yield outcome
