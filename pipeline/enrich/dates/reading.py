"""What an expression means: a reading for each kind of rule, against the day of publication and dates named before."""

import re
from datetime import date, timedelta

from pipeline.enrich.dates.calendars import easter, nearest, nth_weekday, of_unit, shifted_month
from pipeline.enrich.dates.expressions import Expression
from pipeline.enrich.dates.reader import Reader, Reading

FRIDAY = 4
_ISO_UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y", "hour": "H", "minute": "M", "second": "S"}
_ROMAN = [ten + one for ten in ("", "x", "xx") for one in ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")]
_MANY = {"quarter": (3, "month"), "decade": (10, "year"), "century": (100, "year")}


def _iso(_: Reader, found: Expression) -> str:
    if found.arguments:
        return found.arguments[0]
    return date.fromisoformat("-".join(found.parts[name] for name in ("year", "mm", "dd"))).isoformat()


def _numeric(_: Reader, found: Expression) -> str | None:
    first, other, year = (int(found.parts[name]) for name in ("first", "other", "year"))
    if max(first, other) <= 12 and first != other and found.language.month_first:
        return None
    month, day = (first, other) if other > 12 else (other, first)
    return date(year, month, day).isoformat()


def _day(reader: Reader, found: Expression) -> str:
    month, day, year = found.number("month") or 0, int(found.parts.get("day", 1)), found.number("year")
    if year or found.which is not None:
        return date(year or reader.day.year + (found.which or 0), month, day).isoformat()
    return nearest(lambda year: date(year, month, day), reader.day, reader.tense(found)).isoformat()


def _month(reader: Reader, found: Expression) -> str:
    month, year = found.number("month") or 0, found.number("year")
    if found.unit == "year" and found.which is not None:
        year = reader.day.year + found.which
    elif found.which is not None:
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
    if "weekend" not in (found.unit, *found.arguments):
        return of_unit(reader.day, found.unit, steps)
    if not ("which" in found.parts or reader.is_future(found)):
        steps = -1 if reader.day.weekday() < FRIDAY else 0
    return f"{of_unit(reader.day, 'week', steps)}-WE"


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
    tens = found.language.sixties[found.parts["sixties"]] if "sixties" in found.parts else int(found.parts["tens"][0])
    century = 20 if reader.today and tens * 10 <= reader.today.year % 100 else 19
    return f"{century}{tens}"


def _century(_: Reader, found: Expression) -> str:
    if roman := found.parts.get("roman"):
        return f"{_ROMAN.index(roman) - 1:02}"
    return f"{int(found.arguments[0] if found.arguments else found.parts['century']) - 1:02}"


def _holiday(reader: Reader, found: Expression) -> str:
    def in_year(year: int) -> date:
        match found.arguments:
            case ("easter", days):
                return easter(year) + timedelta(int(days))
            case ("nth", month, weekday, nth, *days):
                return nth_weekday(year, int(month), int(weekday), int(nth)) + timedelta(sum(map(int, days)))
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
    number, unit = int(found.arguments[0]) if found.arguments else found.number("number"), found.unit
    if not number:
        return None
    times, unit = _MANY.get(unit, (1, unit))
    if unit not in _ISO_UNITS:
        return None
    return f"P{'T' if unit in ('hour', 'minute', 'second') else ''}{number * times}{_ISO_UNITS[unit]}"


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
