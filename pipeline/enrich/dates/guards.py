"""What looks like a date expression and is none: a name, a number of things, another word that is written alike."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from pipeline.documents import Entity
from pipeline.enrich.dates.expressions import Expression
from pipeline.enrich.dates.words import Language

_BEFORE = re.compile(r"(\w+)[ \n(]*$")
_COUNTED = re.compile(
    r"\s(?:people|men|women|children|percent|per cent|troops|soldiers|police|dollars|euros|pounds|miles|metres|meters|"
    r"kilometres|kilometers|feet|acres|tons|tonnes|barrels|jobs|workers|employees|votes|points|shares|units|homes|rpm|"
    r"members|students|copies|square|cubic|km|kg|MW|others|or more|degrees)(?!\w)|%|[.,]\d|\s?[-x]\s?\w?\d{3,}(?!\d)"
)
_MEASURED = re.compile(
    r"(?:about|some|nearly|almost|than|over|under|around|approximately|roughly|[$£€#]|no\.|number|flight|highway|route"
    r"|model|section|article|resolution|page|room|boeing|airbus)[ -]$",
    re.IGNORECASE,
)


class Guards:
    """Says of each expression of one text whether it is a date."""

    def __init__(self, language: Language, normal: str, entities: Iterable[Entity]) -> None:
        self._language, self._normal = language, normal
        names = ((mention.start, mention.end) for entity in entities for mention in entity.mentions)
        self._names = sorted(names)
        self._starts = [start for start, _ in self._names]

    def allow(self, expression: Expression) -> bool:
        """Whether it is one, as far as its surroundings tell."""
        if expression.means == "year":
            return self._is_year(expression)
        if expression.shown.get("unit", "x")[0].isupper() and not self._language.nouns:
            return False
        if expression.means == "duration" and expression.unit == "quarter" and "-" in self._shown(expression):
            return False
        named = [expression.shown[name] for name in ("month", "weekday") if name in expression.shown]
        if not named:
            return expression.means != "vague" or not self._in_longer_name(expression)
        if self._language.capitals and not all(name[0].isupper() for name in named):
            return False
        return not self._in_longer_name(expression) and self._is_name_of_time(expression, named)

    def _is_year(self, expression: Expression) -> bool:
        after, before = self._normal[expression.end : expression.end + 16], self._before(expression)
        return expression.arguments != () or not (_COUNTED.match(after) or _MEASURED.search(before))

    def _is_name_of_time(self, expression: Expression, named: list[str]) -> bool:
        """A month or day that stands alone has to look like one where its name is another word too.

        A short form needs its full stop, or a word before it that leads to a date.
        """
        if len(expression.parts) > 1:
            return True
        word = named[0].lower()
        short = word in self._language.short
        if word not in self._language.ambiguous and not short:
            return True
        stopped = short and self._normal[expression.end : expression.end + 1] == "."
        before = _BEFORE.search(self._before(expression))
        leads = before is not None and before[1].lower() in self._language.before_month
        return (stopped or leads or "-" in self._shown(expression)) and not self._goes_on(expression)

    def _goes_on(self, expression: Expression) -> bool:
        """A capital follows: the rest of a name."""
        after = self._normal[expression.end : expression.end + 2]
        return len(after) == 2 and after[0] == " " and after[1].isupper()

    def _in_longer_name(self, expression: Expression) -> bool:
        at = bisect_right(self._starts, expression.start) - 1
        if at < 0:
            return False
        start, end = self._names[at]
        return start <= expression.start and expression.end <= end and end - start > expression.end - expression.start

    def _before(self, expression: Expression) -> str:
        return self._normal[max(0, expression.start - 20) : expression.start]

    def _shown(self, expression: Expression) -> str:
        return self._normal[expression.start : expression.end]
