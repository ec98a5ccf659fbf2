"""Who says it, as the words around a quotation tell: a reporting verb, and the noun phrase that is its subject."""

import re

from pipeline.enrich.quotes.frames import INSIDE, Frame
from pipeline.enrich.quotes.mentions import People
from pipeline.enrich.quotes.subjects import REACH, Attribution, Subjects
from pipeline.enrich.quotes.words import Words

NEXT = 3
"""Words between a quotation and the attribution behind it, at most."""
_INTRODUCING = (",", ":", "that", "as", "of", "to", "is", "was", "a", "the")
_SPEAKER_LINE = re.compile(r"(?:^|\n|[\s\"])([A-Z][\w.'-]*(?:[ ,]+[A-Z][\w.'-]*){0,5}):\s*$")
_SIGNATURE = re.compile(r"[ \n]{0,3}-\s?([A-Z][\w.'-]*(?: [\w.'-]+){0,4}?)(?:,[^\n]{0,80})?\.?(?=\n|$)")
"""A name after a dash to the end of the line: "…" - Ann Other, teacher."""
_NEW_SENTENCE = re.compile(r"\s+[A-Z\x01]|\s*$")
_LEFT = re.compile(r"([\w']+)\s+$")
_LEFT_OF_CONJUNCT = re.compile(r"([\w']+),?\s+$")
_LEFT_OF_PARTICIPLE = re.compile(r"([\w]*'?\w+)\s+(?:(?:also|then|now|still|not)\s+)?$")


class Reader:
    """Reads attributions in one text's own words."""

    def __init__(self, own: str, words: Words, people: People) -> None:
        self.own, self.words, self.people = own, words, people
        self.subjects = Subjects(own, words, people)

    def of(self, frame: Frame, previous: Attribution | None) -> Attribution | None:
        """The attribution of a quotation, in its sentence; ``previous`` is that of one before it in the sentence."""
        lead = self.own[frame.before : frame.opening].rstrip(INSIDE + " ")
        if line := _SPEAKER_LINE.search(self.own, frame.before, frame.opening):
            return Attribution(line.start(1), line.end(1))
        if frame.comma and (closing := self._closing(frame)):
            return closing
        if lead and (lead.endswith(_INTRODUCING) or not frame.whole):
            return self.before(frame, previous) or self.after(frame)
        return self.after(frame) or self.before(frame, previous)

    def after(self, frame: Frame) -> Attribution | None:
        """What follows: "…," said X; "…," X said; "… to drive up the price," she said; according to X."""
        begin, end = frame.closing, min(frame.after, frame.closing + REACH)
        if signed := _SIGNATURE.match(self.own, begin):
            return Attribution(signed.start(1), signed.end(1))
        if frame.whole and self._starts_anew(frame):
            return None
        text = self.own[begin:end]
        match, first = self.words.according.search(text), self.words.verb.search(text)
        if match and INSIDE not in text[: match.start()] and not (first and first.start() < match.start()):
            return self.subjects.right(begin + match.end(), end, match[0].lower())
        for verb in self.words.verb.finditer(text):
            if INSIDE in text[: verb.start()]:
                return None
            found = self._around(begin, begin + verb.start(), begin + verb.end(), end)
            if found and (not frame.whole or self._is_next(begin, found)):
                return found
        return None

    def before(self, frame: Frame, previous: Attribution | None) -> Attribution | None:
        """What leads to it: X said, "…"; X says that the plan "…"; the nearest verb with a subject counts.

        A subject "it" may be a thing that is spoken of, so it counts only where no verb before it has another one.
        """
        text = self.own[frame.before : frame.opening]
        if (match := self.words.according.search(text)) and not text[: match.start()].strip(" ,-"):
            return self.subjects.right(frame.before + match.end(), frame.opening, match[0].lower())
        thing: Attribution | None = None
        for verb in reversed(list(self.words.verb.finditer(text))):
            at, word = frame.before + verb.start(), verb[0].lower()
            if self.subjects.is_passive(at, word) or self._is_noun(at, frame.before, word):
                continue
            if word in self.words.participles and not self._is_progressive(at):
                return self._of_participle(frame, at, word, previous)
            found = self._subject(frame, at, word)
            if found and self.own[found.start : found.end].lower() not in self.words.it:
                return found
            thing = thing or found
        return thing

    def told_in(self, start: int, end: int) -> Attribution | None:
        """The speaker of a sentence that has no quotation: "The talks failed, Mr Smith said"."""
        for verb in self.words.verb.finditer(self.own, start, end):
            word = verb[0].lower()
            if not self._is_noun(verb.start(), start, word) and word not in self.words.participles:
                found = self.subjects.left(start, verb.start(), word)
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

    # one verb and its subject -------------------------------------------------------------------------------------

    def _closing(self, frame: Frame) -> Attribution | None:
        """The attribution that ends the sentence right behind a comma: he thinks so because "few know it," he said."""
        alone = self.own.find(INSIDE, frame.closing, frame.after) < 0
        found = self.after(frame) if alone else None
        return found if found and self._is_next(frame.closing, found) else None

    def _around(self, begin: int, start: int, stop: int, end: int) -> Attribution | None:
        """The subject of a verb from ``start`` to ``stop`` behind a quotation: on its right if the verb comes first."""
        word = self.own[start:stop].lower()
        if set(re.findall(r"\w+", self.own[begin:start].lower())) <= self.words.between - self.words.pronouns:
            return self.subjects.right(stop, end, word)
        return self.subjects.left(begin, start, word) or self.subjects.pronoun_right(stop, end, word)

    def _subject(self, frame: Frame, verb: int, word: str) -> Attribution | None:
        """The subject of a verb before a quotation."""
        if found := self.subjects.left(frame.before, verb, word):
            return found
        if subject := self._coordinated(frame.before, verb):
            return Attribution(subject.start, subject.end, word)
        return self.subjects.pronoun_right(verb + len(word), frame.opening, word)

    def _of_participle(self, frame: Frame, verb: int, word: str, previous: Attribution | None) -> Attribution | None:
        """Whose participle it is: the person's right before it, the last subject's of a verb, or the sentence's."""
        place = frame.before + len(self.own[frame.before : verb].rstrip())
        if (named := self.people.ending(place)) and named.entity.type == "person":
            return Attribution(named.start, named.end, word)
        subject = self._subject_of_sentence(frame.before, verb) or previous
        return Attribution(subject.start, subject.end, word) if subject else None

    def _subject_of_sentence(self, begin: int, participle: int) -> Attribution | None:
        for verb in reversed(list(self.words.verb.finditer(self.own, begin, participle))):
            if verb[0].lower() not in self.words.participles:
                found = self.subjects.left(begin, verb.start(), verb[0].lower())
                if found:
                    return found
        return self.subject(begin, participle)

    def _coordinated(self, begin: int, verb: int) -> Attribution | None:
        """The subject of "outlined his plan and vowed to": that of the sentence."""
        left = _LEFT_OF_CONJUNCT.search(self.own[max(begin, verb - 20) : verb])
        return self.subject(begin, verb) if left and left[1].lower() in self.words.conjunctions else None

    # circumstances ------------------------------------------------------------------------------------------------

    def _starts_anew(self, frame: Frame) -> bool:
        """Whether the text after the quotation is a sentence of its own."""
        return frame.ends_sentence and bool(_NEW_SENTENCE.match(self.own[frame.closing : frame.closing + 4]))

    def _is_next(self, begin: int, found: Attribution) -> bool:
        """Whether nothing but the subject's own words stands between the quotation and the attribution."""
        return len(self.own[begin : found.start].strip(" ,-").split()) <= NEXT

    def _is_noun(self, verb: int, begin: int, found: str) -> bool:
        """Whether the word at ``verb`` is one that only looks like a verb: "a series of tweets", "the reports"."""
        if self.own[verb].isupper() and verb > begin:
            return True
        left = _LEFT.search(self.own[max(0, verb - 30) : verb])
        word = left[1].lower() if left else ""
        if word.endswith("'s") and found not in self.words.participles:
            return True
        return word in self.words.determiners - self.words.they or word in self.words.prepositions

    def _is_progressive(self, verb: int) -> bool:
        """Whether an auxiliary stands before a participle: "she is saying", "Weller's claiming"."""
        left = _LEFT_OF_PARTICIPLE.search(self.own[max(0, verb - 30) : verb])
        return bool(left and (left[1].lower() in self.words.passive or left[1].endswith("'s")))
