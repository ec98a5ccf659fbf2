"""Tone: the author's judgement, not the events, and not what others say."""

import pytest

from pipeline.documents import Article, Enrichment, Quote, Tone
from pipeline.enrich.text import Text
from pipeline.enrich.tone import _rater, tone
from pipeline.enrich.vocabulary import word_lists

REPORT = (
    "Three people were killed and nine injured when a bus crashed near Orrin on Monday, police said. The driver was "
    "arrested. A court will decide whether he is charged with manslaughter. The bus had failed a test in May."
)
SCATHING = (
    "This is a dreadful film. The plot is stupid, the jokes are awful and the acting is an embarrassment. It bored me "
    "for two miserable hours. The worst of it is the ugly, pompous ending."
)
GLOWING = (
    "This is a wonderful film. The plot is brilliant, the jokes are delightful and the acting is a joy. It charmed me "
    "for two lovely hours. The best of it is the beautiful, generous ending."
)
COMPANY = (
    "United Orrin Shares said its interest in the energy fund had increased. The party of the Supreme Court judge "
    "agreed to pay the debt. Friday's agreement on free trade was signed by the treasury."
)


def judged(body: str, quotes: tuple[Quote, ...] = (), language: str | None = "en") -> Tone | None:
    article = Article(id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language)
    return tone(Text(article), Enrichment(language=language, quotes=quotes))


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (REPORT, "neutral"), (SCATHING, "negative"), (GLOWING, "positive"), (COMPANY, "neutral"),
        (f"{REPORT} {REPORT}", "neutral"), ("The film is not good. It is not funny. It is not clever.", "negative"),
    ],
)  # fmt: skip
def test_labels(body: str, label: str) -> None:
    found = judged(body)
    assert found is not None
    assert found.label == label
    assert -1 <= found.score <= 1


def test_what_others_say_does_not_count() -> None:
    quoted = "The play opened in Orrin. “It is a dreadful, stupid, awful disgrace,” said Ida Vale."
    indirect = "The play opened in Orrin. Ida Vale said it was a dreadful, stupid, awful disgrace."
    start = indirect.index("it was")
    quote = Quote(text=indirect[start:-1], start=start, end=len(indirect) - 1, kind="indirect")
    assert judged(quoted) == Tone(score=0, label="neutral")
    assert judged(indirect, (quote,)) == Tone(score=0, label="neutral")
    assert judged(indirect) != Tone(score=0, label="neutral")


def test_a_short_text_is_less_clear_than_a_long_one() -> None:
    one, many = judged("This is a wonderful film."), judged("This is a wonderful film. " * 30)
    assert one is not None and many is not None
    assert 0 < one.score < many.score / 2


@pytest.mark.parametrize("body", ["", "…", "“All of this is quoted, all of it.”"])
def test_without_words_of_the_author_there_is_no_tone(body: str) -> None:
    assert judged(body) is None


@pytest.mark.parametrize("language", ["de", "fi", None])
def test_other_languages_have_none(language: str | None) -> None:
    assert judged(GLOWING, language=language) is None


@pytest.mark.parametrize("name", ["terms", "events"])
def test_every_entry_stands_for_words_of_the_list(name: str) -> None:
    _rater()
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    known = SentimentIntensityAnalyzer().lexicon
    for entry in word_lists("tone")[name]:
        assert any(word.startswith(entry[:-1]) for word in known) if entry.endswith("*") else entry in known, entry


@pytest.mark.parametrize("unit", ["good ", '"', '"a" ', "bad. ", "😀", "no ", "GOOD!"])
def test_hostile_texts_end(unit: str) -> None:
    judged(unit * (200_000 // len(unit)))
