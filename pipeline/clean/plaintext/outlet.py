"""Which outlet a plain-text page is from: the name that the site's own sentences repeat, else that on its masthead."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files

ENOUGH = 3
"""Points a name needs: two for standing where sites name themselves, one for each unit that has it."""
CANDIDATES = 50
"""Names that are weighed: those with the most points."""
LONGEST_MASTHEAD = 5
"""Words."""
TOP = 6
"""Lines from the top in which a masthead stands."""

_DATA: dict[str, list[str]] = tomllib.loads(
    files("pipeline.clean.plaintext").joinpath("outlet.toml").read_text("utf-8")
)
_NOT, _PRESS = frozenset(_DATA["not"]), frozenset(_DATA["press"])

_ARTICLE = r"(?:(?:The|Der|Die|Das|Le|La|Les|El|Los|Il|De) )?"
_PART = r"(?!(?:GmbH|Group|Holdings|Inc|LLC|Limited|Ltd|Media|Publishing)\b)[A-ZÀ-Þ][\w&'’-]*(?:\.\w+)*"
"""A full stop inside a word only ("Ledger.example"): one behind it ends the sentence, and the name."""
_NAME = _ARTICLE + rf"{_PART}(?:(?: (?:of|and|für|d[aeiou]|de[lrns]|della|dos|van|vom|&))? {_PART}){{0,4}}"
_SAYS = re.compile(
    rf"(?:notifications?|newsletters?|alerts?|emails?|updates?|news|headlines|stories|more) (?:from|by|of) ({_NAME})"
    r"|(?:©|\(c\)|[Cc]opyright)\s*(?:©\s*)?(?:\d{4}(?:\s*[-–]\s*\d{4})?)?,?\s*(?:by )?"
    rf"({_NAME})"
    r"|(?:[Ss]ubscribe to|[Ss]ign up (?:to|for)|[Ss]upport|[Jj]oin|[Ff]ollow|[Ww]elcome to|reading"
    r"|[Dd]onate to|[Ll]og in to)"
    rf" ({_NAME})"
    r"|(?:Unterstützen Sie|[Aa]bonnieren Sie|bei|von|Soutenez|Abonnez-vous (?:à|au)|lettre d[eu])"
    rf" ({_NAME})"
)
_ANY = re.compile(_NAME)


def masthead_of(lines: Sequence[str]) -> str | None:
    """The name on the page's masthead: a line at the top that has a newspaper's word in it, and comes again below.

    Set in capitals it is given in the spelling in which it comes again.
    """
    page = "\n".join(lines)
    for line in lines[:TOP]:
        words = line.lower().split()
        if 2 <= len(words) <= LONGEST_MASTHEAD and not _PRESS.isdisjoint(words):
            again: list[str] = re.findall(rf"(?<!\w){re.escape(line)}(?!\w)", page, re.I)
            if len(again) > 1:
                return again[-1]
    return None


def outlet_of(site_speech: Iterable[str], article: str) -> str | None:
    """The outlet's name out of the boilerplate; ``None`` where no name stands out.

    A name of which the article speaks more often than the site is what the article is about.
    """
    points: Counter[str] = Counter()
    for text in site_speech:
        said = {name.strip(" .") for match in _SAYS.finditer(text) for name in match.groups() if name}
        named = {match[0].strip(" .") for match in _ANY.finditer(text)}
        for name in named | said:
            points[name] += 1 + 2 * (name in said)
    for name, score in points.most_common(CANDIDATES):
        core = name.removeprefix("The ")
        seen = score + sum(other for longer, other in points.items() if core in longer and longer != name)
        if name not in _NOT and core not in _NOT and seen >= ENOUGH and article.count(name) < seen:
            return name
    return None
