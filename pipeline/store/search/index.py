"""The index of the current versions: their words, and the names they can be chosen by.

Rows are found by ``seq`` and never changed: a new version, or new findings in the same text, come under a new ``seq``,
and what no article has as its ``seq`` any more is found by nobody.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, insert, text

from pipeline.documents import StoredArticle
from pipeline.store.schema import facets
from pipeline.store.search.tokens import MOST, folded, words

LONGEST_VALUE = 200
"""Characters of a name that counts."""


def add(tx: Connection, stored: Sequence[StoredArticle]) -> None:
    """Make articles searchable that are being stored."""
    if not stored:
        return
    if tx.dialect.name == "sqlite":
        statement = "INSERT INTO article_text(rowid, headline, body) VALUES (:seq, :headline, :body)"
        named = [{"seq": s.seq, "headline": " ".join(_headline(s)), "body": " ".join(_body(s))} for s in stored]
    else:
        statement = "INSERT INTO article_text(seq, words) VALUES (:seq, CAST(:words AS tsvector))"
        named = [{"seq": s.seq, "words": _tsvector(_headline(s), _body(s))} for s in stored]
    tx.execute(text(statement), named)
    found = [{"kind": kind, "value": value, "seq": each.seq} for each in stored for kind, value in _facets(each)]
    if found:
        tx.execute(insert(facets), found)


def _headline(stored: StoredArticle) -> list[str]:
    return words(stored.article.headline or "")[: MOST // 2]


def _body(stored: StoredArticle) -> list[str]:
    article = stored.article
    names = (author.name for author in article.authors)
    return words("\n".join([article.description or "", *names, article.body]))[: MOST // 2]


def _tsvector(headline: Sequence[str], body: Sequence[str]) -> str:
    """Words with their places; a gap between headline and body keeps phrases from reaching over it."""
    places: dict[str, list[str]] = {}
    for at, word in enumerate(headline, 1):
        places.setdefault(word, []).append(f"{at}A")
    for at, word in enumerate(body, len(headline) + 2):
        places.setdefault(word, []).append(f"{at}D")
    return " ".join(f"'{word}':{','.join(islice(at, 255))}" for word, at in places.items())


def _facets(stored: StoredArticle) -> Iterator[tuple[str, str]]:
    """What an article can be chosen by, each once."""
    article, found = stored.article, stored.enrichment
    named = [
        *(("author", author.name) for author in article.authors),
        *(("entity", entity.name) for entity in found.entities),
        *(("place", place.name) for place in found.places),
        *(("topic", topic.label) for topic in found.topics),
    ]
    yield from dict.fromkeys((kind, value) for kind, name in named if (value := folded(name)[:LONGEST_VALUE]))
    yield from dict.fromkeys(("topic", topic.code.lower()) for topic in found.topics)
