"""All mentions of the names of a document, also where neither the model nor a rule saw one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.documents import EntityType
from pipeline.enrich.entities import lexicon
from pipeline.enrich.entities.forms import acronyms
from pipeline.enrich.entities.spans import Key, Span, key_of
from pipeline.enrich.entities.tokens import Words

Named = tuple[Key, Span]
"""A mention and the name that it has there."""
Types = dict[Key, EntityType]


def everywhere(words: Words, spans: Sequence[Span], types: Mapping[Key, EntityType]) -> tuple[Types, list[Named]]:
    """Every mention in order, and the types of their names: those given, and of family names and acronyms."""
    seen = [(key, span) for span in spans if (key := key_of(words, span)) in types]
    all_types = dict(_acronyms(words, seen, types)) | dict(_family_names(seen, types)) | dict(types)
    taken = {word for _, span in seen for word in range(span.first, span.last)}
    return all_types, sorted([*seen, *_found(words, taken, all_types)], key=lambda named: named[1].first)


def _family_names(seen: Sequence[Named], types: Mapping[Key, EntityType]) -> Iterator[tuple[Key, EntityType]]:
    """What a person named in full is called later: the last word, with the small words before it."""
    for key, _ in seen:
        if types[key] != "person" or len(key) < 2:
            continue
        first = len(key) - (2 if len(key) > 2 and key[-1] in lexicon.SUFFIXES else 1)
        if len(key[first]) > 2 and key[first] not in _NO_FAMILIES:
            yield key[first : first + 1], "person"
        while first > 1 and key[first - 1] in lexicon.PARTICLES:
            first -= 1
        yield key[first:], "person"


def _acronyms(words: Words, seen: Sequence[Named], types: Mapping[Key, EntityType]) -> Iterator[tuple[Key, EntityType]]:
    """Short forms that the text itself explains: ``World Meteorological Organization (WMO)``."""
    for key, span in seen:
        after = words[span.last] if span.last < len(words) else None
        if after and after.gap == " (" and after.text.isupper() and after.low.replace(".", "") in acronyms(key):
            yield (after.low,), types[key]


def _found(words: Words, taken: set[int], types: Mapping[Key, EntityType]) -> Iterator[Named]:
    """Names among the words that are not taken yet, the longest first."""
    sizes: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for key in sorted(types, key=len, reverse=True):
        sizes[key[0]][len(key)] = None
    common = words.common
    free = 0
    for at in [at for at, low in enumerate(words.lows) if low in sizes]:
        word = words[at]
        if at >= free and not (word.opens and word.low in common):
            for size in sizes[word.low]:
                span = Span(at, at + size)
                if (key := key_of(words, span)) in types and len(key) == size and _stands(words, span, taken):
                    yield key, span
                    free = span.last
                    break


def _stands(words: Words, span: Span, taken: set[int]) -> bool:
    """Whether these words are written as a name is, and in none that is known."""
    piece = words[span.first : span.last]
    return (
        any(word.capital for word in piece)
        and (len(piece) > 1 or piece[0].low not in lexicon.SMALL_WORDS or piece[0].text.isupper())
        and all(word.gap == " " for word in piece[1:])
        and taken.isdisjoint(range(span.first, span.last))
    )


_NO_FAMILIES = lexicon.SMALL_WORDS | lexicon.NATIONALITIES | lexicon.NOTHING
