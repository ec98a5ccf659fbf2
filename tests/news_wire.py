"""Makes a press of its own: events told by many houses, wire copy edited by them, and what only looks like a copy.

Words are made of syllables and drawn as in a language - few are common, most are rare - among real words of grammar.
Every report knows its event and the wire text that it was made from, so that what is found is held against the truth.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

WINDS = ("north", "south", "east", "west")
ONSETS, RIMES = "bcdfglmnprstv", ("a", "e", "i", "o", "u", "an", "el", "or", "in")
SYLLABLES = [onset + rime for onset in (*ONSETS, "st", "tr", "pl") for rime in RIMES]
GRAMMAR = tuple(
    "the of to and a in that it is was for on as with by at from he she they his her their this which has had have "  # noqa: SIM905
    "been will would not but be are were an or after before about into over more than its who said".split()
)
FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Report:
    """One article; ``event`` and ``wire`` (the number of the text it was made from) are the truth."""

    at: datetime
    headline: str
    sentences: tuple[str, ...]
    names: tuple[str, ...]
    event: int
    wire: int
    footer: str = ""

    @property
    def body(self) -> str:
        paragraphs = [" ".join(self.sentences[at : at + 3]) for at in range(0, len(self.sentences), 3)]
        return "\n\n".join([*paragraphs, self.footer] if self.footer else paragraphs)


@dataclass(frozen=True)
class Event:
    """What all reports on one event have in common."""

    number: int
    at: datetime
    names: Sequence[str]
    words: Sequence[str]
    topic: Sequence[str]
    quote: str


class Press:
    """Some weeks of news; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.vocabulary = [self._word() for _ in range(20_000)]
        self.weights = list(accumulate(1 / (rank + 50) for rank in range(len(self.vocabulary))))
        self.topics = [self.dice.sample(self.vocabulary, 300) for _ in range(40)]
        self.people = [f"{self._word().title()} {self._word().title()}" for _ in range(1_500)]
        self.towns = [self._word().title() for _ in range(300)]
        self.footers = [" ".join(self._sentence([], []) for _ in range(3)) for _ in range(30)]
        self.wires = self.events = 0

    def reports(self, number: int) -> list[Report]:
        """``number`` reports in the order of their time; about a third are copies, a tenth reports of one form."""
        made: list[Report] = []
        while len(made) < number:
            at = FIRST_DAY + timedelta(hours=24 * len(made) / 400 + 12 * self.dice.random())
            made += self._forms(at) if self.dice.random() < 0.05 else self._event_and_its_reports(at)
        return sorted(made[:number], key=lambda report: report.at)

    # events ---------------------------------------------------------------------------------------------------

    def _event_and_its_reports(self, at: datetime) -> list[Report]:
        event, made = self._event(at), []
        for _ in range(self.dice.choice((1, 1, 1, 2, 3, 5))):
            report = self._report(event)
            made.append(report)
            made += [self._edited(report) for _ in range(self.dice.choice((0, 0, 0, 1, 1, 3)))]
        return made

    def _event(self, at: datetime) -> Event:
        """Its names are some of those often in the news and some that are not; so are its words."""
        self.events += 1
        famous = self.dice.choices(self.people[:60], k=1) + self.dice.choices(self.towns[:30], k=1)
        names = [*famous, *self.dice.choices(self.people, k=4), *self.dice.choices(self.towns, k=2)]
        words, topic = self.dice.sample(self.vocabulary, 25), self.dice.choice(self.topics)
        return Event(self.events, at, names, words, topic, self._sentence(words, topic))

    def _report(self, event: Event) -> Report:
        """An own text on the event, of 150 to 900 words; some repeat the quotation that all have."""
        names = self.dice.sample(event.names, self.dice.randint(4, len(event.names)))
        words = self.dice.sample(list(event.words), 18)
        sentences = [self._sentence(words, event.topic, names) for _ in range(self.dice.randint(8, 48))]
        if self.dice.random() < 0.4:
            sentences.insert(self.dice.randrange(len(sentences)), f"“{event.quote}”")
        self.wires += 1
        at = event.at + timedelta(hours=30 * self.dice.random())
        footer = self.dice.choice(self.footers) if self.dice.random() < 0.3 else ""
        headline = " ".join([names[0].split()[-1], *self.dice.sample(words, 4)])
        return Report(at, headline, tuple(sentences), tuple(names), event.number, self.wires, footer)

    def _edited(self, report: Report) -> Report:
        """The same text in another house: 10 to 30 % of it edited, or cut; with its own headline and footer."""
        share = self.dice.uniform(0.1, 0.3)
        edit: Callable[[list[str], float], list[str]] = self.dice.choice(
            (self._replaced, self._dropped, self._added, self._moved, self._cut, self._all_of_it)
        )
        sentences = edit(list(report.sentences), share)
        at = report.at + timedelta(hours=self.dice.uniform(0.1, 20))
        headline = " ".join([*self.dice.sample(report.headline.split(), 3), self.dice.choice(self.vocabulary)])
        footer = self.dice.choice(self.footers) if self.dice.random() < 0.5 else ""
        return replace(report, at=at, headline=headline, sentences=tuple(sentences), footer=footer)

    # edits ----------------------------------------------------------------------------------------------------

    def _replaced(self, sentences: list[str], share: float) -> list[str]:
        return [" ".join(self._or_other(word, share) for word in sentence.split()) for sentence in sentences]

    def _or_other(self, word: str, share: float) -> str:
        if self.dice.random() >= share:
            return word
        return self.dice.choice(GRAMMAR) if word in GRAMMAR else self._common()

    def _dropped(self, sentences: list[str], share: float) -> list[str]:
        return [sentence for sentence in sentences if self.dice.random() >= share] or sentences

    def _added(self, sentences: list[str], share: float) -> list[str]:
        for _ in range(round(share * len(sentences))):
            sentences.insert(self.dice.randrange(len(sentences)), self._sentence([], []))
        return sentences

    def _moved(self, sentences: list[str], share: float) -> list[str]:
        for _ in range(round(share * len(sentences))):
            sentences.insert(self.dice.randrange(len(sentences)), sentences.pop(self.dice.randrange(len(sentences))))
        return sentences

    def _cut(self, sentences: list[str], share: float) -> list[str]:
        return sentences[: max(3, round((0.9 - share) * len(sentences)))]

    def _all_of_it(self, sentences: list[str], share: float) -> list[str]:
        few = share / 3
        return self._replaced(self._added(self._dropped(sentences, few), few), few)

    # reports of one form --------------------------------------------------------------------------------------

    def _forms(self, at: datetime) -> list[Report]:
        """Weather, stocks and matches: one text but for figures and names, each an event of its own."""
        form = self.dice.choice((self._weather, self._stocks, self._match))
        return [self._form(form, at + timedelta(hours=hour)) for hour in range(4)]

    def _form(self, form: Callable[[], tuple[str, list[str]]], at: datetime) -> Report:
        name, sentences = form()
        self.wires, self.events = self.wires + 1, self.events + 1
        return Report(at, f"{name} today", tuple(sentences), (name,), self.events, self.wires)

    def _weather(self) -> tuple[str, list[str]]:
        town, number = self.dice.choice(self.towns), self._number
        return town, [
            f"It will be cloudy in {town} on {self._day()} with a chance of rain of {number(90)} per cent.",
            f"The temperature reaches {number(30)} degrees in the afternoon and falls to {number(15)} at night.",
            f"Wind comes from the {self.dice.choice(WINDS)} at {number(40)} km an hour.",
            f"The warning for the coast near {self.dice.choice(self.towns)} ends at {number(23)} o'clock.",
            f"In the hills near {self.dice.choice(self.towns)} up to {number(30)} millimetres are expected.",
            f"The outlook for the days after {self._day()}: dry at first, with {number(30)} degrees at the most.",
        ]

    def _stocks(self) -> tuple[str, list[str]]:
        firm, number = self.dice.choice(self.people).split()[-1], self._number
        return firm, [
            f"Shares of {firm} closed at {number(900)}.{number(99)} on {self._day()}, changed by {number(9)} per cent.",
            f"Turnover was {number(990)} million, after {number(990)} million in the session before.",
            f"The firm, led by {self.dice.choice(self.people)}, is valued at {number(99)} billion.",
            f"In the last 52 weeks the shares moved between {number(400)} and {number(900)}.",
            f"Of the analysts who follow {firm}, {number(20)} advise to buy and {number(20)} to hold.",
            f"The next results are due on {number(28)} {self._month()}, when {number(9)} per cent growth is expected.",
        ]

    def _match(self) -> tuple[str, list[str]]:
        home, guest = self.dice.sample(self.towns, 2)
        who, number = (lambda: self.dice.choice(self.people)), self._number
        return home, [
            f"{home} played {number(4)}-{number(4)} at home against {guest} on {self._day()}.",
            f"{who()} scored in the {number(44)}th minute after a corner by {who()}.",
            f"{who()} levelled from the spot before the break, and {number(40)},{number(899) + 100} watched.",
            f"The guests ended with ten men when {who()} was sent off after {number(89)} minutes.",
            f"{home} have {number(60)} points now and are in place {number(18)} of the table.",
            f"Next they travel to {self.dice.choice(self.towns)}, {guest} receive {self.dice.choice(self.towns)}.",
        ]

    # words ----------------------------------------------------------------------------------------------------

    def _sentence(self, words: Sequence[str], topic: Sequence[str], names: Sequence[str] = ()) -> str:
        sentence = [self._one_of(words, topic, names) for _ in range(self.dice.randint(9, 26))]
        return f"{sentence[0][0].upper()}{' '.join(sentence)[1:]}."

    def _one_of(self, words: Sequence[str], topic: Sequence[str], names: Sequence[str]) -> str:
        chance = self.dice.random()
        if chance < 0.45:
            return self.dice.choice(GRAMMAR)
        if names and chance < 0.50:
            return self.dice.choice(self.dice.choice(names).split())
        if words and chance < 0.62:
            return self.dice.choice(words)
        if topic and chance < 0.80:
            return self.dice.choice(topic)
        return str(self._number(2000)) if chance > 0.98 else self._common()

    def _common(self) -> str:
        return self.dice.choices(self.vocabulary, cum_weights=self.weights)[0]

    def _word(self) -> str:
        return "".join(self.dice.choices(SYLLABLES, k=self.dice.choice((1, 2, 2, 3, 3, 4))))

    def _number(self, most: int) -> int:
        return self.dice.randint(1, most)

    def _day(self) -> str:
        return self.dice.choice(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])

    def _month(self) -> str:
        return self.dice.choice(["January", "April", "July", "October"])
