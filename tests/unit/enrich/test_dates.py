"""Date expressions and their values, against a day of publication; every sentence is made for its rule."""

import pytest

from pipeline.documents import Article, DateMention, Enrichment, Entity, Mention
from pipeline.enrich.dates import dates
from pipeline.enrich.text import Text

SATURDAY = "2021-04-03T03:40:00+01:00"


def read(
    body: str, *, language: str = "en", published: str | None = SATURDAY, entities: tuple[Entity, ...] = ()
) -> list[DateMention]:
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language, date_published=published
    )
    found = dates(Text(article), Enrichment(language=language, entities=entities))
    assert all(one.text == body[one.start : one.end] for one in found)
    return list(found)


def values(body: str, **known: object) -> list[tuple[str, str | None]]:
    return [(one.text, one.value) for one in read(body, **known)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It opened on 3 April 2019.", "2019-04-03"),
        ("It opened on the 3rd of April, 2019.", "2019-04-03"),
        ("It opened on April 3rd, 2019.", "2019-04-03"),
        ("It opened on Wednesday, 3 April 2019.", "2019-04-03"),
        ("The file of 2019-04-03 was lost.", "2019-04-03"),
        ("The file of 25/12/2019 was lost.", "2019-12-25"),
        ("The file of 12/25/2019 was lost.", "2019-12-25"),
        ("The file of 11/12/2019 was lost.", None),
        ("It opened in April 2019.", "2019-04"),
        ("It opened in mid-April 2019.", "2019-04"),
        ("It opened in the spring of 2019.", "2019-SP"),
        ("It opened in the third quarter of 2019.", "2019-Q3"),
        ("It opened in Q3 2019.", "2019-Q3"),
        ("It opened in 2019.", "2019"),
        ("It opened in the 1990s.", "199"),
        ("It opened in the late '80s.", "198"),
        ("It opened in the 19th century.", "18"),
        ("It opened at Christmas 2019.", "2019-12-25"),
        ("It opened on Easter Monday 2021.", "2021-04-05"),
        ("It opened on Thanksgiving 2020.", "2020-11-26"),
        ("It opened on Memorial Day 2020.", "2020-05-25"),
        ("It opened in nineteen ninety-six.", "1996"),
        ("The file of 2019/04/03 was lost.", "2019-04-03"),
        ("It opened in early 2019.", "2019"),
        ("It opened in FY2019.", "2019"),
        ("It opened in the early twentieth century.", "19"),
        ("It opened in the seventies.", "197"),
        ("It opened after 9/11.", "2001-09-11"),
        ("It opened on Ash Wednesday 2021.", "2021-02-17"),
        ("It opened on Black Friday 2019.", "2019-11-29"),
    ],
)
@pytest.mark.parametrize("published", [SATURDAY, None])
def test_absolute_dates_need_no_day_of_publication(body: str, expected: str | None, published: str | None) -> None:
    assert [value for _, value in values(body, published=published)] == [expected]


@pytest.mark.parametrize(
    ("body", "text", "expected"),
    [
        ("They spoke on Friday.", "on Friday", "2021-04-02"),
        ("They spoke on Saturday.", "on Saturday", "2021-04-03"),
        ("They will speak on Friday.", "on Friday", "2021-04-09"),
        ("On Friday, they will speak.", "On Friday", "2021-04-09"),
        ("He said on Friday that they will speak.", "on Friday", "2021-04-02"),
        ("They spoke last Friday night.", "last Friday night", "2021-04-02"),
        ("They speak next Friday.", "next Friday", "2021-04-09"),
        ("They spoke earlier today.", "earlier today", "2021-04-03"),
        ("They spoke yesterday morning.", "yesterday morning", "2021-04-02"),
        ("They speak the day after tomorrow.", "the day after tomorrow", "2021-04-05"),
        ("They spoke last night.", "last night", "2021-04-02"),
        ("They spoke earlier this week.", "earlier this week", "2021-W13"),
        ("They spoke last week.", "last week", "2021-W12"),
        ("They spoke last month.", "last month", "2021-03"),
        ("They speak next year.", "next year", "2022"),
        ("They spoke at the end of last year.", "the end of last year", "2020"),
        ("They spoke three days ago.", "three days ago", "2021-03-31"),
        ("They spoke about two years ago.", "about two years ago", "2019"),
        ("They spoke several years ago.", "several years ago", None),
        ("They speak in February.", "February", "2021-02"),
        ("They will speak in February.", "February", "2022-02"),
        ("They spoke in December.", "December", "2020-12"),
        ("They spoke last May.", "last May", "2020-05"),
        ("They spoke on 20 December.", "20 December", "2020-12-20"),
        ("They will speak on 20 December.", "20 December", "2021-12-20"),
        ("They spoke last summer.", "last summer", "2020-SU"),
        ("Sales fell in the first quarter.", "the first quarter", "2021-Q1"),
        ("Sales fell in the fourth quarter.", "the fourth quarter", "2020-Q4"),
        ("They speak at Christmas.", "Christmas", "2020-12-25"),
        ("They will speak at Christmas.", "Christmas", "2021-12-25"),
        ("They spoke over the weekend.", "over the weekend", "2021-W13-WE"),
        ("They spoke last weekend.", "last weekend", "2021-W12-WE"),
        ("They spoke this past Sunday.", "this past Sunday", "2021-03-28"),
        ("The fair opens on Sunday.", "on Sunday", "2021-04-04"),
        ("They spoke thirty-five years ago.", "thirty-five years ago", "1986"),
        ("They spoke half a century ago.", "half a century ago", None),
        ("Better-than-expected sales rose on Friday.", "on Friday", "2021-04-02"),
        ("They spoke on March 16th of last year.", "March 16th of last year", "2020-03-16"),
        ("They spoke on 16 March last year.", "16 March last year", "2020-03-16"),
        ("They spoke in October last year.", "October last year", "2020-10"),
        ("They speak by March of next year.", "March of next year", "2022-03"),
        ("She is to take over on May 1.", "May 1", "2021-05-01"),
        ("They spoke at the end of the month.", "the end of the month", "2021-04"),
        ("They are now at home.", "now", None),
    ],
)
def test_relative_dates_count_from_the_day_of_publication(body: str, text: str, expected: str | None) -> None:
    assert values(body) == [(text, expected)]
    if body != "They speak at Christmas.":
        assert [value for _, value in values(body, published=None)] == [None]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It sank on 3 April 2019. The next day they found it.", ["2019-04-03", "2019-04-04"]),
        ("It sank on 3 April 2019. Two days earlier it was seen.", ["2019-04-03", "2019-04-01"]),
        ("It sank in 1912. Two years later war came.", ["1912", "1914"]),
        ("It sank in March 2020. Two months later they sold it.", ["2020-03", "2020-05"]),
        ("It rose 3% in the third quarter, from 2% a year earlier.", ["2020-Q3", "2019-Q3"]),
        ("It rose in the third quarter. In the quarter, sales fell.", ["2020-Q3", "2020-Q3"]),
        ("It rose 3%, from 2% a year earlier.", ["2020"]),
        ("Two days earlier it was seen.", [None]),
        ("It sank on 3 April 2019. Three days after, it was found.", ["2019-04-03", "2019-04-06"]),
        ("It sank on 3 April 2019. It was three days before the feast.", ["2019-04-03", "P3D"]),
        ("From Friday to Sunday it rained.", ["2021-04-02", "2021-03-28"]),
    ],
)
def test_dates_that_count_from_another_date(body: str, expected: list[str | None]) -> None:
    assert [value for _, value in values(body)] == expected


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        ("It rained for two weeks.", "duration", "P2W"),
        ("A three-year plan was made.", "duration", "P3Y"),
        ("It took 90 minutes.", "duration", "PT90M"),
        ("It rained for the past three months.", "duration", "P3M"),
        ("It rained for the past month.", "duration", "P1M"),
        ("It rains every four years.", "set", None),
        ("It took two decades.", "duration", "P20Y"),
        ("It rains every Monday.", "set", None),
        ("It rains on Mondays.", "set", None),
        ("It rained on Monday.", "date", "2021-03-29"),
    ],
)
def test_durations_and_recurring_times_are_marked(body: str, kind: str, value: str | None) -> None:
    assert [(one.kind, one.value) for one in read(body)] == [(kind, value)]


@pytest.mark.parametrize(
    "body",
    [
        "You may go.",
        "At the end of the day it is a game.",
        "They march on.",
        "May Whitcombe left.",
        "About 2000 people came.",
        "It cost $1999.",
        "It weighs 1,950 tons.",
        "The number 2010 was drawn.",
        "He is the second in line.",
        "He sat in the sun.",
        "She paid $5 a year.",
        "Three-quarters of them left.",
        "Flight 1998 was late.",
        "It scored 3-2 and 4.5.",
        "Call 555-2014.",
        "",
    ],
)
def test_what_is_no_date(body: str) -> None:
    assert values(body) == []


def test_a_name_is_no_date() -> None:
    body = "The Sunday Gazette said so. Theresa May agreed."
    names = [("The Sunday Gazette", "organization"), ("Theresa May", "person")]
    entities = tuple(
        Entity(
            name=name, type=kind, salience=0.5,
            mentions=(Mention(start=body.index(name), end=body.index(name) + len(name), text=name),),
        )
        for name, kind in names
    )  # fmt: skip
    assert values(body, entities=entities) == []


def test_what_is_quoted_may_be_of_another_day() -> None:
    found = read("“I spoke with them today, as in 2014,” he wrote. He spoke today.")
    assert [(one.text, one.value, one.in_quote) for one in found] == [
        ("today", None, True), ("2014", "2014", True), ("today", "2021-04-03", False),
    ]  # fmt: skip


LANGUAGES = {
    "de": (
        "Am Freitag, 2. April 2021, kam er an. Vor zwei Wochen und gestern Abend regnete es, Ende Mai und im nächsten "
        "Jahr wird gebaut. Seit März 2020 und den 1990er Jahren steht es, seit 2014.",
        "2021-04-02 2021-W11 2021-04-02 2021-05 2022 2020-03 199 2014",
    ),
    "fr": (
        "Le vendredi 2 avril 2021, il est venu. Il y a deux semaines et hier soir il a plu. L'année prochaine et "
        "lundi prochain on bâtit. Depuis mars 2020, la semaine dernière et 2014.",
        "2021-04-02 2021-W11 2021-04-02 2022 2021-04-05 2020-03 2021-W12 2014",
    ),
    "es": (
        "El viernes, 2 de abril de 2021, llegó. Hace dos semanas y ayer llovió. El próximo año y la semana pasada. "
        "Desde marzo de 2020 y 2014.",
        "2021-04-02 2021-W11 2021-04-02 2022 2021-W12 2020-03 2014",
    ),
    "it": (
        "Venerdì 2 aprile 2021 è arrivato. Due settimane fa e ieri sera pioveva. Il prossimo anno e la settimana "
        "scorsa. Da marzo 2020 e dal 2014.",
        "2021-04-02 2021-W11 2021-04-02 2022 2021-W12 2020-03 2014",
    ),
    "pt": (
        "Na sexta-feira, 2 de abril de 2021, chegou. Há duas semanas e ontem choveu. No próximo ano e na semana "
        "passada. Desde março de 2020 e 2014.",
        "2021-04-02 2021-W11 2021-04-02 2022 2021-W12 2020-03 2014",
    ),
    "nl": (
        "Op vrijdag 2 april 2021 kwam hij. Twee weken geleden en gisteren regende het. Volgend jaar en vorige week. "
        "Sinds maart 2020 en 2014.",
        "2021-04-02 2021-W11 2021-04-02 2022 2021-W12 2020-03 2014",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages(language: str) -> None:
    body, expected = LANGUAGES[language]
    assert [value for _, value in values(body, language=language)] == expected.split()


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("de", "Am Wochenende und Montagabend regnete es.", "2021-W13-WE 2021-03-29"),
        ("de", "Guten Morgen! Er kommt morgen und bleibt bis Ende des Jahres.", "2021-04-04 2021"),
        ("de", "In den 70er Jahren und den neunziger Jahren, vor zwanzig Jahren.", "197 199 2001"),
        ("de", "Die Siegerin kam Freitag an, so hieß es. Frau Mo Sander fehlte.", "2021-04-02"),
        ("fr", "L'an dernier et cette semaine, ce week-end, à la fin de l'année.", "2020 2021-W13 2021-W13-WE 2021"),
        ("fr", "Il est parti ce vendredi. Elle partira ce vendredi à 15 heures.", "2021-04-02 2021-04-09"),
        ("fr", "Dans les années 70, au XIXe siècle.", "197 18"),
        ("es", "Llegó este viernes. Se celebrará este viernes a las 15 horas.", "2021-04-02 2021-04-09"),
        ("es", "Por la mañana llueve. Mañana no, el mes que viene sí.", "2021-04-04 2021-05"),
        ("es", "En los años setenta y el siglo XIX, este fin de semana.", "197 18 2021-W13-WE"),
        ("it", "Quest'anno e il primo maggio, negli anni '90, nel XIX secolo.", "2021 2021-05-01 199 18"),
        ("it", "È arrivato questo venerdì. Il treno partirà questo venerdì.", "2021-04-02 2021-04-09"),
        ("pt", "Chegou nesta sexta-feira. O barco chegará nesta sexta-feira.", "2021-04-02 2021-04-09"),
        ("pt", "Na segunda metade caiu. Na segunda, choveu. Na terça (30) também.", "2021-03-29 2021-03-30"),
        ("pt", "Na semana que vem e em primeiro de maio, nos anos noventa.", "2021-W14 2021-05-01 199"),
        ("de", "Im März vergangenen Jahres, am 3. Mai nächsten Jahres.", "2020-03 2022-05-03"),
        ("fr", "En mars de l'an dernier, le 3 mai de l'année prochaine.", "2020-03 2022-05-03"),
        ("es", "En marzo del año pasado, el 3 de mayo del año próximo.", "2020-03 2022-05-03"),
        ("it", "A marzo dell'anno scorso, ad aprile dello scorso anno.", "2020-03 2020-04"),
        ("pt", "Em março do ano passado.", "2020-03"),
        ("nl", "In maart vorig jaar, eind april van volgend jaar.", "2020-03 2022-04"),
        ("nl", "Maandagavond en gisteravond regende het in het weekend.", "2021-03-29 2021-04-02 2021-W13-WE"),
        ("nl", "In de jaren zeventig en de jaren 90, tot eind van het jaar.", "197 199 2021"),
    ],
)
def test_forms_of_one_language(language: str, body: str, expected: str) -> None:
    assert [value for _, value in values(body, language=language)] == expected.split()


@pytest.mark.parametrize("language", ["fi", "ja", "x-y", ""])
def test_a_language_without_words_has_none(language: str) -> None:
    assert values("It opened in 2019.", language=language) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "2019 " * 10_000,
        "1" * 200_000,
        "the " * 30_000,
        "Monday " * 10_000,
        "last " * 20_000 + "year",
        "9999999999-99-99 99/99/9999 31 February 2019 " * 2_000,
        "'" * 200_000,
        "mid-" * 30_000,
        "In 1999 a year earlier " * 3_000,
        "999 years ago 999 centuries ago 999 days from now " * 200,
    ],
)
@pytest.mark.parametrize("published", [SATURDAY, "0001-01-01", "9999-12-31", None])
def test_hostile_texts_come_to_an_end(hostile: str, published: str | None) -> None:
    read(hostile, published=published)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_of_other_languages_come_to_an_end(language: str) -> None:
    read(f"{LANGUAGES[language][0]} " * 100 + "mañana ce este 12 mai " * 2_000 + "a" * 200_000, language=language)
