"""Entities on texts written for this project; names and places in them are invented or of public offices."""

import time
from importlib import import_module

import pytest

from pipeline.documents import Article, Enrichment, Entity
from pipeline.enrich.entities import entities, tier
from pipeline.enrich.entities.model import REMEMBERED, Model, model_for
from pipeline.enrich.entities.pieces import LONGEST, MOST, pieces, plain
from pipeline.enrich.text import Text


def article(body: str, language: str = "en", headline: str | None = None) -> Article:
    return Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language, headline=headline
    )


def read(body: str, language: str = "en", headline: str | None = None) -> tuple[Entity, ...]:
    found = entities(Text(article(body, language, headline)), Enrichment(language=language))
    assert all(m.text == body[m.start : m.end] for entity in found for m in entity.mentions)
    assert len({(m.start, m.end) for e in found for m in e.mentions}) == sum(len(e.mentions) for e in found)
    return found


def named(found: tuple[Entity, ...]) -> dict[tuple[str, str], list[str]]:
    return {(entity.type, entity.name): [mention.text for mention in entity.mentions] for entity in found}


@pytest.fixture
def without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("pipeline.enrich.entities"), "model_for", lambda language: None)


@pytest.mark.parametrize(
    ("body", "kind", "name", "mentions"),
    [
        (
            "US President Walter Lindqvist spoke. Mr Lindqvist smiled, and President Lindqvist left.",
            "person", "Walter Lindqvist", ["Walter Lindqvist", "Lindqvist", "Lindqvist"],
        ),
        (
            "Dr. Marta K. Oyelaran, 43, resigned. “I am glad,” Oyelaran’s brother said.",
            "person", "Marta K. Oyelaran", ["Marta K. Oyelaran", "Oyelaran"],
        ),
        (
            "Commission President Ulrike von der Aue arrived. Von der Aue was late, and Ms von der Aue said so.",
            "person", "Ulrike von der Aue", ["Ulrike von der Aue", "Von der Aue", "von der Aue"],
        ),
        ("Kremlin spokesman Dmitry Orlenko said so.", "person", "Dmitry Orlenko", ["Dmitry Orlenko"]),
        ("Kremlin spokesman Dmitry Orlenko said so.", "organization", "Kremlin", ["Kremlin"]),
        (
            "Ukrainian President Petro Hanenko met us. On Monday the Ukrainian president left.",
            "person", "Petro Hanenko", ["Petro Hanenko", "Ukrainian president"],
        ),
        (
            "Karla Weems, the Canadian prime minister, came. The staff knew the Canadian prime minister well.",
            "person", "Karla Weems", ["Karla Weems", "Canadian prime minister"],
        ),
        (
            "The Salmon Growers Association (SGA) met on Monday. SGA members were angry.",
            "organization", "Salmon Growers Association", ["Salmon Growers Association", "SGA", "SGA"],
        ),
        (
            "The European Union is slow, but the EU pays. In Brussels the EU's rules count.",
            "organization", "European Union", ["European Union", "EU", "EU"],
        ),
        (
            "Shares of Quillon Lamps Group Inc fell. Analysts said Quillon Lamps shares were cheap.",
            "organization", "Quillon Lamps Group Inc", ["Quillon Lamps Group Inc", "Quillon Lamps"],
        ),
        ("It rained in the U.S. on Friday, and the United States was glad.", "place", "United States",
         ["U.S.", "United States"]),
        ("The Joint Chiefs of Staff met. A phone call of the Joint chiefs was cut.", "organization",
         "Joint Chiefs of Staff", ["Joint Chiefs of Staff", "Joint chiefs"]),
        ("Ukrainian farmers waited. The Ukrainians left.", "nationality", "Ukrainian", ["Ukrainian", "Ukrainians"]),
        ("“No,” she wrote on Twitter. The White House and the Pentagon said nothing.", "organization", "White House",
         ["White House"]),
        ("The Ministry of Foreign Affairs denied it.", "organization", "Ministry of Foreign Affairs",
         ["Ministry of Foreign Affairs"]),
        ("A ship sank on Lake Victoria near the village.", "place", "Lake Victoria", ["Lake Victoria"]),
        ("“Go,” said Robert “Bobby” Nkemelu.", "person", "Robert “Bobby” Nkemelu", ["Robert “Bobby” Nkemelu"]),
    ],
)  # fmt: skip
def test_one_entry_with_all_its_mentions(body: str, kind: str, name: str, mentions: list[str]) -> None:
    assert named(read(body)).get((kind, name)) == mentions


def test_a_surname_of_two_persons_is_the_one_named_last() -> None:
    found = named(read("Helen Brandt won. Brandt cheered. Her rival Oscar Brandt lost. Later Brandt wept in Berlin."))
    assert found["person", "Helen Brandt"] == ["Helen Brandt", "Brandt"]
    assert found["person", "Oscar Brandt"] == ["Oscar Brandt", "Brandt"]


def test_an_office_without_a_holder_is_nobody() -> None:
    assert not [one for one in read("On Monday the Ukrainian president left.") if one.type == "person"]


@pytest.mark.parametrize("word", ["Monday", "December", "CEO", "GMT", "The", "However", "COVID-19"])
def test_words_of_calendar_and_grammar_are_no_entities(word: str) -> None:
    found = read(f"{word} is what the paper wrote about. {word} was in London.")
    assert not {one.name for one in found if one.type in {"person", "organization", "place"}} - {"London"}


def test_a_compound_is_no_mention() -> None:
    assert not [one for one in read("A Berlin-based firm paid.") if one.type == "place"]


def test_salience_follows_count_place_and_headline() -> None:
    body = (
        "Maria Tolland met Igor Vance. Tolland spoke, Tolland sang. " + "It rained for hours. " * 20 + "Ann Cole left."
    )
    found = {one.name: one.salience for one in read(body, headline="Maria Tolland wins")}
    assert found["Maria Tolland"] > found["Igor Vance"] > found["Ann Cole"]
    assert read(body, headline="Maria Tolland wins")[0].name == "Maria Tolland"


@pytest.mark.usefixtures("without_model")
@pytest.mark.parametrize(
    ("language", "body", "wanted"),
    [
        ("en", "Mr Oskar Tamm met the Acme Corp board in Paris.",
         {("person", "Oskar Tamm"), ("organization", "Acme Corp"), ("place", "Paris")}),
        ("de", "Bundeskanzler Otto Lühmann sprach in Berlin mit der Siemens AG.",
         {("person", "Otto Lühmann"), ("place", "Berlin"), ("organization", "Siemens AG")}),
        ("fr", "La ministre Claire Aubin a parlé à Paris. L’ONU est inquiète.",
         {("person", "Claire Aubin"), ("place", "Paris"), ("organization", "ONU")}),
        ("es", "El presidente Pablo Urrea viajó a Madrid con la ONU.",
         {("person", "Pablo Urrea"), ("place", "Madrid"), ("organization", "ONU")}),
        ("it", "Giulia Bertoni è arrivata a Napoli in Italia.",
         {("person", "Giulia Bertoni"), ("place", "Italia")}),
        ("pt", "João Sarmento chegou a São Paulo, no Brasil.",
         {("person", "João Sarmento"), ("place", "São Paulo"), ("place", "Brasil")}),
        ("nl", "Willem van der Horst sprak in Rotterdam over de NAVO.",
         {("person", "Willem van der Horst"), ("place", "Rotterdam")}),
    ],
)  # fmt: skip
def test_without_a_model_the_gazetteer_reads(language: str, body: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= set(named(read(body, language)))
    assert tier(language) == "gazetteer"


def test_the_tier_says_which_model_read() -> None:
    assert tier("en").startswith("spacy en_core_web_")
    assert tier("qq") == tier(None) == "gazetteer"


@pytest.mark.parametrize("language", ["zh", "ja", "ar", "ru", "qq"])
def test_languages_without_any_means_do_not_fail(language: str) -> None:
    read("今天下雨。明天晴！\n\nМосква сегодня. القاهرة", language)


def test_a_piece_is_read_alike_whatever_stands_beside_it() -> None:
    """And what is remembered is bounded."""
    model = model_for("en")
    assert isinstance(model, Model)
    one, two = "Maria Tolland met Igor Vance in Ohio.", "Tim Cole of Acme Corp paid."
    alone = model.read([one])
    assert model.read([two, one, one])[1:] == [*alone, *alone]
    model.read([f"{n}." for n in range(REMEMBERED + 10)])
    assert len(model._memory) == REMEMBERED
    assert model.read([one]) == alone


def test_pieces_keep_their_place_and_are_bounded() -> None:
    text = Text(article("REUTERS/Ann Cole\n\n" + "word " * (LONGEST // 2) + "\n\n" + "x" * 2 * MOST))
    for start, piece in pieces(text):
        assert len(piece) <= LONGEST and start + len(piece) <= MOST
        assert piece.lower() == text.normal[start : start + len(piece)].lower().replace("/", ",")


def test_capitals_become_usual_case_of_the_same_length() -> None:
    assert plain("SALEM, EU/NATO and DİYARBAKIR") == "Salem, EU,NATO and DİYARBAKIR"


@pytest.mark.parametrize(
    "hostile",
    [
        "A" * 300_000, "A " * 150_000, "Aa. " * 80_000, "' " * 150_000, '"' * 300_000, "Al-" * 100_000,
        " ".join(f"Ab{n} Smith" for n in range(30_000)), " ".join(f"Bank of X{n}." for n in range(30_000)),
        "President " * 30_000, "of and " * 40_000, "A, " * 100_000, "Mr Smith (" * 30_000, "\n" * 300_000,
        "Bank of " * 40_000, "O'" * 100_000, "L'" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.usefixtures("without_model")
def test_hostile_texts_stay_linear(hostile: str) -> None:
    began = time.process_time()
    read(hostile, headline=hostile)
    assert time.process_time() - began < 20
