"""The index of the current versions: their words, and the names they are chosen by.

One article is one row of tokens. Besides the words of its texts there are marked tokens, which no word can be: ``_h``
and a word for those in the headline, and a letter and a hash for each name that a ``Selection`` can ask for. So a
search with any filters is one question to one index, on both databases.

The row's key is the minute of publication and the article's ``seq``: whoever reads the index from its end has the
newest first. A row is never changed: a new version comes under a new ``seq``. SQLite's index (FTS5 without content)
cannot forget a row without being told all of its words again, and is damaged by a wrong word, so there the old row
stays, and is passed over because no article has its ``seq`` any more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from sqlalchemy import Connection, delete, text

from pipeline.documents import Article, Enrichment, StoredArticle
from pipeline.store.many import insert_rows
from pipeline.store.schema import facets
from pipeline.store.search.tokens import LONGEST, LONGEST_NAME, minute_of, name_of, words

INDEX = "search_index"
"""Name of the table, and beginning of those that SQLite makes for it."""
GAP = "_"
"""Takes a place that no phrase reaches over."""
HEADLINE = "_h"
MOST_TOKENS, MOST_BYTES, MOST_PLACES = 16_000, 800_000, 255
"""Of one article, and places of one word in it: what PostgreSQL can hold; the same is left out on SQLite."""
MOST_NAMES = 400
SEQ_BITS, LAST_MINUTE = 32, 2**31 - 1
"""A key has 63 bits: enough until the year 4083."""
_MARKS = {"entity": "_e", "place": "_p", "topic": "_t", "author": "_a", "story": "_c", "site": "_s", "language": "_l"}
_DROP = text(f"DELETE FROM {INDEX} WHERE key = :key")  # noqa: S608 - no input in it
_ADD = {
    "sqlite": f"INSERT INTO {INDEX}(rowid, words) VALUES (?, ?)",  # noqa: S608 - no input in it
    "postgresql": f"INSERT INTO {INDEX}(key, words) VALUES (%s, %s::tsvector)",  # noqa: S608 - no input in it
}


@dataclass(frozen=True)
class Entry:
    """What is indexed of an article but its story, which is known only when it is stored."""

    names: Sequence[tuple[str, str]]
    """What the article can be chosen by: kind of name, folded name."""
    words: str
    """Its tokens as the database takes them, in their places from the second on: the first is the story's."""


def entry_of(article: Article, found: Enrichment, dialect: str) -> Entry:
    """The entry of an article that was found in by this enrichment."""
    names = _names_of(article, found)
    tokens = _tokens(article, found, names)
    return Entry(names, " ".join(tokens) if dialect == "sqlite" else _tsvector(tokens))


def note(tx: Connection, documents: Iterable[StoredArticle], entries: Iterable[Entry] = ()) -> None:
    """Make articles searchable that are being stored; ``entries``: theirs, where they are made already."""
    dialect = tx.dialect.name
    rows: list[tuple[int, str]] = []
    named: list[tuple[str, str, int]] = []
    ready = iter(entries)
    for stored in documents:
        entry = next(ready, None) or entry_of(stored.article, stored.enrichment, dialect)
        story = name_of(stored.enrichment.cluster_id or "")
        names = [("story", story), *entry.names] if story else entry.names
        rows.append((key_of(stored.article.date_published, stored.seq), _with_story(story, entry.words, dialect)))
        named += [(kind, name, stored.seq) for kind, name in names]
    tx.exec_driver_sql(_ADD[dialect], rows)
    insert_rows(tx, facets, named)


def _with_story(story: str, words: str, dialect: str) -> str:
    token = filter_token("story", story) if story else GAP
    if dialect == "sqlite":
        return f"{token} {words}"
    return f"'{token}':1 {words}" if story else words


def forget(tx: Connection, seq: int, date_published: str | None) -> None:
    """Take out what stands there for a version that is no longer the current one."""
    tx.execute(delete(facets).where(facets.c.seq == seq))
    if tx.dialect.name == "postgresql":
        tx.execute(_DROP, {"key": key_of(date_published, seq)})


def _names_of(article: Article, found: Enrichment) -> list[tuple[str, str]]:
    """What the article can be chosen by - kind of name, folded name - each once; a topic by label and code."""
    given = chain(
        (("author", author.name) for author in article.authors),
        (("entity", entity.name) for entity in found.entities),
        (("place", place.name) for place in found.places),
        (("topic", name) for topic in found.topics for name in (topic.code, topic.label)),
    )
    named = ((kind, name_of(name)[:LONGEST_NAME]) for kind, name in given)
    return list(dict.fromkeys(pair for pair in named if pair[1]))[: MOST_NAMES - 1]


@lru_cache(8192)
def filter_token(kind: str, name: str) -> str:
    """The token of articles with this name."""
    return _MARKS[kind] + blake2b(name.encode("utf-8", "replace"), digest_size=6).hexdigest()


def key_of(date_published: str | None, seq: int) -> int:
    """The key of an index row: the newer the article, the greater; those without a date come before all others."""
    return min(max(0, minute_of(date_published)), LAST_MINUTE) << SEQ_BITS | seq


def _tokens(article: Article, found: Enrichment, names: Iterable[tuple[str, str]]) -> list[str]:
    """All tokens in their places; the body last, which is what is cut where there are too many."""
    chosen = [*names, ("site", article.domain or ""), ("language", article.language or "")]
    headline, body = words(article.headline or ""), words(article.body)
    texts = [[HEADLINE + word for word in headline], headline, words(article.description or "")]
    texts += [words(author.name) for author in article.authors]
    texts += _unprinted([words(entity.name) for entity in found.entities[:MOST_NAMES]], body)
    tokens = [filter_token(*pair) for pair in chosen if pair[1]]
    for row in (*texts, body):
        if row:
            tokens += (GAP, *row)
    return _bounded(tokens)


def _unprinted(names: Iterable[list[str]], body: Sequence[str]) -> list[list[str]]:
    """The names that the body does not have in full."""
    printed = f" {' '.join(body)} "
    return [name for name in names if f" {' '.join(name)} " not in printed]


def _bounded(tokens: list[str]) -> list[str]:
    """Cut to what both databases can hold, with gaps where a word has too many places."""
    tokens = tokens[: MOST_TOKENS - 1]
    if len(tokens) > MOST_BYTES // 4 // (LONGEST + len(HEADLINE)) and sum(map(len, tokens)) > MOST_BYTES // 4:
        tokens = list(_within(tokens))
    if len(tokens) <= MOST_PLACES or max(Counter(tokens).values()) <= MOST_PLACES:
        return tokens
    seen: Counter[str] = Counter()
    for at, token in enumerate(tokens):
        seen[token] += 1
        if seen[token] > MOST_PLACES:
            tokens[at] = GAP
    return tokens


def _within(tokens: Iterable[str]) -> Iterator[str]:
    left = MOST_BYTES
    for token in tokens:
        left -= len(token.encode())
        if left < 0:
            return
        yield token


def _tsvector(tokens: Sequence[str]) -> str:
    places: dict[str, list[str]] = {}
    for at, token in enumerate(tokens, 2):
        places.setdefault(token, []).append(str(at))
    places.pop(GAP, None)
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())
