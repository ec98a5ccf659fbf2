"""What an expression means: a reading for each kind of rule, against the day of publication and dates named before."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pipeline.enrich.dates.calendars import easter, nearest, nth_weekday, of_unit, shifted_month
from pipeline.enrich.dates.expressions import Expression
from pipeline.enrich.dates.words import Language

NEAR = 350
"""Characters back to a date that "a year earlier" is counted from."""
FAR = 1500
"""Characters back to the quarter that "the quarter" is."""
CLAUSE = 80
"""Characters read before and after an expression for what tells past from future."""
_ENDS = re.compile(r"[.;!?\n](?=\s|$)|\n")
_ISO_UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y", "hour": "H", "minute": "M", "second": "S"}
_MANY = {"quarter": (3, "month"), "decade": (10, "year"), "century": (100, "year")}


class Reader:
    """Reads the expressions of one text in their order."""

    def __init__(self, language: Language, normal: str, published: date | None) -> None:
        """``published`` is the day, or the moment with its own zone, of which the day counts."""
        self.language, self.normal = language, normal
        self.today = date(published.year, published.month, published.day) if published else None
        self._named: list[tuple[int, str]] = []
        self._quarters: list[tuple[int, str]] = []

    def value(self, expression: Expression, *, quoted: bool) -> str | None:
        """What the expression means; ``None`` where that cannot be told."""
        if quoted and expression.means == "offset":
            return None
        reading = READINGS[expression.means]
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
        near = [value for start, value in self._named if expression.start - start <= NEAR]
        return next((match for value in reversed(near) if (match := re.fullmatch(pattern, value))), None)

    @property
    def day(self) -> date:
        """The day of publication, where a reading needs it."""
        if self.today is None:
            raise ValueError("the day of publication is not known")
        return self.today

    def quarter_before(self, expression: Expression) -> str | None:
        """The quarter that the text tells of: the last one named that is not itself compared with another."""
        near = [value for start, value in self._quarters if expression.start - start <= FAR]
        return near[-1] if near else None

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


def _iso(_: Reader, found: Expression) -> str:
    return date.fromisoformat("-".join(found.parts[name] for name in ("year", "mm", "dd"))).isoformat()


def _numeric(_: Reader, found: Expression) -> str | None:
    first, other, year = (int(found.parts[name]) for name in ("first", "other", "year"))
    if max(first, other) <= 12 and first != other and found.language.month_first:
        return None
    month, day = (first, other) if other > 12 else (other, first)
    return date(year, month, day).isoformat()


def _day(reader: Reader, found: Expression) -> str:
    month, day, year = found.number("month") or 0, int(found.parts["day"]), found.number("year")
    if year:
        return date(year, month, day).isoformat()
    return nearest(lambda year: date(year, month, day), reader.day, reader.tense(found)).isoformat()


def _month(reader: Reader, found: Expression) -> str:
    month, year, today = found.number("month") or 0, found.number("year"), reader.today
    if year is None and found.which is not None:
        today = reader.day
        passed = (month > today.month) - (month < today.month)
        year = today.year + {-1: -1 if passed >= 0 else 0, 0: 0, 1: 1 if passed <= 0 else 0}[found.which]
    if year is None:
        middle = reader.day.replace(day=15)
        year = nearest(lambda year: date(year, month, 15), middle, reader.tense(found)).year
    return f"{year}-{month:02}"


def _weekday(reader: Reader, found: Expression) -> str:
    weekday, today = found.number("weekday") or 0, reader.day
    if found.arguments:
        monday = today - timedelta(today.weekday()) + timedelta(weeks=int(found.arguments[0]))
        return (monday + timedelta(weekday)).isoformat()
    back, ahead = (today.weekday() - weekday) % 7, (weekday - today.weekday()) % 7
    if found.which is not None:
        return (today + timedelta({-1: -(back or 7), 0: ahead, 1: ahead or 7}[found.which])).isoformat()
    return (today + timedelta(ahead if reader.is_future(found) else -back)).isoformat()


def _offset(reader: Reader, found: Expression) -> str:
    return (reader.day + timedelta(int(found.arguments[0]))).isoformat()


def _unit(reader: Reader, found: Expression) -> str | None:
    steps = int(found.arguments[0]) if found.arguments else found.which or 0
    if found.unit == "weekend" and not (found.parts.get("which") or reader.is_future(found)):
        steps = -1 if reader.day.weekday() < 4 else 0
    return of_unit(reader.day, "week" if found.unit == "weekend" else found.unit, steps)


def _ago(reader: Reader, found: Expression) -> str | None:
    sign = 1 if found.means == "hence" else -1
    number = found.number("number") or 0
    if found.unit == "week" and number == 1:
        return (reader.day + timedelta(weeks=sign)).isoformat()
    return of_unit(reader.day, found.unit, sign * number)


def _later(reader: Reader, found: Expression) -> str | None:
    """Counted from the date named before: so many years from a year, days from a day."""
    later = not re.search(r"earlier|before", reader.normal[found.start : found.end], re.IGNORECASE)
    number = (found.number("number") or 0) * (1 if later else -1)
    if found.unit == "year" and (named := reader.before(found, r"(\d{4})(?:-.*)?")):
        return str(int(named[1]) + number)
    if found.unit == "month" and (named := reader.before(found, r"(\d{4})-(\d\d)(?:-\d\d)?")):
        return shifted_month(date(int(named[1]), int(named[2]), 1), number)
    if found.unit == "day" and (named := reader.before(found, r"\d{4}-\d\d-\d\d")):
        return (date.fromisoformat(named[0]) + timedelta(number)).isoformat()
    return None


def _beside(reader: Reader, found: Expression) -> str | None:
    """ "the previous Friday", "the following year": beside the date named before."""
    steps = found.language.beside[found.parts["beside"]]
    if "weekday" in found.parts and (named := reader.before(found, r"\d{4}-\d\d-\d\d")):
        day, weekday = date.fromisoformat(named[0]), found.number("weekday") or 0
        back, ahead = (day.weekday() - weekday) % 7 or 7, (weekday - day.weekday()) % 7 or 7
        return (day + timedelta({-1: -back, 0: back % 7, 1: ahead}[steps])).isoformat()
    if found.unit == "year" and (named := reader.before(found, r"(\d{4})(?:-.*)?")):
        return str(int(named[1]) + steps)
    if found.unit == "day" and (named := reader.before(found, r"\d{4}-\d\d-\d\d")):
        return (date.fromisoformat(named[0]) + timedelta(steps)).isoformat()
    return None


def _earlier(reader: Reader, found: Expression) -> str:
    """A year before the period named before - of results mostly a quarter - else before publication."""
    quarter = reader.quarter_before(found)
    part = f"-Q{found.number('ordinal')}" if "ordinal" in found.parts else (quarter or "")[4:]
    year = found.number("year") or (int(quarter[:4]) if quarter else reader.day.year) - 1
    return f"{year}{part}"


def _again(reader: Reader, found: Expression) -> str | None:
    return reader.quarter_before(found)


def _quarter(reader: Reader, found: Expression) -> str:
    quarter = found.number("ordinal") or int(found.parts.get("q", "1"))
    year = found.number("year")
    if year is None:
        today = reader.day
        begun = (quarter - 1) * 3 + 1 <= today.month or reader.is_future(found)
        year = today.year + (found.which or 0) - (0 if begun or found.which else 1)
    return f"{year}-Q{quarter}"


def _season(reader: Reader, found: Expression) -> str:
    season, year = found.language.seasons[found.parts["season"]], found.number("year")
    if year is None:
        first = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
        today, which = reader.day, found.which or 0
        over, begun = today.month >= first + 3, today.month >= first
        year = today.year + {-1: 0 if over else -1, 0: 0, 1: 1 if begun else 0}[which]
    return f"{year}-{season}"


def _year(reader: Reader, found: Expression) -> str:
    return str(found.number("year") or reader.day.year + int(found.arguments[0]))


def _decade(reader: Reader, found: Expression) -> str:
    if decade := found.parts.get("decade"):
        return decade[:3]
    tens = found.parts["tens"][0]
    century = 20 if reader.today and int(tens) * 10 <= reader.today.year % 100 else 19
    return f"{century}{tens}"


def _century(_: Reader, found: Expression) -> str:
    return f"{int(found.parts['century']) - 1:02}"


def _holiday(reader: Reader, found: Expression) -> str:
    def in_year(year: int) -> date:
        match found.arguments:
            case ("easter", days):
                return easter(year) + timedelta(int(days))
            case ("nth", month, weekday, nth):
                return nth_weekday(year, int(month), int(weekday), int(nth))
            case (month, day):
                return date(year, int(month), int(day))
        raise ValueError(f"no such holiday: {found.arguments}")

    if year := found.number("year"):
        return in_year(year).isoformat()
    if found.which:
        return nearest(in_year, reader.day + timedelta(found.which), found.which).isoformat()
    return nearest(in_year, reader.day, reader.tense(found)).isoformat()


def _year_end(_: Reader, found: Expression) -> str | None:
    return f"{found.parts['year']}-12-31" if "year" in found.parts else None


def _nothing(_: Reader, found: Expression) -> None:  # noqa: ARG001 - a reading like the others
    return None


def _duration(_: Reader, found: Expression) -> str | None:
    number, unit = found.number("number"), found.unit
    if not number:
        return None
    times, unit = _MANY.get(unit, (1, unit))
    if unit not in _ISO_UNITS:
        return None
    return f"P{'T' if unit in ('hour', 'minute', 'second') else ''}{number * times}{_ISO_UNITS[unit]}"


class Reading(NamedTuple):
    """How one kind of rule is read."""

    read: Callable[[Reader, Expression], str | None]
    kind: Literal["date", "duration", "set"] = "date"
    relative: bool = False


READINGS: dict[str, Reading] = {
    "iso": Reading(_iso),
    "numeric": Reading(_numeric),
    "day": Reading(_day),
    "month": Reading(_month),
    "weekday": Reading(_weekday, relative=True),
    "offset": Reading(_offset, relative=True),
    "unit": Reading(_unit, relative=True),
    "ago": Reading(_ago, relative=True),
    "hence": Reading(_ago, relative=True),
    "later": Reading(_later),
    "beside": Reading(_beside),
    "earlier": Reading(_earlier),
    "again": Reading(_again),
    "quarter": Reading(_quarter),
    "season": Reading(_season),
    "year": Reading(_year),
    "decade": Reading(_decade),
    "century": Reading(_century),
    "holiday": Reading(_holiday),
    "yearend": Reading(_year_end),
    "vague": Reading(_nothing),
    "duration": Reading(_duration, kind="duration"),
    "set": Reading(_nothing, kind="set"),
}
"""The reading of every rule, by the name that the rules use."""
