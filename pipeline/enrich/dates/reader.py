"""What is known while the expressions of one text are read: its day, the dates named before, past or future."""

import re
from collections.abc import Callable
from datetime import date
from itertools import takewhile
from typing import Literal, NamedTuple

from pipeline.enrich.dates.expressions import Expression
from pipeline.enrich.dates.words import Language

NEAR = 350
"""Characters back to a date that "a year earlier" is counted from."""
FAR = 1500
"""Characters back to the quarter that "the quarter" is."""
CLAUSE = 80
"""Characters read before and after an expression for what tells past from future."""
_ENDS = re.compile(r"[.;!?\n](?=\s|$)|\n")


class Reading(NamedTuple):
    """How one kind of rule is read."""

    read: Callable[["Reader", Expression], str | None]
    kind: Literal["date", "duration", "set"] = "date"
    relative: bool = False


class Reader:
    """Reads the expressions of one text in their order."""

    def __init__(self, language: Language, normal: str, published: date | None) -> None:
        """``published`` is the day, or the moment with its own zone, of which the day counts."""
        self.language, self.normal = language, normal
        self.today = date(published.year, published.month, published.day) if published else None
        self._named: list[tuple[int, str]] = []
        self._quarters: list[tuple[int, str]] = []

    def value(self, expression: Expression, reading: Reading, *, quoted: bool) -> str | None:
        """What the expression means; ``None`` where that cannot be told."""
        if quoted and expression.means == "offset":
            return None
        try:
            value = reading.read(self, expression) if self.today or not reading.relative else None
        except (ValueError, OverflowError):
            return None
        if value and reading.kind == "date":
            self._named.append((expression.start, value))
            if expression.means in ("quarter", "unit") and "-Q" in value:
                self._quarters.append((expression.start, value))
        return value

    def before(self, expression: Expression, pattern: str) -> re.Match[str] | None:
        """The last value of this form that was named shortly before."""
        near = takewhile(lambda named: expression.start - named[0] <= NEAR, reversed(self._named))
        return next((match for _, value in near if (match := re.fullmatch(pattern, value))), None)

    @property
    def day(self) -> date:
        """The day of publication, where a reading needs it."""
        if self.today is None:
            raise ValueError("the day of publication is not known")
        return self.today

    def quarter_before(self, expression: Expression) -> str | None:
        """The quarter that the text tells of: the last one named that is not itself compared with another."""
        start, value = self._quarters[-1] if self._quarters else (-FAR - 1, None)
        return value if expression.start - start <= FAR else None

    def tense(self, expression: Expression) -> int:
        """1 where the clause looks ahead ("will meet on Friday", "on Friday they will"), -1 of the past, or 0."""
        begin = max(0, expression.start - CLAUSE)
        clause = _ENDS.split(self.normal[begin : expression.start])[-1]
        future, past = _last(self.language.future, clause), _last(self.language.past, clause)
        if future != past:
            return 1 if future > past else -1
        words = clause.split()
        if words and words[-1].lower() in self.language.towards:
            return 1
        after = _ENDS.split(self.normal[expression.end : expression.end + CLAUSE])[0]
        cue, said = self.language.future.search(after), self.language.past.search(after)
        if len(words) <= 1 and cue and not (said and said.start() < cue.start()):
            return 1
        return -1 if said else 0

    def is_future(self, expression: Expression) -> bool:
        """Whether the clause tells of what is to come."""
        return self.tense(expression) > 0


def _last(cues: re.Pattern[str], clause: str) -> int:
    return max((match.start() for match in cues.finditer(clause)), default=-1)
