"""``counted.py`` whose clean and enrich sleep instead of working: what many hosts would do, on the cores of one.

``ASLEEP`` in the environment: seconds of clean and of enrich, with a space between. The articles are made before the
workers are forked; a page says which one it is. Everything around the two functions is real.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import stage as stages
from pipeline.documents import Article, EnrichedArticle, FetchedPage
from tests.bench.counted import count, run
from tests.bench.test_near_duplicates import enriched
from tests.news_wire import Press

MADE = 4_000
"""Different articles; more pages than those say the same again, on other sites."""


@cache
def made() -> Sequence[EnrichedArticle]:
    """Articles of a press, as enrich leaves them."""
    return [enriched(number, report) for number, report in enumerate(Press(1).reports(MADE))]


def clean(page: FetchedPage, **_: Any) -> Article:
    """After a while, the article that the page names."""
    time.sleep(_seconds()[0])
    number = int(page.text)
    return made()[number % MADE].article.model_copy(
        update={"id": page.id, "headline": f"{number}", "canonical_url": None, "url": page.url}
    )


def enrich(article: Article, **_: Any) -> EnrichedArticle:
    """After a while, what was found in it."""
    time.sleep(_seconds()[1])
    return EnrichedArticle(article=article, enrichment=made()[int(article.headline or "") % MADE].enrichment)


def write_pages(folder: Path, first: int, number: int) -> None:
    """A file for each."""
    folder.mkdir()
    for each in range(first, first + number):
        (folder / f"{each:06}.txt").write_text(f"{each}", "ascii")


def _seconds() -> tuple[float, float]:
    first, second = os.environ["ASLEEP"].split()
    return float(first), float(second)


def main(folder: str, role: str, *words: str) -> None:
    if role != "dispatcher":
        made()
    asleep = {"clean": f"{__name__}:clean", "enrich": f"{__name__}:enrich"}
    stages.PIPELINE = tuple(
        replace(each, entry=asleep[each.name], prepares=None) if each.name in asleep else each
        for each in stages.PIPELINE
    )
    count(Path(folder))
    run(role, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
