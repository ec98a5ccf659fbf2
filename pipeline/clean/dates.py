"""Dates as newsrooms print them - "Saturday 03 April 2021 03:40 BST", "3. März 2021, 17.05 Uhr" - to ISO 8601.

Own rules: dateparser took 7 s on a hostile string of 213 characters. Every pattern here is linear, the text capped.
A time is given only with its zone; where the page names none, the day is all that can be said.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from zoneinfo import ZoneInfo

LONGEST = 120
"""Characters that are looked at; a printed date with weekday, time and zone has under 60."""
EARLIEST, LATEST = 1900, 2100

_DATA = tomllib.loads(files("pipeline.clean").joinpath("dates.toml").read_text("utf-8"))
_MONTHS = {name: int(number) for number, names in _DATA["months"].items() for name in names}
_ZONES: dict[str, int] = _DATA["zones"]
_PLACES: dict[str, str] = _DATA["places"]

_WEEKDAY = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _DATA['weekdays']['names']))})\.?,?(?: den)? $")
_DIGIT = re.compile(r"\d")
_WORD = r"([^\W\d_]{2,14})"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+de)?[\s\-./]+{_WORD}\.?,?(?:\s+del?)?[\s\-./]+(\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(rf"{_WORD}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_EASTERN = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日|(\d{4})\s?년\s?(\d{1,2})\s?월\s?(\d{1,2})\s?일")
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})(?:[:.](\d{2})(?::(\d{2}))?|\s?h\s?(\d{2})?(?!\w)|(?=\s?(?:[ap]\.?m\b|uhr\b)))(?:[.,]\d{1,6})?"
    r"\s?(?:([ap])\.?m\b\.?|uhr\b)?",
)
_OFFSET = re.compile(r"^\s*\(?(?:utc|gmt)?\s?([+\-−])(\d{1,2}):?(\d{2})?\b")
_ZONE = re.compile(r"^[\s,(]*([a-z]{1,4})\b")
_MONTHS_FIRST_ENGLISH = "en-us"


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A printed date."""

    iso: str
    """ISO 8601: an instant with offset where time and zone are printed, else the day."""
    day: str
    """YYYY-MM-DD, as printed."""
    has_time: bool
    """A time of day is printed, with or without a zone."""
    raw: str
    """The text that was read, from the date's first to its last character."""


def parse_date(text: str, *, languages: Sequence[str] = ()) -> ParsedDate | None:
    """The first date in ``text``; ``None`` where there is none.

    ``languages`` decides what 03/04/2021 is: month first for ``en-us``, else day first.
    """
    text = " ".join(text[:LONGEST].split())
    if not _DIGIT.search(text):
        return None
    lower = text.lower()
    if len(lower) != len(text):  # a few letters lower to two
        lower = text
    found = _first_day(lower, month_first=_MONTHS_FIRST_ENGLISH in languages)
    if found is None:
        return None
    day, start, end = found
    if weekday := _WEEKDAY.search(lower[:start]):
        start = weekday.start()
    time = _time_beside(lower, start, end)
    if time is None:
        return ParsedDate(day.date().isoformat(), day.date().isoformat(), has_time=False, raw=text[start:end])
    clock, zone, time_start, time_end = time
    raw = text[min(start, time_start) : max(end, time_end)].strip(" ,(")
    local = day + clock
    offset = _offset(zone)
    iso = day.date().isoformat() if offset is None else local.replace(tzinfo=offset).isoformat(timespec="seconds")
    return ParsedDate(iso, day.date().isoformat(), has_time=True, raw=raw)


def covers(text: str, found: ParsedDate) -> float:
    """How much of ``text`` the date is, by letters and digits, from 0 to 1."""
    whole = sum(map(str.isalnum, text))
    return sum(map(str.isalnum, found.raw)) / whole if whole else 0.0


def _first_day(text: str, *, month_first: bool) -> tuple[datetime, int, int] | None:
    candidates = []
    for pattern, order in ((_ISO, "ymd"), (_EASTERN, "ymd"), (_DAY_FIRST, "dmy"), (_MONTH_FIRST, "mdy")):
        for match in pattern.finditer(text):
            day = _from_names(match, order)
            if day is not None:
                candidates.append((match.start(), day, match.end()))
                break
    for match in _NUMBERS.finditer(text):
        day = _from_numbers(match, month_first=month_first)
        if day is not None:
            candidates.append((match.start(), day, match.end()))
            break
    if not candidates:
        return None
    start, day, end = min(candidates, key=lambda candidate: candidate[0])
    return day, start, end


def _from_names(match: re.Match[str], order: str) -> datetime | None:
    parts = dict(zip(order, (group for group in match.groups() if group is not None), strict=True))
    month = int(parts["m"]) if parts["m"].isdecimal() else _MONTHS.get(parts["m"])
    return _day(int(parts["y"]), month, int(parts["d"])) if month else None


def _from_numbers(match: re.Match[str], *, month_first: bool) -> datetime | None:
    first, separator, second, year = match.groups()
    full = int(year) if len(year) == 4 else 2000 + int(year)
    day, month = int(first), int(second)
    if month > 12 or (month_first and separator != "." and day <= 12):
        day, month = month, day
    return _day(full, month, day)


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day) if EARLIEST <= year <= LATEST else None
    except ValueError:
        return None


def _time_beside(text: str, start: int, end: int) -> tuple[timedelta, str, int, int] | None:
    """The time printed next to the date at ``start:end``: its clock, what follows it, and where it stands."""
    for match in _TIME.finditer(text):
        if match.start() < end and match.end() > start:
            continue
        if not 0 <= match.start() - end <= 14 and not 0 <= start - match.end() <= 30:
            continue
        hour, minute, second = int(match[1]), int(match[2] or match[4] or 0), int(match[3] or 0)
        if match[5]:
            hour = hour % 12 + (12 if match[5] == "p" else 0)
        if hour < 24 and minute < 60 and second < 60:
            zone, length = _zone_text(text[match.end() : match.end() + 14])
            clock = timedelta(hours=hour, minutes=minute, seconds=second)
            return clock, zone, match.start(), match.end() + length
    return None


def _zone_text(rest: str) -> tuple[str, int]:
    if match := _OFFSET.match(rest):
        return match[1] + match[2].zfill(2) + (match[3] or "00"), match.end()
    if (match := _ZONE.match(rest)) and (match[1] in _ZONES or match[1] in _PLACES):
        return match[1], match.end()
    return "", 0


def _offset(zone: str) -> timezone | ZoneInfo | None:
    if zone in _ZONES:
        return timezone(timedelta(minutes=_ZONES[zone]))
    if zone in _PLACES:
        return ZoneInfo(_PLACES[zone])
    if not zone:
        return None
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    return timezone(timedelta(minutes=-minutes if zone[0] in "-−" else minutes)) if minutes < 1440 else None
