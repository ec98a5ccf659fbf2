"""What is told without quotation marks: "Mr Smith said that the talks failed"; "the talks failed, officials said"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.enrich.quotes.attribution import Reader
from pipeline.enrich.quotes.frames import INSIDE
from pipeline.enrich.quotes.subjects import Attribution
from pipeline.enrich.quotes.words import WordFinder

FEWEST = 4
"""Words of what is told."""
_SAYING = frozenset(["said", "says", "say", "added", "adds", "claimed", "claims"])
"""Verbs that a clause may follow without "that"."""
_TELLING = _SAYING | frozenset(
    {
        "acknowledged", "acknowledges", "admitted", "admits", "announced", "announces", "argued", "argues", "believed",
        "believes", "concluded", "confirmed", "confirms", "declared", "denied", "denies", "emphasised", "emphasized",
        "estimated", "explained", "explains", "insisted", "insists", "maintained", "noted", "notes", "pledged",
        "predicted", "predicts", "promised", "reiterated", "replied", "reported", "reports", "revealed", "stated",
        "states", "stressed", "suggested", "suggests", "told", "tells", "tweeted", "vowed", "warned", "warns", "wrote",
    }
)  # fmt: skip
"""Verbs that a clause with "that" may follow."""
TAIL = 40
"""Characters after an attribution that closes a sentence: "officials said on Friday"."""
LONGEST = 1_000
"""Characters of a sentence that is read."""
_THAT = re.compile(r"(?:\s[\w'.-]+){0,5}?\sthat\s")


@dataclass(frozen=True)
class Told:
    """What is told, and by whom."""

    start: int
    end: int
    said: Attribution


def told(reader: Reader, ends: list[int]) -> Iterator[Told]:
    """Indirect quotations, one of a sentence at most; sentences with quotation marks have none."""
    start, telling = 0, reader.words.verb.of(_TELLING)
    for end in [*ends, len(reader.own)] if telling.words else ():
        sentence = reader.own[start:end]
        readable = end - start <= LONGEST and INSIDE not in sentence and telling.is_in(sentence)
        if readable and (found := _in_sentence(reader, telling, start, end)):
            yield found
        start = end


def _in_sentence(reader: Reader, telling: WordFinder, start: int, end: int) -> Told | None:
    for verb in telling.finditer(reader.own, start, end):
        word = verb[0].lower()
        said = reader.subjects.left(start, verb.start(), word)
        if said is None:
            continue
        place = _clause_after(reader, verb, word, end) or _clause_before(reader, start, said, end, verb.end())
        if place and len(reader.own[slice(*place)].split()) >= FEWEST:
            return Told(*place, said)
        return None
    return None


def _clause_after(reader: Reader, verb: re.Match[str], word: str, end: int) -> tuple[int, int] | None:
    that = _THAT.match(reader.own, verb.end(), end)
    if that is None and (word not in _SAYING or not re.match(r"\s[\w'$£€-]", reader.own[verb.end() : verb.end() + 2])):
        return None
    return _trimmed(reader.own, that.end() if that else verb.end(), end)


def _clause_before(reader: Reader, start: int, said: Attribution, end: int, after: int) -> tuple[int, int] | None:
    """The sentence's beginning, where the attribution closes it after a comma."""
    if reader.own[max(0, said.start - 4) : said.start].rstrip()[-1:] != "," or end - after > TAIL:
        return None
    return _trimmed(reader.own, start, said.start)


def _trimmed(own: str, start: int, end: int) -> tuple[int, int]:
    text = own[start:end]
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip(" \n.,;"))
