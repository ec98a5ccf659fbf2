"""Who says it, as the words around a quotation tell: a reporting verb, and the noun phrase that is its subject.

No parser is needed: in reports the subject stands next to the verb, and what can stand between them are adverbs, what a
comma or bracket encloses, and a few small words.
"""

import re
from dataclasses import dataclass, replace

from pipeline.enrich.quotes.frames import INSIDE, Frame
from pipeline.enrich.quotes.mentions import People
from pipeline.enrich.quotes.words import Words

REACH = 160
"""Characters from a quotation to the verb behind it, at most."""
LEAD = 600
"""Characters before a quotation that are read."""
APPOSITION = 120
"""Characters that two commas enclose between a subject and its verb."""
PHRASE = 10
"""Words of a noun phrase."""
_WORD_LEFT = re.compile(r"([\w'-]+|[^\w\s])\s*$")
_TOKEN = re.compile(r"[\w'.-]*\w")
_NAME_LEFT = re.compile(r"(?:(?<=\W)|^)((?:[A-Z][\w'.-]*\s+){0,4}[A-Z][\w'-]*)\s*$")
_SPEAKER_LINE = re.compile(r"(?:^|\n|[\s\"])([A-Z][\w.'-]*(?:[ ,]+[A-Z][\w.'-]*){0,5}):\s*$")
_PREPOSITION_LEFT = re.compile(r"\b([\w'-]+)\s+(?:(?:the|Mr\.?|Mrs\.?|Ms\.?|Sen\.?|President)\s+)*$")
_SIGNATURE = re.compile(r"[ \n]{0,3}-\s?([A-Z][\w.'-]*(?: [\w.'-]+){0,4}?)(?:,[^\n]{0,80})?\.?(?=\n|$)")
"""A name after a dash to the end of the line: "…" - Ann Other, teacher."""
_ALONE = frozenset(["another", "both", "few", "many", "most", "one", "others", "several", "some", "these", "those"])
"""Determiners that can be a whole noun phrase."""
_STOPS = re.compile(rf"[.,;:()\n{INSIDE}]|\s-\s")


@dataclass(frozen=True)
class Attribution:
    """A speaker's noun phrase and the verb that ascribes to it; either may lack."""

    start: int
    end: int
    verb: str | None = None


class Reader:
    """Reads attributions in one text's own words."""

    def __init__(self, own: str, words: Words, people: People) -> None:
        self.own, self.words, self.people = own, words, people

    def of(self, frame: Frame, previous: Attribution | None) -> Attribution | None:
        """The attribution of a quotation, in its sentence; ``previous`` is that of one before it in the sentence."""
        frame = replace(frame, before=max(frame.before, frame.opening - LEAD))
        lead = self.own[frame.before : frame.opening].rstrip(INSIDE + " ")
        introduced = lead.endswith((",", ":", "that", "as", "of", "to", "is", "was", "a", "the"))
        if line := _SPEAKER_LINE.search(self.own, frame.before, frame.opening):
            return Attribution(line.start(1), line.end(1))
        if lead and (introduced or not frame.whole):
            return self.before(frame, previous) or self.after(frame)
        return self.after(frame) or self.before(frame, previous)

    def after(self, frame: Frame) -> Attribution | None:
        """What follows: "…," said X; "…," X said; "… to drive up the price," she said; according to X."""
        end = min(frame.after, frame.closing + REACH)
        begin = frame.closing
        text = self.own[begin:end]
        if signed := _SIGNATURE.match(self.own, begin):
            return Attribution(signed.start(1), signed.end(1))
        if frame.whole and self._starts_anew(frame):
            return None
        match = self.words.according.search(text)
        first = self.words.verb.search(text)
        if match and INSIDE not in text[: match.start()] and not (first and first.start() < match.start()):
            return self._right(begin + match.end(), end, match[0].lower())
        for verb in self.words.verb.finditer(text):
            between = text[: verb.start()]
            if INSIDE in between:
                return None
            if set(re.findall(r"\w+", between.lower())) <= self.words.between - self.words.pronouns:
                found = self._right(begin + verb.end(), end, verb[0].lower())
            else:
                found = self.left(begin, begin + verb.start(), verb[0].lower())
                found = found or self._right(begin + verb.end(), end, verb[0].lower(), sure=True)
            if found and (not frame.whole or self._is_next(begin, found)):
                return found
        return None

    def before(self, frame: Frame, previous: Attribution | None) -> Attribution | None:
        """What leads to it: X said, "…"; X says that the plan "…"; the nearest verb with a subject counts."""
        text = self.own[frame.before : frame.opening]
        if (match := self.words.according.search(text)) and not text[: match.start()].strip(" ,-"):
            return self._right(frame.before + match.end(), frame.opening, match[0].lower())
        for verb in reversed(list(self.words.verb.finditer(text))):
            at, word = frame.before + verb.start(), verb[0].lower()
            if self._is_passive(at, word) or self._is_noun(at, frame.before):
                continue
            if word in self.words.participles and not self._is_progressive(at):
                place = frame.before + len(text[: verb.start()].rstrip())
                if (named := self.people.ending(place)) and named.entity.type == "person":
                    return Attribution(named.start, named.end, word)
                subject = self._subject_of_sentence(frame, at) or previous
                return Attribution(subject.start, subject.end, word) if subject else None
            if found := self.left(frame.before, at, word):
                return found
            if subject := self._coordinated(frame.before, at):
                return Attribution(subject.start, subject.end, word)
            if found := self._right(at + len(word), frame.opening, word, sure=True):
                return found
        return None

    def told_in(self, start: int, end: int) -> Attribution | None:
        """The speaker of a sentence that has no quotation: "The talks failed, Mr Smith said"."""
        for verb in self.words.verb.finditer(self.own, start, end):
            word = verb[0].lower()
            if not self._is_noun(verb.start(), start) and word not in self.words.participles:
                found = self.left(start, verb.start(), word)
                if found:
                    return found
        return None

    def subject(self, start: int, end: int) -> Attribution | None:
        """The one a sentence is about: the first person or pronoun in it, before anything else is named."""
        for match in re.finditer(r"[\w'-]+", self.own[start:end]):
            if match[0].lower() in self.words.he | self.words.she:
                return Attribution(start + match.start(), start + match.end())
            if mention := self.people.starting(start + match.start()):
                return Attribution(mention.start, mention.end)
        return None

    # the subject on the left of a verb ----------------------------------------------------------------------------

    def left(self, begin: int, verb: int, word: str) -> Attribution | None:
        """The noun phrase that ends before the verb at ``verb``."""
        if self._is_passive(verb, word):
            return None
        place = self._skipped(begin, verb)
        phrase = None if place is None else self._phrase_ending(begin, place)
        return Attribution(*phrase, word) if phrase else None

    def _skipped(self, begin: int, place: int) -> int | None:
        """Left over adverbs, auxiliaries and what commas or brackets enclose."""
        for _ in range(6):
            match = _WORD_LEFT.search(self.own, max(begin, place - 40), place)
            if match is None:
                return None
            word = match[1].lower()
            if word in (",", ")"):
                opening = self.own.rfind(
                    "," if word == "," else "(", max(begin, match.start() - APPOSITION), match.start()
                )
                if opening < 0:
                    return None
                place = opening
            elif word in self.words.between or (word.endswith("ly") and len(word) > 4) or word in ("-", "'s"):
                place = match.start()
            elif word.endswith("'s") and self.people.ending(match.end() - 2):
                return match.end() - 2 - (len(match[0]) - len(match[0].rstrip()))
            elif word in self.words.who:
                place = match.start() - (2 if self.own[match.start() - 2 : match.start()] == ", " else 0)
            elif word in self.words.conjunctions:
                return None
            else:
                return (
                    place
                    if self.own[place - 1 : place].strip()
                    else match.end() - (len(match[0]) - len(match[0].rstrip()))
                )
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
            return self._before_preposition(begin, mention.start, end) or (mention.start, end)
        return self._common_noun(begin, end) or self._name(begin, end)

    def _before_preposition(self, begin: int, start: int, end: int) -> tuple[int, int] | None:
        """The head of a phrase that a name only ends: "Mr Morgan of the Club", "a source close to Mr Zelensky"."""
        before = _PREPOSITION_LEFT.search(self.own[max(begin, start - 40) : start])
        if before is None or before[1].lower() not in self.words.prepositions:
            return None
        place = max(begin, start - 40) + before.start()
        if head := self.people.ending(self._trimmed(begin, place)):
            return head.start, head.end
        return self._common_noun(begin, end)

    def _common_noun(self, begin: int, end: int) -> tuple[int, int] | None:
        """ "a spokesman for the ministry", "officials": from its first determiner, over prepositions inside of it."""
        tokens = list(_TOKEN.finditer(self.own, max(begin, end - 120), end))[-PHRASE:]
        for number in range(len(tokens) - 1, -1, -1):
            word, gap = tokens[number][0].lower(), self.own[tokens[number].end() : end]
            if INSIDE in gap or "\n" in gap or "," in gap or ";" in gap:
                return None
            before = tokens[number - 1][0].lower() if number else ""
            if word in self.words.determiners:
                if before in self.words.prepositions and number >= 2:
                    continue
                if number == len(tokens) - 1 and word not in _ALONE:
                    return None
                return tokens[number].start(), end
            if (word in self.words.plurals and before not in self.words.determiners and number == 0) or (
                word in self.words.plurals and not before.isalpha()
            ):
                return tokens[number].start(), end
            if word in self.words.plurals and self._character_before(tokens[number].start()) in (
                ".",
                ",",
                "",
                "\n",
                INSIDE,
            ):
                return tokens[number].start(), end
            if tokens[number][0] in self.words.verb and number < len(tokens) - 1:
                return None
        return None

    def _name(self, begin: int, end: int) -> tuple[int, int] | None:
        match = _NAME_LEFT.search(self.own, max(begin, end - 60), end)
        if match is None or match[1].lower() in self.words.between | self.words.conjunctions | self.words.prepositions:
            plural = re.search(r"[\w-]+$", self.own[max(begin, end - 30) : end])
            known = plural is not None and plural[0].lower() in self.words.plurals
            return (end - len(plural[0]), end) if plural and known else None
        return match.start(1), match.end(1)

    def _trimmed(self, begin: int, place: int) -> int:
        """``place``, or where the white space before it begins."""
        while place > begin and self.own[place - 1].isspace():
            place -= 1
        return place

    def _character_before(self, place: int) -> str:
        """The last character before a place that is no space; empty at the text's beginning."""
        return self.own[max(0, place - 4) : place].rstrip(" ")[-1:]

    # the subject on the right of a verb ---------------------------------------------------------------------------

    def _right(self, begin: int, end: int, word: str, *, sure: bool = False) -> Attribution | None:
        """The noun phrase after a verb; with ``sure`` only a name or pronoun right behind it."""
        end = min(end, begin + REACH)
        start = begin + len(self.own[begin:end]) - len(self.own[begin:end].lstrip())
        stop = _STOPS.search(self.own, start, end)
        limit = stop.start() if stop else end
        first = re.match(r"[\w'-]+", self.own[start:limit])
        if first is None:
            return None
        if first[0].lower() in self.words.he | self.words.she:
            return Attribution(start, start + len(first[0]), word)
        mention = self.people.first_between(start, limit)
        if sure:
            return None
        if mention and self._leads_to(start, mention.start):
            return Attribution(mention.start, mention.end, word)
        if first[0].lower() in self.words.determiners | self.words.plurals or first[0][0].isupper():
            cut = re.search(r"\s(?:who|when|after|as|while|during|in|on|at|told|and|that|to)\s", self.own[start:limit])
            named = self.people.starting(limit + 2) if self.own[limit : limit + 1] == "," else None
            if named:
                return Attribution(named.start, named.end, word)
            return Attribution(start, start + cut.start() if cut else limit, word)
        return Attribution(mention.start, mention.end, word) if mention and mention.start == start else None

    def _leads_to(self, start: int, name: int) -> bool:
        """Whether only titles stand before the name: "said Kremlin spokesman Dmitry Peskov"."""
        words = self.own[start:name].lower().split()
        return len(words) <= PHRASE and not self.words.prepositions & set(words)

    # circumstances ------------------------------------------------------------------------------------------------

    def _starts_anew(self, frame: Frame) -> bool:
        """Whether the text after the quotation is a sentence of its own."""
        return frame.ends_sentence and self._is_sentence(frame.closing)

    def _is_sentence(self, place: int) -> bool:
        return bool(re.match(r"\s+[A-Z\x01]|\s*$", self.own[place : place + 4]))

    def _is_next(self, begin: int, found: Attribution) -> bool:
        """Whether nothing but the subject's own words stands between the quotation and the attribution."""
        return len(self.own[begin : found.start].strip(" ,-").split()) <= 3

    def _is_passive(self, verb: int, word: str) -> bool:
        left = re.search(
            r"([\w']+)\s+(?:(?:also|then|later|being|been|first)\s+)?$", self.own[max(0, verb - 30) : verb]
        )
        return bool(left and word in self.words.told and left[1].lower() in self.words.passive)

    def _is_noun(self, verb: int, begin: int) -> bool:
        """Whether the word at ``verb`` is one that only looks like a verb: "a series of tweets", "the reports"."""
        if self.own[verb].isupper() and verb > begin:
            return True
        left = re.search(r"([\w']+)\s+$", self.own[max(0, verb - 30) : verb])
        word = left[1].lower() if left else ""
        return (
            (word.endswith("'s") and not self.people.ending(verb))
            or word in self.words.determiners - self.words.they
            or (word in self.words.prepositions)
        )

    def _is_progressive(self, verb: int) -> bool:
        left = re.search(r"([\w]*'?\w+)\s+(?:(?:also|then|now|still|not)\s+)?$", self.own[max(0, verb - 30) : verb])
        return bool(left and (left[1].lower() in self.words.passive or left[1].endswith("'s")))

    def _coordinated(self, begin: int, verb: int) -> Attribution | None:
        """The subject of "outlined his plan and vowed to": that of the sentence."""
        left = re.search(r"([\w']+),?\s+$", self.own[max(begin, verb - 20) : verb])
        return self.subject(begin, verb) if left and left[1].lower() in self.words.conjunctions else None

    def _subject_of_sentence(self, frame: Frame, participle: int) -> Attribution | None:
        """Whose participle it is: of the last verb before it with a subject, else of the sentence's first name."""
        text = self.own[frame.before : participle]
        for verb in reversed(list(self.words.verb.finditer(text))):
            if verb[0].lower() not in self.words.participles:
                found = self.left(frame.before, frame.before + verb.start(), verb[0].lower())
                if found:
                    return found
        return self.subject(frame.before, participle)
