"""An article's text as the enrichers read it: every view of it is made once, on first use."""

from bisect import bisect_right
from datetime import date, datetime
from functools import cached_property

from pipeline.documents import Article, Span
from pipeline.enrich.marks import quoted_spans
from pipeline.enrich.sentences import Sentence, sentences
from pipeline.enrich.words import without_digits, words
from pipeline.language import detect_language

_STRAIGHT = str.maketrans(
    {"’": "'", "‘": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
     "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‐": "-", "\u2011": "-", "–": "-", "—": "-", "―": "-"}
)  # fmt: skip


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
        return self.body.translate(_STRAIGHT)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order; a line break always ends one."""
        return sentences(self.body, self.language)

    @cached_property
    def words(self) -> list[str]:
        """The body's words as written."""
        return words(self.body)

    @cached_property
    def letters(self) -> list[str]:
        """Those of them that have no digit, in lower case."""
        return without_digits(self.words)

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
