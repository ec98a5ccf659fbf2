"""What an article is about, in few terms: the names in it, and the words of its headline, lead and keywords."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from pipeline.documents import Article, Enrichment

NAMES, WORDS = 14, 20
"""Terms of each kind, at most."""
ENTITIES = 12
"""Entities that are asked for their names, the most salient first."""
STEM = 7
"""Letters that count of a word: its forms are one term, in most languages of Europe."""
LONG, LONG_IN_NAME = 5, 3
"""Letters of a word that counts, in running text and in a name or keyword."""
LEAD = 600
"""Characters of the body that are read for words."""
_WORD = re.compile(r"[^\W_]++")


def terms_of(article: Article, enrichment: Enrichment) -> dict[int, bool]:
    """Hashes of the terms, above 0; the value says whether it is one of a name."""
    entities = sorted(enrichment.entities, key=lambda entity: -entity.salience)[:ENTITIES]
    names = dict.fromkeys(islice(_in_names(entity.name for entity in entities), NAMES))
    words = dict.fromkeys(islice((word for word in _in_text(article, enrichment) if word not in names), 3 * WORDS))
    return {_hash(name): True for name in names} | {_hash(word): False for word in islice(words, WORDS)}


def hour_of(date_published: str | None, stored_at: str) -> int:
    """Hours since the epoch at publication, noon where only the day is known; else those when it was stored."""
    for instant in (date_published, stored_at):
        try:
            moment = datetime.fromisoformat(instant or "")
        except ValueError:
            continue
        if len(instant or "") <= len("2021-04-03"):
            moment = datetime.combine(moment, time(12))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(moment.timestamp() // 3600)
    return 0


def _in_names(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from (word.lower()[:STEM] for word in _WORD.findall(name) if len(word) >= LONG_IN_NAME)


def _in_text(article: Article, enrichment: Enrichment) -> Iterator[str]:
    """Words of the headline, of the keywords, of the body's beginning."""
    yield from _long(article.headline or "")
    yield from _in_names(enrichment.keywords)
    yield from _long(article.body[:LEAD])


def _long(text: str) -> Iterator[str]:
    return (word.lower()[:STEM] for word in _WORD.findall(text) if len(word) >= LONG or word[0].isdigit())


@lru_cache(16_384)
def _hash(term: str) -> int:
    return (int.from_bytes(blake2b(term.encode("utf-8", "replace"), digest_size=4).digest()) >> 1) or 1
