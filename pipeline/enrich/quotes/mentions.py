"""The article's people and organisations where they are named, and who a pronoun stands for."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.documents import Entity
from pipeline.enrich.quotes.words import Words, genders

SPEAKERS = ("person", "organization", "place", "nationality", "other", "product")
"""Types of what can speak, the likeliest first; of a place its government does."""
NEAR = 900
"""Characters back from a pronoun to the one it stands for."""
MOST = 64
"""Names looked at for that."""


@dataclass(frozen=True)
class Named:
    """One mention of an entity."""

    start: int
    end: int
    entity: Entity


class People:
    """All mentions of one text in order."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        named = [
            Named(mention.start, mention.end, entity)
            for entity in entities if entity.type in SPEAKERS for mention in entity.mentions
        ]  # fmt: skip
        self.named = sorted(named, key=lambda one: (one.start, -one.end))
        self._starts = [one.start for one in self.named]
        self._by_end = {one.end: one for one in reversed(self.named)}
        self._genders: dict[str, str | None] = {}

    def ending(self, place: int) -> Named | None:
        """The mention that ends here, a possessive s left out."""
        return self._by_end.get(place)

    def starting(self, place: int) -> Named | None:
        """The mention of a person or organisation that begins here."""
        at = bisect_left(self._starts, place)
        found = self.named[at] if at < len(self.named) and self._starts[at] == place else None
        return found if found and found.entity.type in ("person", "organization") else None

    def first_between(self, start: int, end: int) -> Named | None:
        """The first person that is named in a stretch, else the first other one."""
        inside = self.named[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        persons = [one for one in inside if one.entity.type == "person"]
        return next(iter(persons or inside), None)

    def at(self, start: int, end: int) -> Named | None:
        """The mention that a noun phrase ends with, or that covers it."""
        last = bisect_right(self._starts, end - 1) - 1
        for at in range(last, max(-1, last - MOST), -1):
            one = self.named[at]
            if (
                one.start < end
                and one.end > start
                and (abs(one.end - end) <= 2 or (one.start <= start and one.end >= end))
            ):
                return one
        return None

    def meant(self, pronoun: str, place: int, words: Words, last: Entity | None) -> Entity | None:
        """Who a pronoun at ``place`` stands for; ``last`` spoke last."""
        if pronoun in words.it | words.they:
            return last if last and last.type == "organization" else None
        wanted = "f" if pronoun in words.she else "m"
        at = bisect_left(self._starts, place)
        before = self.named[max(0, bisect_left(self._starts, place - NEAR), at - MOST) : at]
        near = [one for one in before if one.entity.type == "person"]
        fitting = [one for one in near if self.gender(one.entity) in (wanted, None)]
        if last in [one.entity for one in fitting] and last is not None:
            others = [one for one in fitting if one.entity is not last]
            spoken = max(one.start for one in fitting if one.entity is last)
            if not others or spoken + 200 > max(one.start for one in others) or place - spoken < 300:
                return last
        sure = [one for one in fitting if self.gender(one.entity) == wanted]
        return (sure or fitting)[-1].entity if fitting else None

    def gender(self, entity: Entity) -> str | None:
        """``f``, ``m`` or ``None``, by title and given name."""
        if entity.name not in self._genders:
            told = genders()
            first = [mention.text.split() for mention in entity.mentions] + [entity.name.split()]
            found = [
                told[words[0].lower().strip(".")] for words in first if words and words[0].lower().strip(".") in told
            ]
            self._genders[entity.name] = found[0] if found else None
        return self._genders[entity.name]
