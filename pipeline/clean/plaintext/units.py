"""A plain-text or Markdown page as units: the lines or paragraphs that one thing is said in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from pipeline.clean.dates import parse_date

WIDEST = 130
"""A page whose longest line has more characters than this is not wrapped by hand."""
MOST_UNITS = 5_000
"""A page with more is cut: no article has so many paragraphs."""

_PARAGRAPHS = re.compile(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*)+")
_BULLET = re.compile(r"^\s*(?:[-*•‣▪–]|\d{1,2}[.)])\s+(?=\S)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"^[\s*_=\-–—•·.~#|+]*$")
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\]\(([^()\s]{1,2000})[^()]{0,200}\)")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\(([^()\s]{1,2000})[^()]{0,200}\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|__?)(?=\S)([^*_\n]{1,500}?)(?<=\S)\1(?![\w*])")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line or paragraph."""

    text: str
    paragraph: int
    """Number of the blank-line-parted paragraph that it stands in."""
    bullet: bool = False
    level: int = 0
    """Heading level in Markdown; 0 for none."""
    quote: bool = False
    image: str | None = None
    """Address of the picture that this is the description of."""
    links: tuple[tuple[str, str], ...] = ()
    """Text and address of the links in it."""

    @property
    def words(self) -> int:
        """How many words."""
        return len(self.text.split())


def units_of(text: str, *, markdown: bool) -> list[Unit]:
    """The page cut into units; lines that were wrapped by hand are joined again."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\u2028", "\n")
    width = max((len(line) for line in text.split("\n")), default=0)
    return list(islice(_all_units(text, width, markdown=markdown), MOST_UNITS))


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The ``key: value`` lines between two ``---`` at the head of a Markdown file, and the rest."""
    match = re.match(r"\s*---[ \t]*\n(.{0,10000}?)\n---[ \t]*(?:\n|$)", text, re.S)
    if not match:
        return {}, text
    pairs = (line.partition(":") for line in match[1].split("\n") if ":" in line and not line.startswith((" ", "-")))
    return {key.strip().lower(): value.strip().strip("\"'").strip() for key, _, value in pairs}, text[match.end() :]


def _all_units(text: str, width: int, *, markdown: bool) -> Iterator[Unit]:
    for number, paragraph in enumerate(_PARAGRAPHS.split(text)):
        lines = [line.strip() for line in islice(paragraph.split("\n"), MOST_UNITS) if not _RULE.match(line)]
        for line in _joined(lines, width):
            yield from _units(line, number, markdown=markdown)


def _joined(lines: list[str], width: int) -> Iterator[str]:
    if len(lines) < 2 or width > WIDEST or not _is_wrapped(lines, width):
        yield from lines
        return
    starts = [0, *(i for i, line in enumerate(lines) if i and _BULLET.match(line)), len(lines)]
    for start, end in pairwise(starts):
        yield " ".join(lines[start:end])


def _is_wrapped(lines: list[str], width: int) -> bool:
    """Whether each line ends because the next word would not have fitted: that is how editors wrap."""
    return width >= 40 and all(len(line) + 1 + len(after.split()[0]) > width - 12 for line, after in pairwise(lines))


def _units(line: str, number: int, *, markdown: bool) -> Iterator[Unit]:
    if not markdown:
        bullet, text = _without_bullet(line)
        yield Unit(" ".join(text.split()), number, bullet=bullet)
        return
    for image in _IMAGE.finditer(line):
        yield Unit(" ".join(image[1].split()), number, image=image[2])
    line = _IMAGE.sub("", line).strip()
    heading = _HEADING.match(line)
    quote = line.startswith(">")
    text = heading[2] if heading else line.lstrip("> ") if quote else line
    bullet, text = _without_bullet(text)
    links = tuple((link[1], link[2]) for link in _LINK.finditer(text))
    text = " ".join(_EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)).split())
    if text:
        level = len(heading[1]) if heading else 0
        yield Unit(text, number, bullet=bullet, level=level, quote=quote, links=links)


def _without_bullet(line: str) -> tuple[bool, str]:
    """Whether a line is a list item, and its text; "14. Februar 2023" is a date."""
    bullet = _BULLET.match(line)
    if not bullet or ((date := parse_date(line[:40])) and line.startswith(date.raw[:4])):
        return False, line
    return True, line[bullet.end() :]
