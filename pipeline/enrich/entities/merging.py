"""One entry per real-world entity: the mentions of all its names together, its fullest name, its salience."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.documents import Entity, EntityType, Mention
from pipeline.enrich.entities.forms import Owners, owners
from pipeline.enrich.entities.mentions import Named
from pipeline.enrich.entities.spans import Key
from pipeline.enrich.entities.tokens import Words, tokens
from pipeline.enrich.text import Text

HEADLINE = 500
"""Characters of a headline that are looked at."""
_BY_COUNT, _BY_PLACE, _BY_HEADLINE = 0.5, 0.3, 0.2


def merge(text: Text, words: Words, types: Mapping[Key, EntityType], named: Iterable[Named]) -> list[Entity]:
    """Every entity, the most salient first."""
    named = list(named)
    forms = {key: types[key] for key, _ in named}
    groups: defaultdict[Key, list[Named]] = defaultdict(list)
    for full, mention in _resolved(named, owners(forms)):
        groups[full].append(mention)
    top = f" {' '.join(token.text for token in tokens(text.headline[:HEADLINE]))} "
    most = max(map(len, groups.values()), default=1)
    found = [_entity(text, words, forms[full], group, top, most) for full, group in groups.items()]
    return sorted(found, key=lambda entity: (-entity.salience, entity.mentions[0].start))


def _resolved(named: Sequence[Named], behind: Owners) -> Iterator[tuple[Key, Named]]:
    """Each mention with the full name it stands for: of several, the one that was written last before it."""
    latest: dict[Key, int] = {}
    for at, (key, span) in enumerate(named):
        latest[key] = at
        full, seen = key, {key}
        while fuller := [one for one in behind.get(full, ()) if one not in seen]:
            full = max(fuller, key=lambda one: (latest.get(one, -1), -fuller.index(one)))
            seen.add(full)
        latest[full] = at
        yield full, (key, span)


def _fullness(named: Named, written: str) -> tuple[bool, int, bool]:
    """How well this mention serves as the entity's name: best are many words in usual case, offices are none."""
    key, span = named
    return len(key) == span.last - span.first, len(key), not written.isupper()


def _entity(text: Text, words: Words, kind: EntityType, group: Sequence[Named], top: str, most: int) -> Entity:
    mentions = []
    for _, span in group:
        start, end = words[span.first].start, words[span.last - 1].end
        mentions.append(Mention(start=start, end=end, text=text.body[start:end]))
    fullest = max(range(len(group)), key=lambda at: _fullness(group[at], mentions[at].text))
    place = 1 - mentions[0].start / max(1, len(text.body))
    headline = any(f" {mention.text} " in top for mention in mentions)
    salience = _BY_COUNT * len(group) / most + _BY_PLACE * place + _BY_HEADLINE * headline
    return Entity(
        name=" ".join(mentions[fullest].text.split()), type=kind, mentions=tuple(mentions), salience=round(salience, 3)
    )
