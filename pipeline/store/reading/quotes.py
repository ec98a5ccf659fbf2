"""What somebody said, over all articles: the newest change first."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from pipeline.store.reading.flat import articles_at
from pipeline.store.reading.listing import chosen
from pipeline.store.search.tokens import name_of
from pipeline.store.selection import Selection

MOST = 500
"""Articles that one page looks through."""
Place = tuple[int, int]
"""``seq`` of the article and number of the quote in it."""


def quotes_by(
    tx: Connection, speaker: str, selection: Selection, *, behind: Place | None = None
) -> Iterator[tuple[Place, dict[str, Any] | None]]:
    """The quotes of one speaker in the chosen articles, each with its place; with ``None``: a place without one.

    ``selection`` names the speaker as its ``entity``. Ends after ``MOST`` articles; the last place says where.
    """
    wanted = name_of(speaker)
    seqs = chosen(tx, selection, limit=MOST, before=None if behind is None else behind[0] + 1)
    for article in articles_at(tx, seqs):
        seq, quotes = article["seq"], article["quotes"]
        for number, quote in enumerate(quotes):
            place = seq, number
            is_next = behind is None or seq < behind[0] or number > behind[1]
            if is_next and name_of(quote["speaker"] or "") == wanted:
                yield place, _with_article(quote, article)
        yield (seq, len(quotes)), None


def _with_article(quote: dict[str, Any], article: dict[str, Any]) -> dict[str, Any]:
    names = ("headline", "url", "domain", "date_published")
    return {**quote, "article_id": article["id"], "seq": article["seq"], **{name: article[name] for name in names}}
