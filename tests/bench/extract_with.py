"""A process of its own that reads pages: ``extract_with.py PROGRAM PAGES FIRST``; JSON of CPU ms a page and memory out.

``PAGES`` is a file of JSON Lines with ``html`` and ``url``. The ``FIRST`` of them are not counted, during which modules
and models are loaded. Nothing is asked of the net, pictures are not looked at.
"""

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Read = Callable[[str, str], object]


def newspaper() -> Read:
    """``parse()`` and ``nlp()``, with NLTK's own sentence model in ``$NLTK_DATA``."""
    from newspaper import Article

    def read(html: str, url: str) -> object:
        article = Article(url, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        article.nlp()
        return article.text

    return read


def newspaper_parse() -> Read:
    from newspaper import Article

    def read(html: str, url: str) -> object:
        article = Article(url, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return article.text

    return read


def newsplease() -> Read:
    from newsplease import NewsPlease

    def read(html: str, url: str) -> object:
        return NewsPlease.from_html(html, url=url, fetch_images=False).maintext

    return read


def trafilatura() -> Read:
    """Text, title, authors, date and the rest of the metadata, at its usual settings."""
    from trafilatura import bare_extraction

    return lambda html, url: bare_extraction(html, url=url, with_metadata=True)


def copydesk_clean() -> Read:
    from pipeline.clean import clean

    return lambda html, url: _told(clean(_page(html, url)))


def copydesk_enrich() -> Read:
    """Clean, and enrich what is an article."""
    from pipeline.clean import clean
    from pipeline.enrich import enrich

    def read(html: str, url: str) -> object:
        article = clean(_page(html, url))
        return enrich(article) if article.outcome == "article" else None

    return read


def _page(html: str, url: str) -> Any:
    from pipeline.documents import FetchedPage

    return FetchedPage(
        id="1", requested_url=url, url=url, media_type="text/html", text=html, date_fetched="2026-03-02T08:00:00+00:00"
    )


def _told(article: Any) -> object:
    return article if article.outcome == "article" else None


PROGRAMS = {
    "newspaper": newspaper, "newspaper-parse": newspaper_parse, "news-please": newsplease, "trafilatura": trafilatura,
    "clean": copydesk_clean, "clean-enrich": copydesk_enrich,
}  # fmt: skip


def main(program: str, pages: str, first: str) -> dict[str, float]:
    logging.disable()
    given = [json.loads(line) for line in Path(pages).read_text("utf-8").splitlines()]
    read, failed, empty, begun = PROGRAMS[program](), 0, 0, 0.0
    for number, page in enumerate(given):
        if number == int(first):
            failed, empty, begun = 0, 0, _cpu()
        try:
            empty += not read(page["html"], page["url"])
        except Exception:  # noqa: BLE001 - a page that a program cannot read costs what it costs
            failed += 1
    spent = _cpu() - begun
    # Not ru_maxrss, which counts the process that this one was forked from, too.
    peak = int(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0]) / 1024
    number = len(given) - int(first)
    return {"ms": 1000 * spent / number, "peak_mb": peak, "pages": number, "failed": failed, "empty": empty}


def _cpu() -> float:
    """Seconds, children included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    told = os.dup(1)
    os.dup2(2, 1)  # what a program prints is not the answer
    answer = main(*sys.argv[1:])
    os.write(told, json.dumps(answer).encode())
