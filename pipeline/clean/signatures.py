"""Lines that hold nothing but who wrote an article and when: "By Jane Doe | 3 May 2024, 10:00 | 4 min read"."""

import re

from pipeline.clean.boilerplate import kind_of_boilerplate
from pipeline.clean.byline import MOMENTS, is_byline, is_name, is_role
from pipeline.clean.dates import covers, parse_date

LONGEST = 160
"""Characters in the longest one."""
PLAIN = 90
"""Characters in the longest one that is not parted by marks."""
MOSTLY = 0.7
"""Share of a line's letters and digits from which the date is all that it says."""

_PARTED = re.compile(r"\s*[|·•\n]\s*|\s+[–—]\s+")
_WORD = re.compile(r"\w+")
_CLOCK = re.compile(r"\d{1,2} ?[:.h] ?\d{2}\b")


def is_signature(text: str) -> bool:
    """Whether a line holds nothing but who wrote the article or when."""
    if len(text) > LONGEST:
        return False
    if len(text) <= PLAIN and (is_byline(text) or _is_date(text)):
        return True
    parts = [part for part in _PARTED.split(text) if part.strip(" .,")]
    return len(parts) > 1 and all(map(_is_part, parts)) and any(is_byline(part) or parse_date(part) for part in parts)


def _is_part(part: str) -> bool:
    return is_byline(part) or is_name(part) or _is_moment(part) or _is_aside(part)


def _is_aside(part: str) -> bool:
    """A role, or what is said to the reader: the minutes it takes, a button."""
    return kind_of_boilerplate(part) is not None or (len(part.split()) <= 3 and is_role(part))


def _is_date(text: str) -> bool:
    date = parse_date(text)
    return date is not None and covers(text, date) > MOSTLY


def _is_moment(part: str) -> bool:
    """Whether all words are those of a date or a time of day, and of what happened then; "3" alone is a score."""
    low = part.lower()
    date = parse_date(low)
    rest = low.replace(date.raw, " ") if date is not None else low
    words = [word for word in _WORD.findall(rest) if not word[0].isdigit()]
    return (date is not None or bool(_CLOCK.search(rest))) and all(word in MOMENTS for word in words)
