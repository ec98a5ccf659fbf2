"""From quotations and attributions to quotes with speakers."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile

from pipeline.documents import Enrichment, Entity, Quote, Span
from pipeline.enrich.quotes.attribution import Reader
from pipeline.enrich.quotes.frames import INSIDE, LEAD, Frame, Frames
from pipeline.enrich.quotes.indirect import Told, told
from pipeline.enrich.quotes.mentions import People
from pipeline.enrich.quotes.outlets import citations
from pipeline.enrich.quotes.subjects import Attribution
from pipeline.enrich.quotes.words import words_of
from pipeline.enrich.text import Text

RECENT = 64
"""Speakers and citations looked through for one quotation, at most."""
FEWEST = 4
"""Words of a quotation that is one without an attribution; shorter ones are mostly terms, titles and mockery."""
_LINE = re.compile(r"([A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3}): ")
_WORD = re.compile(r"\w[\w'’-]*")


@dataclass
class Voice:
    """Who is heard: the words that name the speaker, and the entity if it is one.

    ``speaker`` is ``None`` for a pronoun that nobody is found for.
    """

    said: Attribution
    speaker: str | None
    entity: Entity | None
    anonymous: bool


class Speakers:
    """Reads the quotations of one text in order; each knows who spoke before."""

    def __init__(self, text: Text, found: Enrichment) -> None:
        self.text, self.frames = text, Frames(text)
        self.words, self.people = words_of(found.language), People(found.entities)
        self.reader = Reader(self.frames.own, self.words, self.people)
        self.cited = citations(text.normal)
        self.last: Entity | None = None
        self.heard: Voice | None = None
        self.spoken: list[tuple[int, Entity]] = []

    def quotes(self) -> tuple[Quote, ...]:
        """Every quotation that is one."""
        frames = self.frames.all()
        voices: list[Voice | None] = []
        for number, frame in enumerate(frames):
            voices.append(self._voice(frame, frames[number - 1] if number else None, voices[-1] if voices else None))
        self._from_behind(frames, voices)
        made = [self._quote(frame, voice) for frame, voice in zip(frames, voices, strict=True)]
        made += [self._indirect(one) for one in told(self.reader, self.frames.ends)]
        return tuple(sorted((quote for quote in made if quote), key=lambda quote: quote.start))

    def _line(self, frame: Frame) -> re.Match[str] | None:
        """The name that begins a line of a transcript, inside of the marks: "WALLACE: Let us begin."""
        return _LINE.match(self.text.body, frame.start, frame.end)

    def _voice(self, frame: Frame, before: Frame | None, last: Voice | None) -> Voice | None:
        same_sentence = before is not None and before.paragraph == frame.paragraph and frame.before <= before.opening
        if line := self._line(frame):
            return self._heard(Attribution(line.start(1), line.end(1)))
        own = self.reader.of(frame, last.said if last and same_sentence else None)
        if own and self._may_speak(own):
            return self._heard(own)
        if last is None or before is None:
            return self._introduced(frame)
        if same_sentence or self._goes_on(before, frame):
            return last
        if frame.paragraph == before.paragraph and not self._led_to(frame):
            return last if not self._named_between(before.closing, frame.opening) else self._introduced(frame) or last
        if frame.paragraph == before.paragraph + 1 and self._stands_alone(frame):
            return last if self._ends_paragraph(before) else self._introduced(frame) or last
        return self._introduced(frame)

    def _from_behind(self, frames: list[Frame], voices: list[Voice | None]) -> None:
        """A quotation without a voice has that of the next one, where both are one or share a paragraph."""
        for number in range(len(frames) - 2, -1, -1):
            frame, following = frames[number], frames[number + 1]
            beginning = frame.whole and following.paragraph == frame.paragraph
            if voices[number] is None and (beginning or self._goes_on(frame, following)):
                voices[number] = voices[number + 1]

    def _goes_on(self, frame: Frame, following: Frame) -> bool:
        """Whether two quotations are the paragraphs of one."""
        return frame.unclosed and following.paragraph == frame.paragraph + 1 and not self._led_to(following)

    # who is heard -------------------------------------------------------------------------------------------------

    def _heard(self, said: Attribution) -> Voice:
        shown = self.text.normal[said.start : said.end]
        named = self.people.at(said.start, said.end)
        pronoun = shown.lower()
        if pronoun in self.words.pronouns:
            entity = self.people.meant(pronoun, said.start, self.words, self.last)
        else:
            entity = named.entity if named and not self._is_part(said, named.start) else None
        if entity:
            self.last = entity
            self.spoken.append((said.start, entity))
        before = self.heard
        if entity is None and pronoun in self.words.he | self.words.she and before and before.entity is None:
            return Voice(said, before.speaker, None, before.anonymous)
        own_words = None if pronoun in self.words.pronouns else self.text.body[said.start : said.end]
        speaker = entity.name if entity else own_words
        self.heard = Voice(said, speaker, entity, entity is None and self._is_anonymous(shown))
        return self.heard

    def _is_part(self, said: Attribution, name: int) -> bool:
        """Whether the name only tells whose speaker it is: "a source close to Mr Zelensky", "the firm's lawyer"."""
        lead = self.frames.own[said.start : name].lower().split()
        return bool(self.words.prepositions & set(lead)) and len(lead) > 1

    def _is_anonymous(self, shown: str) -> bool:
        words = shown.lower().split()
        return bool(self.words.anonymous & set(words)) or bool(self.words.unnamed & set(words))

    def _may_speak(self, said: Attribution) -> bool:
        return said.end > said.start

    def _introduced(self, frame: Frame) -> Voice | None:
        """The subject of the author's words that lead to it: its own sentence's, or that of the sentence before."""
        if self._led_to(frame):
            subject = self.reader.subject(frame.before, frame.opening)
            return self._heard(subject) if subject else None
        if not frame.whole:
            return None
        begin = self._sentence_before(frame.before)
        subject = self.reader.told_in(begin, frame.before) or self.reader.subject(begin, frame.before)
        return self._heard(subject) if subject else None

    def _sentence_before(self, place: int) -> int:
        at = bisect_left(self.frames.ends, place) - 1
        while at >= 0 and place - self.frames.ends[at] <= 2:
            at -= 1
        return max(self.frames.ends[at] if at >= 0 else 0, place - LEAD)

    def _named_between(self, start: int, end: int) -> bool:
        between = self.people.first_between(start, end)
        return between is not None and between.entity is not self.last and between.entity.type == "person"

    def _stands_alone(self, frame: Frame) -> bool:
        return frame.whole and not self._led_to(frame)

    def _led_to(self, frame: Frame) -> bool:
        """Whether its sentence begins with the author's words."""
        return bool(self.frames.own[frame.before : frame.opening].strip(INSIDE + " "))

    def _ends_paragraph(self, frame: Frame) -> bool:
        rest = self.frames.own[frame.closing : frame.closing + LEAD].split("\n", 1)[0]
        return len(_WORD.findall(rest.replace(INSIDE, " "))) <= 12

    # the quote ----------------------------------------------------------------------------------------------------

    def _quote(self, frame: Frame, voice: Voice | None) -> Quote | None:
        line = self._line(frame)
        start = line.end() if line else frame.start
        shown = self.text.body[start : frame.end]
        words = _WORD.findall(shown)
        if (
            not words
            or (len(words) < FEWEST and not self._is_said(frame, voice))
            or self._is_title(shown, words, frame)
        ):
            return None
        lead = self.frames.own[frame.before : frame.opening].strip(INSIDE + " ")
        direct = frame.whole and (not lead or lead.endswith((",", ":")))
        mention = Span(start=voice.said.start, end=voice.said.end) if voice else None
        return Quote(
            text=shown, start=start, end=frame.end, speaker=voice.speaker if voice else None,
            speaker_mention=mention, verb=voice.said.verb if voice else None, kind="direct" if direct else "mixed",
            anonymous=voice.anonymous if voice else False, outlet=self._outlet(frame.before, frame.after, voice),
        )  # fmt: skip

    def _indirect(self, one: Told) -> Quote | None:
        shown = self.frames.own[one.said.start : one.said.end].lower()
        self.last = self._spoke_before(one.said.start) if shown in self.words.pronouns else self.last
        voice = self._heard(one.said)
        return Quote(
            text=self.text.body[one.start : one.end], start=one.start, end=one.end, kind="indirect",
            speaker=voice.speaker, speaker_mention=Span(start=one.said.start, end=one.said.end),
            verb=one.said.verb, anonymous=voice.anonymous,
            outlet=self._outlet(min(one.start, one.said.start), max(one.end, one.said.end), voice),
        )  # fmt: skip

    def _spoke_before(self, place: int) -> Entity | None:
        """Who spoke last before a place of the text."""
        recent = self.spoken[-RECENT:]
        return next((entity for at, entity in reversed(recent) if at < place), None)

    def _outlet(self, start: int, end: int, voice: Voice | None) -> str | None:
        """The medium cited beside the quotation, unless it is itself the speaker."""
        at = bisect_left(self.cited, start, key=lambda one: one.start)
        cited = takewhile(lambda one: one.start < end, self.cited[at : at + RECENT])
        speaker = (voice.speaker if voice else None) or ""
        return next((one.name for one in cited if one.name not in speaker), None)

    def _is_said(self, frame: Frame, voice: Voice | None) -> bool:
        """Whether a short quotation is one: it is ascribed next to its marks."""
        if voice is None or voice.said.verb is None or not self._is_closed(frame):
            return False
        return 0 <= voice.said.start - frame.closing <= 30 or 0 <= frame.opening - voice.said.end <= 30

    def _is_closed(self, frame: Frame) -> bool:
        """Whether it ends with a punctuation mark, inside of the marks or behind them."""
        return self.text.body[frame.end - 1] in ".,!?…" or self.frames.own[frame.closing : frame.closing + 1] in ".,!?"

    def _is_title(self, shown: str, words: list[str], frame: Frame) -> bool:
        """Whether it names a work: words in capitals without an end."""
        long = [word for word in words if len(word) > 3]
        return not frame.whole and len(long) > 1 and all(word[0].isupper() for word in long) and shown[-1] not in ".!?"
