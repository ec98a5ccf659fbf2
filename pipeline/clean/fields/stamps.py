"""Points in time as machines write them: ISO 8601 in its many near forms, RFC 2822 and Unix seconds."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

EARLIEST = 1990
"""First year of a page's date that is believed: the web has no pages before."""

LATEST = timedelta(days=366)
"""How far ahead a date may lie; embargoed and mistaken ones beyond are taken for no date."""

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ,]{1,2}(\d{1,2}):(\d{2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?[ ]?(Z|UTC|GMT|[+\-−]\d{2}:?\d{2}|[+\-−]\d{2}\b)?)?",
    re.I,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{2}:?\d{2})?)?$", re.I)
_SECONDS = re.compile(r"1[0-9]{9}(?:[0-9]{3})?$")
_MAIL = re.compile(r"[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4} [\d:]{4,8}(?: [+-]\d{4}| [A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A point in time or a day."""

    day: str
    """YYYY-MM-DD, in the zone the page states it in."""
    iso: str
    """ISO 8601 with an offset where time and zone are known, else the day alone."""
    raw: str
    """The text it was read from."""

    @property
    def exact(self) -> bool:
        """Time and zone are known."""
        return len(self.iso) > 10


def read_stamp(text: str) -> Stamp | None:
    """The time in a machine-written text; ``None`` where it is none, or none that a page can have."""
    text = " ".join(text[:80].split())
    if match := _ISO.match(text) or _COMPACT.match(text):
        return _from_numbers(match, text)
    if _SECONDS.match(text):
        return _sane(datetime.fromtimestamp(int(text[:10]), UTC), text, exact=True)
    if match := _MAIL.match(text):
        try:
            when = parsedate_to_datetime(match.group())
        except ValueError:
            return None
        return _sane(when, text, exact=when.tzinfo is not None)
    return None


def _from_numbers(match: re.Match[str], text: str) -> Stamp | None:
    year, month, day, hour, minute, second = (int(number or 0) for number in match.groups()[:6])
    try:
        zone = _zone(match[7])
        when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None
    return _sane(when, text, exact=match[4] is not None and zone is not None)


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(offset if text[0] == "+" else -offset)


def _sane(when: datetime, text: str, *, exact: bool) -> Stamp | None:
    if when.year < EARLIEST or when.replace(tzinfo=UTC) > datetime.now(UTC) + LATEST:
        return None
    day = when.date().isoformat()
    if exact:
        return Stamp(day, when.isoformat(timespec="seconds"), text)
    return Stamp(day, day, text)
