"""Quotations and their speakers; every text is made for its rule, entities are given as another enricher finds them."""

import re

import pytest

from pipeline.documents import Article, Enrichment, Entity, Mention, Quote
from pipeline.enrich.quotes import quotes
from pipeline.enrich.quotes.outlets import outlets
from pipeline.enrich.text import Text

PEOPLE = {
    "Ann Weller": ("person", ["Ann Weller", "Ms Weller", "Weller"]),
    "Bob Harrow": ("person", ["Bob Harrow", "Mr Harrow", "Harrow"]),
    "Harbour Board": ("organization", ["Harbour Board"]),
    "Axios": ("organization", ["Axios"]),
}


def entities(body: str) -> tuple[Entity, ...]:
    found = []
    for name, (kind, forms) in PEOPLE.items():
        pattern = "|".join(forms)
        mentions = tuple(Mention(start=m.start(), end=m.end(), text=m[0]) for m in re.finditer(pattern, body))
        if mentions:
            found.append(Entity(name=name, type=kind, mentions=mentions, salience=0.5))
    return tuple(found)


def read(body: str, language: str = "en") -> list[Quote]:
    article = Article(id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language)
    found = list(quotes(Text(article), Enrichment(language=language, entities=entities(body))))
    assert all(quote.text == body[quote.start : quote.end] for quote in found)
    return found


def speakers(body: str, language: str = "en") -> list[tuple[str | None, str | None]]:
    return [(quote.speaker, quote.verb) for quote in read(body, language) if quote.kind != "indirect"]


@pytest.mark.parametrize(
    ("body", "speaker", "verb"),
    [
        ("“We will close the harbour,” Ann Weller said.", "Ann Weller", "said"),
        ("“We will close the harbour,” said Ann Weller.", "Ann Weller", "said"),
        ("“We will close the harbour,” said board spokeswoman Ann Weller, according to Reuters.", "Ann Weller", "said"),
        ("Ann Weller said: “We will close the harbour.”", "Ann Weller", "said"),
        ("Ann Weller, the mayor, said: “We will close the harbour.”", "Ann Weller", "said"),
        ("Ann Weller (no party) later also told reporters that “we will close the harbour”.", "Ann Weller", "told"),
        ("Ann Weller met Bob Harrow, who said: “We will close the harbour.”", "Bob Harrow", "said"),
        ("Ann Weller spoke of the plan, saying “we will close the harbour”.", "Ann Weller", "saying"),
        ("Ann Weller outlined her plan and vowed to “close the harbour in May”.", "Ann Weller", "vowed"),
        ("A film shows Ann Weller saying, “We will close the harbour.”", "Ann Weller", "saying"),
        ("“We will close the harbour” in the spring, Ms Weller said.", "Ann Weller", "said"),
        ("According to Ann Weller, “the harbour will be closed”.", "Ann Weller", "according to"),
        ("“We will close the harbour,” the mayor said.", "the mayor", "said"),
        ("“We will close the harbour,” a man from the Harbour Board said.", "a man from the Harbour Board", "said"),
        ("The Harbour Board said: “We will close the harbour.”", "Harbour Board", "said"),
        ("“We will close the harbour,” officials said.", "officials", "said"),
        ("“We will close the harbour.” — Ann Weller, baker", "Ann Weller", None),
        ("“ANN WELLER: We will close the harbour.”", "ANN WELLER", None),
        ("Mr Harrow of the Harbour Board said: “We will close the harbour.”", "Bob Harrow", "said"),
        ("After a series of tweets Ann Weller said: “We will close the harbour.”", "Ann Weller", "said"),
        ("Ann Weller thinks so because “few people know about it,” Bob Harrow said.", "Bob Harrow", "said"),
        ("Ann Weller claims it says that the harbour is “far too dear to keep”.", "Ann Weller", "claims"),
        ("Ann Weller's claiming that it is “far too dear to keep”.", "Ann Weller", "claiming"),
        ("Ann Weller wept. She'd said it was “far too dear to keep”.", "Ann Weller", "said"),
        ("Ann Weller was told: “We will close the harbour.”", "Ann Weller", None),
    ],
)  # fmt: skip
def test_who_says_it(body: str, speaker: str, verb: str | None) -> None:
    assert speakers(body) == [(speaker, verb)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("“We will close it,” Ann Weller said. “It costs us a lot.”", ["Ann Weller", "Ann Weller"]),
        ("“We will close it,” Ann Weller said.\n\n“It costs us a lot.”", ["Ann Weller", "Ann Weller"]),
        ("“We will close it.\n\n“It costs us a lot,” Ann Weller said.", ["Ann Weller", "Ann Weller"]),
        (
            "“We will close it,” Ann Weller said. “It costs too much.\n\n“And it always did.”",
            ["Ann Weller", "Ann Weller", "Ann Weller"],
        ),
        ("Ann Weller said “we will close it” and “we will not open it”.", ["Ann Weller", "Ann Weller"]),
        ("“We will close it,” Ann Weller said. “It costs a lot,” said Bob Harrow.", ["Ann Weller", "Bob Harrow"]),
        ("“We will close it,” Bob Harrow said. “We will see,” she added.", ["Bob Harrow", None]),
        ("Ann Weller and Bob Harrow met.\n\n“We will close it,” she said.", ["Ann Weller"]),
        ("Ann Weller and Bob Harrow met.\n\n“We will close it,” he said.", ["Bob Harrow"]),
        ("Ann Weller was tired of it all.\n\n“We will close the harbour.”", ["Ann Weller"]),
        ("The mayor said: “We will close it.” Later he said: “It is closed now.”", ["The mayor", "The mayor"]),
    ],
)
def test_quotations_that_go_on_and_pronouns(body: str, expected: list[str | None]) -> None:
    assert [speaker for speaker, _ in speakers(body)] == expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("“We will close the harbour,” Ann Weller said.", "direct"),
        ("Ann Weller said: “We will close the harbour.”", "direct"),
        ("Ann Weller said the board “will close the harbour soon”.", "mixed"),
        ("Ann Weller said that the board will close the harbour.", "indirect"),
        ("The board will close the harbour, Ann Weller said.", "indirect"),
    ],
)
def test_kinds(body: str, kind: str) -> None:
    assert [(quote.kind, quote.speaker) for quote in read(body)] == [(kind, "Ann Weller")]


@pytest.mark.parametrize(
    "body",
    [
        "The “harbour” was closed.",
        "She read “The Long Way Back Home” twice.",
        "Ann Weller walked home.",
        "Ann Weller said so.",
        "",
    ],
)
def test_what_is_no_quotation(body: str) -> None:
    assert read(body) == []


def test_anonymous_sources_stay_anonymous_and_the_outlet_is_named() -> None:
    (quote,) = read("“They are very pleased with it,” a source close to Mr Harrow told Axios.")
    assert (quote.speaker, quote.anonymous, quote.outlet) == ("a source close to Mr Harrow", True, "Axios")
    (quote,) = read("“They are very pleased with it,” Mr Harrow told Axios.")
    assert (quote.speaker, quote.anonymous, quote.outlet) == ("Bob Harrow", False, "Axios")


def test_a_short_answer_is_a_quotation_where_it_is_ascribed() -> None:
    assert speakers("“No,” Ann Weller said.") == [("Ann Weller", "said")]


def test_where_the_speaker_is_named() -> None:
    body = "“We will close the harbour,” said Ms Weller. “It is over,” she added."
    mentions = [quote.speaker_mention for quote in read(body)]
    assert [body[span.start : span.end] for span in mentions if span] == ["Ms Weller", "she"]


LANGUAGES = {
    "de": "„Wir schließen den Hafen“, sagte Ann Weller. Der Bürgermeister erklärte: „Es geht so weiter.“",
    "fr": "« Nous fermons le port », a déclaré Ann Weller. Le maire affirme : « Cela va continuer ainsi. »",
    "es": "«Vamos a cerrar el puerto», dijo Ann Weller. El alcalde afirmó: «Todo sigue como antes».",
    "it": "«Noi chiudiamo il porto», ha detto Ann Weller. Il sindaco ha dichiarato: «Tutto continua come prima».",
    "pt": "“Vamos fechar o porto”, disse Ann Weller. O prefeito afirmou: “Tudo continua como antes”.",
    "nl": "‘Wij sluiten de haven’, zei Ann Weller. De burgemeester verklaarde: “Alles gaat gewoon door.”",
}  # fmt: skip
MAYORS = {
    "de": "Der Bürgermeister", "fr": "Le maire", "es": "El alcalde", "it": "Il sindaco", "pt": "O prefeito",
    "nl": "De burgemeester",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages(language: str) -> None:
    found = [speaker for speaker, _ in speakers(LANGUAGES[language], language)]
    assert found[:2] == ["Ann Weller", MAYORS[language]]


def test_a_language_without_words_has_quotations_without_speakers() -> None:
    assert speakers("“Satama suljetaan nyt kokonaan,” sanoi Ann Weller.", "fi") == [(None, None)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("She told Axios and, later, the Guardian newspaper.", ("Axios",)),
        ("According to the Guardian, it rained.", ("Guardian",)),
        ("The New York Times reported on Friday that it rained.", ("New York Times",)),
        ("It rained, the Springfield Gazette said. It rained, Reuters reported.", ("Springfield Gazette", "Reuters")),
        ("OSLO (AP) - It rained.", ("AP",)),
        ("In an interview with the BBC she wept. She told the BBC so.", ("BBC",)),
        ("The BBC will cut 500 jobs.", ()),
        ("Shares in the New York Times fell.", ()),
        ("It rained.", ()),
    ],
)
def test_outlets_are_media_that_are_cited(body: str, expected: tuple[str, ...]) -> None:
    article = Article(id="1", url=None, requested_url=None, canonical_url=None, body=body, language="en")
    assert outlets(Text(article), Enrichment(language="en")) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "“a b c d,” he said. " * 5_000,
        "said " * 60_000,
        "“" * 100_000,
        "“a b c d,” " * 10_000,
        "“a b c d.\n\n" * 20_000,
        "he said, " * 30_000,
        "a " * 100_000 + "said “one two three four”",
        ", " * 60_000 + "said: “one two three four”",
        "The " * 60_000,
        "said Ann Weller of the " * 10_000,
        "“One two three four.” " * 10_000,
        "\ud800“one two three four,” he said\x00",
    ],
)
def test_hostile_texts_come_to_an_end(hostile: str) -> None:
    read(hostile)
