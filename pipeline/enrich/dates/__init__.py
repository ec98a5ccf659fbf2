"""Date expressions and what they mean against the day of publication; words and rules are in the TOML files.

Values are ISO 8601 as precise as the expression: 2021-04-03, 2021-W13, 2021-04, 2014, 201 (a decade), 20 (a century).
Quarters, seasons and weekends, which it has no form for, are written as in TIMEX3 (ISO 24617-1): 1998-Q3, 1998-SU,
1998-W12-WE. Durations are P2W. What cannot be told is ``None``: "recently", "the day before" without a day, "today" in
a quotation that may be of another day, and everything counted from a day of publication that is not known.
"""

from pipeline.documents import DateMention, Enrichment
from pipeline.enrich.dates.expressions import expressions
from pipeline.enrich.dates.guards import Guards
from pipeline.enrich.dates.reader import Reader
from pipeline.enrich.dates.reading import READINGS
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
        reading = READINGS[expression.means]
        value = reader.value(expression, reading, quoted=quoted)
        start, end = expression.start, expression.end
        mentions.append(
            DateMention(
                start=start, end=end, text=text.body[start:end], value=value, in_quote=quoted, kind=reading.kind
            )
        )
    return tuple(mentions)
