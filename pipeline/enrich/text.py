"""An article's text as the enrichers read it: every view of it is made once, on first use."""

from bisect import bisect_right
from datetime import date, datetime
from functools import cached_property
from itertools import chain, pairwise

from pipeline.documents import Article, Span
from pipeline.enrich.marks import quoted_spans
from pipeline.enrich.sentences import Sentence, sentences
from pipeline.enrich.words import has_digit, words
from pipeline.language import detect_language

_STRAIGHT = {
    "’": "'", "‘": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‐": "-", "\u2011": "-", "–": "-", "—": "-", "―": "-",
}  # fmt: skip


class Text:
    """What is to be enriched. All offsets are those of ``article.body``."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.body = article.body
        self.headline = article.headline or ""

    @cached_property
    def language(self) -> str | None:
        """ISO 639-1 code, as the article says, else found from its body; ``None`` where it cannot be told."""
        if self.article.language:
            return self.article.language.replace("_", "-").partition("-")[0].lower()
        return detect_language(self.body)

    @cached_property
    def normal(self) -> str:
        """The body, character by character, with typographic quotation marks, dashes and spaces made plain."""
        normal = self.body
        for typographic, plain in () if normal.isascii() else _STRAIGHT.items():
            normal = normal.replace(typographic, plain)
        return normal

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order; a line break always ends one."""
        return sentences(self.body, self.language)

    @cached_property
    def low(self) -> str:
        """The body in lower case; its offsets are the body's where ``is_even``."""
        return self.body.lower()

    @cached_property
    def is_even(self) -> bool:
        """Whether every letter becomes one in lower case, the same wherever it stands; all but İ and Σ do."""
        return len(self.low) == len(self.body) and "Σ" not in self.body

    @cached_property
    def words_of_sentences(self) -> list[list[str]]:
        """The words of each sentence in lower case."""
        if self.is_even:
            return [words(self.low[start:end]) for start, end, _, _ in self.sentences]
        return [[word.lower() for word in words(sentence.text)] for sentence in self.sentences]

    @cached_property
    def words(self) -> list[str]:
        """The body's words in lower case."""
        if self._runs_on:
            return [word.lower() for word in words(self.body)]
        return list(chain.from_iterable(self.words_of_sentences))

    @cached_property
    def _runs_on(self) -> bool:
        """Whether a sentence may end inside of what is one word to the whole text: "ended.The"."""
        return any(one.end == other.start for one, other in pairwise(self.sentences))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Those of the words that have a digit."""
        parts = self.words_of_sentences if self._runs_on else ()
        return frozenset(word for word in set(self.words).union(*parts) if has_digit(word))

    @cached_property
    def letters(self) -> list[str]:
        """Those of them that have none, in order."""
        return self.without_numbers(self.words)

    def without_numbers(self, read: list[str]) -> list[str]:
        """Those of the body's words that have no digit."""
        numbers = self.numbers
        return [word for word in read if word not in numbers]

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """The stretches between blank lines, in order."""
        spans, start = [], 0
        for part in self.body.split("\n\n"):
            if part.strip():
                spans.append(Span(start=start, end=start + len(part)))
            start += len(part) + 2
        return tuple(spans)

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """What stands inside of quotation marks, the marks left out, in order and without overlap."""
        return quoted_spans(self.body, self.language)

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether this stretch lies inside of quotation marks."""
        at = bisect_right(self.quoted, start, key=lambda span: span.start) - 1
        return at >= 0 and end <= self.quoted[at].end

    @cached_property
    def published(self) -> date | datetime | None:
        """When the article was published: an aware ``datetime``, or a ``date`` where only the day is known."""
        raw = self.article.date_published
        if not raw:
            return None
        try:
            return datetime.fromisoformat(raw) if len(raw) > len("2021-04-03") else date.fromisoformat(raw)
        except ValueError:
            return None
