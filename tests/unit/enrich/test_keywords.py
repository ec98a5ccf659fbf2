"""Keywords: names and noun phrases, no verbs, adverbs or days."""

import pytest

from pipeline.documents import Article, Enrichment, Entity, Mention
from pipeline.enrich.keywords import MOST, keywords
from pipeline.enrich.text import Text

TRAM = (
    "The harbour tram will open on Monday. Engineers tested the harbour tram quickly and the city praised the "
    "engineers.\n\nThe harbour tram, said Mara Ode, carries tourists. Many tourists saw the old lighthouse. "
    "Mara Ode runs the lighthouse. On Monday the lighthouse was closed, but Ode plans to open it."
)


def found_in(body: str, language: str = "en", headline: str = "", names: tuple[str, ...] = ()) -> tuple[str, ...]:
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language, headline=headline
    )
    return keywords(Text(article), Enrichment(language=language, entities=tuple(entity(body, name) for name in names)))


def entity(body: str, name: str) -> Entity:
    places = [at for at in range(len(body)) if body.startswith(name, at)]
    mentions = tuple(Mention(start=at, end=at + len(name), text=name) for at in places)
    return Entity(name=name, type="person", mentions=mentions, salience=1)


def test_what_comes_back_is_found_and_the_rest_is_not() -> None:
    found = found_in(TRAM, names=("Mara Ode",))
    assert found[0] == "harbour tram"
    assert {"Mara Ode", "tourists", "lighthouse", "engineers"} <= set(found)
    assert not {"Monday", "quickly", "open", "tested", "plans", "said", "tram", "Ode", "many"} & set(found)


@pytest.mark.parametrize(
    ("body", "good", "bad"),
    [
        ("They will vote on Friday. The council may vote again. Nobody can vote.", set(), {"vote"}),
        ("The vote was close. A vote like this vote is rare.", {"vote"}, {"close", "rare"}),
        ("The board sold the crane. The crane was old, the board said.", {"crane", "board"}, {"board sold", "sold"}),
        ("He went to New York. In New York he met a friend.", {"New York"}, {"York"}),
        ("Cranes from Orrin fell. The cranes of Ives stand, a crane is safe.", {"cranes"}, {"crane", "stand"}),
        ("The armed forces left. Leaving the valley, the armed forces burned it.", {"armed forces"}, {"leaving"}),
    ],
)  # fmt: skip
def test_english(body: str, good: set[str], bad: set[str]) -> None:
    found = set(found_in(body))
    assert good <= found
    assert not bad & found


@pytest.mark.parametrize(
    ("language", "body", "good", "bad"),
    [
        ("de", "Die neue Brücke ist teuer. Gestern wurde die neue Brücke geprüft.", "neue Brücke", "teuer"),
        ("fr", "Le taux de change baisse. Il suit le taux de change.", "taux de change", "suit"),
        ("es", "El plan de agua llega. Nadie votó el plan de agua.", "plan de agua", "votó"),
        ("it", "La fabbrica di biciclette chiude. Apre la fabbrica di biciclette.", "fabbrica di biciclette", "chiude"),
        ("pt", "O posto de saúde abriu. Ele visitou o posto de saúde.", "posto de saúde", "abriu"),
        ("nl", "De veerboot vaart. Wij namen de veerboot.", "veerboot", "vaart"),
    ],
)
def test_other_languages(language: str, body: str, good: str, bad: str) -> None:
    found = found_in(body, language)
    assert good in found
    assert bad not in found


def test_the_headline_raises_a_phrase() -> None:
    body = "The crane stood near the ferry. A ferry passed the crane. The ferry and the crane are old."
    assert found_in(body, headline="Ferry is sold")[0] == "ferry"
    assert found_in(body, headline="Crane is sold")[0] == "crane"


def test_a_language_without_word_lists_has_its_names_only() -> None:
    body = "Mara Ode asuu Orissa. Mara Ode on pormestari."
    assert found_in(body, "fi", names=("Mara Ode",)) == ("Mara Ode",)
    assert found_in(body, "fi") == ()


def test_never_more_than_ten() -> None:
    body = " ".join(f"The {chr(97 + n)}river met the {chr(97 + n)}river." for n in range(26))
    assert len(found_in(body)) == MOST


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("unit", ["harbour ", "the harbour, ", "d'", "a'", "Ab ", "x-", "of of ", "é"])
def test_hostile_texts_end(unit: str, language: str) -> None:
    assert len(found_in(unit * (300_000 // len(unit)), language)) <= MOST
