"""The fetch stage: from a source to the page behind it, decoded but not interpreted."""

from collections.abc import Iterator, Sequence

from pipeline.documents import Source
from pipeline.fetch.client import Fetcher, FetchLimits
from pipeline.fetch.reading import Keep, Outcome, Reading

__all__ = ["FetchLimits", "Fetcher", "Reading", "fetch"]


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
