"""What a unit of a plain-text page looks like by itself, before its neighbours are asked."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.clean.boilerplate import has_site_voice, is_sentence, kind_of_boilerplate
from pipeline.clean.byline import is_byline, is_name, is_role
from pipeline.clean.dates import ParsedDate, covers, parse_date
from pipeline.clean.plaintext.units import Unit

PROSE_WORDS = 25
"""From so many words on, a unit is prose even where it does not end like a sentence."""
DATE_SHARE = 0.45
"""A line of which the date is at least so much is a date line ("Published 3 May 2021, updated …")."""

_WIRES = r"(?:getty|reuters|afp|ap|pa|epa|dpa|shutterstock|images|photo|foto|picture alliance|imago|unsplash|ansa|efe)"
_CREDIT = re.compile(
    rf"(?:[(\[/©|]|\bvia |\bby |photo:? |foto:? )[^()\n]{{0,40}}\b{_WIRES}\b[\w\s/\-]{{0,40}}[)\]]?\.?\s*$(?<![a-z]\.)"
    r"|\([A-ZÀ-Þ][^()/]{2,40} ?/ ?[A-ZÀ-Þ][^()/]{2,40}\)\s*$"
    r"|(?:^|[.)”\"]\s)(?:photo|photograph|foto|image|picture|bild|crédit|credit)s?(?: by|:) [^.:?!]{3,60}$"
    r"|^(?:image|media|picture|photo) (?:caption|credit|source)\b"
    r"|^(?:photo|photograph|foto|image|picture|bild|crédit|credit|credits|caption|file photo)\s*(?:by)?\s*[:/]",
    re.I,
)
"""A picture's credit: an agency behind a bracket, a slash or "via", or a line that says what it is."""
_AGENCY = re.compile(
    r"^[^\n]{0,160}\bcontributed (?:reporting )?(?:to|from) (?:this|the) (?:report|story|article)\b[^\n]{0,30}$"
    r"|^[^\n]{0,160}\b(?:journalists?|reporters?|staff|writers?)\b[^\n]{0,80}\bcontributed(?: reporting)?\.?$"
    r"|^(?-i:[A-ZÀ-Þ])[\w'’-]+(?:(?:,| and) [\w'’-]+){0,3} reported from [^\n]{2,40}$"
    r"|^\((?:reporting|additional reporting|writing|editing|mit material|with (?:files|reporting))\b.*\)?$",
    re.I,
)
_UPDATED = re.compile(
    r"updated|modified|aktualisiert|mis à jour|modifié|actualizado|aggiornato|atualizado|bijgewerkt|last changed", re.I
)

_STAMP = re.compile(
    r"^\W*(?:(?:first |last )?(?:published|updated|modified|posted)|veröffentlicht|aktualisiert|publié|mis à jour"
    r"|publicado|actualizado|pubblicato|aggiornato|atualizado|gepubliceerd|bijgewerkt)\b",
    re.I,
)
"""What a date line says its date is."""
_FIRST = re.compile(r"first published|zuerst veröffentlicht|erstmals|publié pour la première fois", re.I)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?|\s?uhr)?(?:\s[a-z]{2,4})?\.?", re.I)
_PARTS = re.compile(
    r"\s*[|·•]\s*|[,;(]?\s+(?=(?:last )?(?:updated|modified)\b|aktualisiert|mis à jour|modifié"
    r"|actualizado|aggiornato|bijgewerkt)",
    re.I,
)


class Label(Enum):
    """What a unit is."""

    SITE = auto()
    """The site's own speech: boilerplate."""
    DATE = auto()
    BYLINE = auto()
    AGENCY = auto()
    """An agency's closing credits."""
    CAPTION = auto()
    PROSE = auto()
    TITLE = auto()
    """A line that is no sentence: headline, subheading, teaser."""
    SHORT = auto()
    """One or two words."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A unit with its label."""

    unit: Unit
    label: Label
    kind: str | None = None
    """The kind of boilerplate, for ``SITE``."""
    date: ParsedDate | None = None
    modified: ParsedDate | None = None
    """For ``DATE``: the second date on the line, that of a change."""

    @property
    def text(self) -> str:
        """The unit's text."""
        return self.unit.text

    @property
    def is_change(self) -> bool:
        """For a date: it is that of a change, since a word of change stands right before it."""
        return self.date is not None and bool(_UPDATED.search(self.text.partition(self.date.raw)[0]))

    @property
    def is_first(self) -> bool:
        """For a date: the line says that the page was first published then, so that any other date is a change."""
        return self.date is not None and bool(_FIRST.search(self.text))

    @property
    def is_clock(self) -> bool:
        """Whether the line is a time of day and nothing else, as above the entries of a live report."""
        return bool(_CLOCK.fullmatch(self.text))

    @property
    def voice(self) -> bool:
        """Somebody speaks to the reader."""
        return has_site_voice(self.text)


def label(unit: Unit, *, language: str | None) -> Labelled:
    """The label that the unit's text alone gives it."""
    text = unit.text
    if unit.image is not None:
        return Labelled(unit, Label.CAPTION)
    if _AGENCY.match(text):
        return Labelled(unit, Label.AGENCY)
    dates = _dates(text, language) if len(text) < 150 else []
    if dates:
        return Labelled(unit, Label.DATE, date=dates[0], modified=dates[1] if len(dates) > 1 else None)
    if unit.words <= 16 and (is_byline(text) or _is_signed(text)):
        return Labelled(unit, Label.BYLINE)
    if kind := "navigation" if _is_menu(text) else kind_of_boilerplate(text):
        return Labelled(unit, Label.SITE, kind)
    return Labelled(unit, _shape(unit))


def _dates(text: str, language: str | None) -> list[ParsedDate]:
    """The dates of a date line, none for any other line."""
    languages = [language] if language else []
    first = parse_date(text, languages=languages)
    unsigned = text.replace(first.raw, " ").strip(" ,|–—-") if first else text
    is_signed = len(text.split()) <= 14 and not is_sentence(text) and (is_byline(text) or is_byline(unsigned))
    parts = [(part, parse_date(part, languages=languages)) for part in _PARTS.split(text)]
    return [date for part, date in parts if date and (is_signed or covers(_STAMP.sub("", part), date) >= DATE_SHARE)]


def _is_signed(text: str) -> bool:
    """Whether a line is "Jane Doe | Staff Writer" or "Jane Doe, Political Editor"."""
    name, _, role = (part.strip() for part in re.sub(r"\s+[–—-]\s+|[|·•]", ",", text).partition(","))
    return bool(role) and is_role(role) and not is_sentence(text) and is_name(name.title() if name.isupper() else name)


def _is_menu(text: str) -> bool:
    """Whether a line is a row of links or a path of sections: "Home / Local / Water"."""
    parts = re.split(r"\s+[|/>»›·•]\s+", text)
    return len(parts) > 1 and all(len(part.split()) <= 3 for part in parts) and not is_sentence(text)


def _shape(unit: Unit) -> Label:
    text = unit.text
    if unit.level:
        return Label.TITLE
    if len(text) < 300 and _CREDIT.search(text):
        return Label.CAPTION
    if unit.words >= PROSE_WORDS or (is_sentence(text) and unit.words >= 4) or (unit.bullet and unit.words >= 4):
        return Label.PROSE
    if unit.words >= 6 and (text[:1] in '“"„«»' or text.endswith(":")):
        return Label.PROSE
    return Label.TITLE if unit.words >= 3 else Label.SHORT
