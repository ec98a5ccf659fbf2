"""The noun phrase that is a verb's subject, read word by word from the verb.

No parser is needed: in reports the subject stands next to the verb, and what can stand between them are adverbs, what a
comma or bracket encloses, and a few small words.
"""

import re
from dataclasses import dataclass

from pipeline.enrich.quotes.frames import INSIDE
from pipeline.enrich.quotes.mentions import Named, People
from pipeline.enrich.quotes.words import Words

REACH = 160
"""Characters from a verb to the end of a subject behind it, at most."""
APPOSITION = 120
"""Characters that two commas enclose between a subject and its verb."""
SKIPPED = 6
"""Words and enclosed stretches between a subject and its verb."""
PHRASE = 10
"""Words of a noun phrase."""
_WORD_LEFT = re.compile(r"([\w'-]+|[^\w\s])\s*$")
_TOKEN = re.compile(r"[\w'.-]*\w")
_NAME_LEFT = re.compile(r"(?:(?<=\W)|^)((?:[A-Z][\w'.-]*\s+){0,4}[A-Z][\w'-]*)\s*$")
_PREPOSITION_LEFT = re.compile(r"\b([\w'-]+)\s+(?:(?:the|Mr\.?|Mrs\.?|Ms\.?|Sen\.?|President)\s+)*$")
_PASSIVE_LEFT = re.compile(r"([\w']+)\s+(?:(?:also|then|later|being|been|first)\s+)?$")
_ALONE = frozenset(["another", "both", "few", "many", "most", "one", "others", "several", "some", "these", "those"])
"""Determiners that can be a whole noun phrase."""
_PARTS = re.compile(r"[,;\n" + INSIDE + "]")
_STOPS = re.compile(rf"[.,;:()\n{INSIDE}]|\s-\s")
_CLAUSE = re.compile(r"\s(?:who|when|after|as|while|during|in|on|at|told|and|that|to)\s")


@dataclass(frozen=True)
class Attribution:
    """A speaker's noun phrase and the verb that ascribes to it; either may lack."""

    start: int
    end: int
    verb: str | None = None


class Subjects:
    """Reads subjects in one text's own words."""

    def __init__(self, own: str, words: Words, people: People) -> None:
        self.own, self.words, self.people = own, words, people

    def left(self, begin: int, verb: int, word: str) -> Attribution | None:
        """The noun phrase that ends before the verb at ``verb``, after ``begin``."""
        if self.is_passive(verb, word):
            return None
        place = self._skipped(begin, verb)
        phrase = None if place is None else self._phrase_ending(begin, place)
        return Attribution(*phrase, word) if phrase else None

    def right(self, begin: int, end: int, word: str) -> Attribution | None:
        """The noun phrase after a verb that ends at ``begin``."""
        end = min(end, begin + REACH)
        start, limit, first = self._behind(begin, end)
        if first is None or first.lower() in self.words.he | self.words.she:
            return Attribution(start, start + len(first), word) if first else None
        mention = self.people.first_between(start, limit)
        if mention and self._leads_to(start, mention.start):
            return Attribution(mention.start, mention.end, word)
        if not first[0].isupper() and first.lower() not in self.words.determiners | self.words.plurals:
            return None
        if self.own[limit : limit + 1] == "," and (named := self.people.starting(limit + 2)):
            return Attribution(named.start, named.end, word)
        cut = _CLAUSE.search(self.own, start, limit)
        return Attribution(start, cut.start() if cut else limit, word)

    def pronoun_right(self, begin: int, end: int, word: str) -> Attribution | None:
        """The pronoun right behind a verb: "said she"."""
        start, _, first = self._behind(begin, min(end, begin + REACH))
        known = first is not None and first.lower() in self.words.he | self.words.she
        return Attribution(start, start + len(first), word) if first and known else None

    def is_passive(self, verb: int, word: str) -> bool:
        """Whether the subject of the verb is the one who is told: "she was told"."""
        left = _PASSIVE_LEFT.search(self.own, max(0, verb - 30), verb)
        return bool(left and word in self.words.told and left[1].lower() in self.words.passive)

    def _behind(self, begin: int, end: int) -> tuple[int, int, str | None]:
        """Where the words behind a verb begin, where they may end, and the first of them."""
        start = begin + len(self.own[begin:end]) - len(self.own[begin:end].lstrip())
        stop = _STOPS.search(self.own, start, end)
        limit = stop.start() if stop else end
        first = re.match(r"[\w'-]+", self.own[start:limit])
        return start, limit, first[0] if first else None

    def _leads_to(self, start: int, name: int) -> bool:
        """Whether only titles stand before the name: "said Kremlin spokesman Dmitry Peskov"."""
        words = self.own[start:name].lower().split()
        return len(words) <= PHRASE and not self.words.prepositions & set(words)

    # from the verb to the left ------------------------------------------------------------------------------------

    def _skipped(self, begin: int, place: int) -> int | None:
        """Left over adverbs, auxiliaries and what commas or brackets enclose; ``None`` where there is no subject."""
        for _ in range(SKIPPED):
            match = _WORD_LEFT.search(self.own, max(begin, place - 40), place)
            if match is None or match[1].lower() in self.words.conjunctions:
                return None
            word = match[1].lower()
            end = match.end(1)
            if word in (",", ")"):
                opening = self.own.rfind("," if word == "," else "(", max(begin, end - 1 - APPOSITION), end - 1)
                if opening < 0:
                    return None
                place = opening
            elif self._is_between(word):
                place = match.start()
            elif (contracted := self._contracted(match)) is not None:
                return contracted
            elif word in self.words.who:
                place = match.start() - (2 if self.own[match.start() - 2 : match.start()] == ", " else 0)
            else:
                return place if self.own[place - 1 : place].strip() else end
        return None

    def _is_between(self, word: str) -> bool:
        return word in self.words.between or word in ("-", "'s") or (word.endswith("ly") and len(word) > 4)

    def _contracted(self, match: re.Match[str]) -> int | None:
        """The end of a name or pronoun that an auxiliary is drawn together with: "Weller's saying", "he'd said"."""
        stem, mark, rest = match[1].rpartition("'")
        place = match.start() + len(stem)
        if mark and (stem.lower() in self.words.pronouns or (rest == "s" and self.people.ending(place))):
            return place
        return None

    def _phrase_ending(self, begin: int, place: int) -> tuple[int, int] | None:
        end = self._trimmed(begin, place)
        last = re.search(r"[\w'-]+$", self.own[max(begin, end - 30) : end])
        if last is None:
            return None
        word = last[0].lower()
        if word in self.words.pronouns:
            return end - len(word), end
        if mention := self.people.ending(end):
            return self._before_preposition(begin, mention, end) or (mention.start, end)
        return self._common_noun(begin, end) or self._name(begin, end)

    def _before_preposition(self, begin: int, name: Named, end: int) -> tuple[int, int] | None:
        """The head of a phrase that a name only ends: "Mr Morgan of the Club", "a source close to Mr Zelensky"."""
        before = _PREPOSITION_LEFT.search(self.own[max(begin, name.start - 40) : name.start])
        if before is None or before[1].lower() not in self.words.prepositions:
            return None
        place = max(begin, name.start - 40) + before.start()
        if head := self.people.ending(self._trimmed(begin, place)):
            return head.start, head.end
        return self._common_noun(begin, end)

    def _common_noun(self, begin: int, end: int) -> tuple[int, int] | None:
        """ "a spokesman for the ministry", "officials": from its first determiner, over prepositions inside of it."""
        tokens = list(_TOKEN.finditer(self.own, max(begin, end - 120), end))[-PHRASE:]
        for number in range(len(tokens) - 1, -1, -1):
            token, word, last = tokens[number], tokens[number][0].lower(), number == len(tokens) - 1
            before = tokens[number - 1][0].lower() if number else ""
            if _PARTS.search(self.own, token.end(), end):
                return None
            if word in self.words.determiners and not (before in self.words.prepositions and number >= 2):
                return None if last and word not in _ALONE else (token.start(), end)
            if word in self.words.plurals and self._begins_phrase(token.start(), before, number):
                return token.start(), end
            if word in self.words.verb and not last:
                return None
        return None

    def _begins_phrase(self, place: int, before: str, number: int) -> bool:
        """Whether a noun that needs no determiner stands first: "officials said"."""
        first = number == 0 and before not in self.words.determiners
        return first or not before.isalpha() or self._character_before(place) in (".", ",", "", "\n", INSIDE)

    def _name(self, begin: int, end: int) -> tuple[int, int] | None:
        match = _NAME_LEFT.search(self.own, max(begin, end - 60), end)
        if match and match[1].lower() not in self.words.between | self.words.conjunctions | self.words.prepositions:
            return match.start(1), match.end(1)
        plural = re.search(r"[\w-]+$", self.own[max(begin, end - 30) : end])
        return (end - len(plural[0]), end) if plural and plural[0].lower() in self.words.plurals else None

    def _trimmed(self, begin: int, place: int) -> int:
        """``place``, or where the white space before it begins."""
        while place > begin and self.own[place - 1].isspace():
            place -= 1
        return place

    def _character_before(self, place: int) -> str:
        """The last character before a place that is no space; empty at the text's beginning."""
        return self.own[max(0, place - 4) : place].rstrip(" ")[-1:]
