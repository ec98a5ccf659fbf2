"""Date expressions and what they mean against the day of publication; words and rules are in the TOML files.

Values are ISO 8601 as precise as the expression: 2021-04-03, 2021-W13, 2021-04, 2014, 201 (a decade), 20 (a century).
Quarters and seasons, which it has no form for, are written as in TIMEX3 (ISO 24617-1): 1998-Q3, 1998-SU. Durations are
P2W. What cannot be told is ``None``: "recently", "the day before" without a day, "today" in a quotation that may be of
another day, and everything counted from a day of publication that is not known.
"""

from pipeline.documents import DateMention, Enrichment
from pipeline.enrich.dates.expressions import Expression, expressions
from pipeline.enrich.dates.guards import Guards
from pipeline.enrich.dates.reading import READINGS, Reader
from pipeline.enrich.dates.words import language_of
from pipeline.enrich.text import Text


def dates(text: Text, found: Enrichment) -> tuple[DateMention, ...]:
    """Every expression of a language whose words are known, in order."""
    language = language_of(found.language)
    if language is None:
        return ()
    guards, reader = Guards(language, text.normal, found.entities), Reader(language, text.normal, text.published)
    mentions = []
    for expression in expressions(language, text.normal, guards.allow):
        quoted = text.is_quoted(expression.start, expression.end)
        mentions.append(_mention(text, expression, reader.value(expression, quoted=quoted), quoted=quoted))
    return tuple(mentions)


def _mention(text: Text, expression: Expression, value: str | None, *, quoted: bool) -> DateMention:
    start, end = expression.start, expression.end
    kind = READINGS[expression.means].kind
    return DateMention(start=start, end=end, text=text.body[start:end], value=value, in_quote=quoted, kind=kind)
