"""Search: one query language, and the same answers on SQLite and PostgreSQL."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.store
from pipeline.documents import Article, Author, EnrichedArticle, Enrichment, Entity, Mention, Place, Topic
from pipeline.errors import UsageError
from pipeline.store.articles import publish
from pipeline.store.database import Database, sqlite_url
from pipeline.store.search.query import parse
from pipeline.store.search.searching import search
from pipeline.store.search.snippets import snippet
from pipeline.store.search.tokens import words
from pipeline.store.selection import Selection
from tests.commands import Copydesk
from tests.pages import make_pages

ALL = Selection()
MERKEL, PARIS = "Angela Merkel", "Paris"
HALE = Author(name="Ada Hale")


def document(key: str, headline: str, body: str, **more: Any) -> EnrichedArticle:
    url = f"https://news.example/{key}"
    fields = {"language": "en", "domain": "news.example", "date_published": "2026-05-01"} | more
    found = Enrichment(
        entities=tuple(
            Entity(name=name, type="person", mentions=(Mention(start=0, end=1, text="x"),), salience=1)
            for name in fields.pop("entities", ())
        ),
        places=tuple(Place(name=name, role="setting") for name in fields.pop("places", ())),
        topics=tuple(Topic(code=code, label=label, score=1) for code, label in fields.pop("topics", ())),
    )
    article = Article(
        id=key, url=url, requested_url=url, canonical_url=url, headline=headline, body=body, **fields
    )  # fmt: skip
    return EnrichedArticle(article=article, enrichment=found)


def put(database: Database, *documents: EnrichedArticle) -> None:
    with database.write() as tx:
        for each in documents:
            publish(tx, each)


def ids(database: Database, query: str, selection: Selection = ALL, **more: Any) -> str:
    with database.read() as tx:
        return "".join(hit.stored.article.id for hit in search(tx, query, selection, **more))


@pytest.fixture
def store(database: Database) -> Database:
    put(
        database,
        document("a", "Storm over Zürich", "The flood came after the storm. Nobody was hurt.", entities=[MERKEL]),
        document("b", "A quiet day", "No storm, no flood: José Ñandú of the state-owned 3.5 firm.", places=[PARIS]),
        document("c", "Flood", "After the rain the flood.", topics=[("medtop:03000000", "disaster")]),
        document("d", "東京で地震", "東京都で強い地震が。", language="ja", authors=(HALE,)),
        document("e", "", "flooding storms", domain="other.example", date_published="2025-01-01"),
    )  # fmt: skip
    return database


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("storm", "ab"), ("STORM", "ab"), ("storm flood", "ba"), ("storm AND flood", "ba"), ("storm OR rain", "acb"),
        ('"the storm"', "a"), ('"storm the"', ""), ("storm NOT zurich", "b"), ("storm -zurich", "b"),
        ("flood*", "ceba"), ("zurich", "a"), ("Zürich", "a"), ("jose nandu", "b"), ("ñandú", "b"), ("state-owned", "b"),
        ('"3.5 firm"', "b"), ("(storm OR rain) flood", "cba"), ("(storm OR rain) NOT (zurich OR quiet)", "c"),
        ("東京", "d"), ("地震", "d"), ("京東", ""), ("nosuchword", ""), ('"zurich the"', ""), ("hale", "d"), ("or", ""),
        ("storm not", ""), ('"after the"', "ca"), ('storm "no flood"', "b"),
    ],
)  # fmt: skip
def test_what_a_query_finds(store: Database, query: str, found: str) -> None:
    assert ids(store, query) == found


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(entity="ANGELA  merkel"), "a"), (Selection(entity="merkel"), ""), (Selection(place="paris"), "b"),
        (Selection(topic="Disaster"), "c"), (Selection(topic="medtop:03000000"), "c"),
        (Selection(author="ada hale"), ""),
        (Selection(site="other.example"), "e"), (Selection(since="2026"), "cba"), (Selection(until="2026"), "e"),
        (Selection(language="ja"), ""), (Selection(entity="Angela Merkel", place="Paris"), ""),
    ],
)  # fmt: skip
def test_filters_narrow_it(store: Database, selection: Selection, found: str) -> None:
    assert ids(store, "flood*", selection) == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "missing"), ('"open', "left open"), ("(a", "left open"), ("a)", "no word can be"), ("NOT a", "wanted"),
        ("-a", "wanted"), ("a OR", "missing"), ("AND a", "expected"), ("...", "no letter"), ("a NOT", "missing"),
        ("(" * 60 + "a" + ")" * 60, "too many"), ("a " * 200, "more than 100"), ("()", "expected"),
    ],
)  # fmt: skip
def test_what_is_no_query_is_said(query: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(query)


def test_a_new_version_is_found_and_the_old_one_is_not(store: Database) -> None:
    put(store, document("a", "Sunshine", "Dry and warm.", entities=["Emmanuel Macron"]))
    assert (ids(store, "zurich"), ids(store, "sunshine"), ids(store, "storm")) == ("", "a", "b")
    assert ids(store, "dry", Selection(entity="angela merkel")) == ""
    assert ids(store, "dry", Selection(entity="emmanuel macron")) == "a"


def test_a_store_of_before_is_made_searchable(store: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(pipeline.store.__file__).parent / "migrations"))
    with store.write() as tx:
        config.attributes["connection"] = tx
        command.downgrade(config, "0004")
    store.migrate()
    assert ids(store, "storm") == "ab"
    assert ids(store, "storm", Selection(place="paris")) == "b"


def test_pages_go_on_where_the_last_one_ended(database: Database) -> None:
    documents = [document(chr(97 + n), "storm" if n % 3 else "other", f"storm {n}") for n in range(20)]
    put(database, *documents)
    whole = ids(database, "storm", limit=100)
    assert len(whole) == 20
    paged, after = "", None
    while True:
        with database.read() as tx:
            hits = search(tx, "storm", ALL, limit=3, after=after)
        if not hits:
            break
        paged, after = paged + "".join(hit.stored.article.id for hit in hits), hits[-1].cursor
    assert paged == whole


VOCABULARY = ["storm", "flood", "Zürich", "the", "o'clock", "3.5", "東京", "naïve", "STORM", "a", "über-alles", "x"]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[list[Database]]:
    from sqlalchemy import create_engine, make_url, text

    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE search_both"))
    admin.dispose()
    other = make_url(postgres).set(database="search_both").render_as_string(hide_password=False)
    path: Path = tmp_path_factory.mktemp("s") / "c.db"
    databases = [Database(url).migrate() for url in (sqlite_url(path), other)]
    chance = Random(7)
    documents = [
        document(
            f"d{n}", " ".join(chance.choices(VOCABULARY, k=3)), " ".join(chance.choices(VOCABULARY, k=30)),
            entities=[chance.choice(["Ana", "Ben"])], date_published=f"202{chance.randrange(6)}",
        )
        for n in range(60)
    ]  # fmt: skip
    for database in databases:
        put(database, *documents)
    yield databases
    for database in databases:
        database.close()


def queries() -> st.SearchStrategy[str]:
    word = st.sampled_from([*VOCABULARY, "sto*", "f*", "nothing"])
    phrase = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(lambda found: f'"{" ".join(found)}"')
    return st.recursive(
        word | phrase,
        lambda inner: st.tuples(inner, st.sampled_from([" ", " AND ", " OR ", " NOT ", " -"]), inner).map(
            lambda three: f"({three[0]}{three[1]}{three[2]})"
        ),
        max_leaves=6,
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(query=queries(), entity=st.sampled_from([None, "Ana"]), since=st.sampled_from([None, "2023"]))
def test_both_databases_give_the_same_answers(both: list[Database], query: str, entity: Any, since: Any) -> None:
    selection = Selection(entity=entity, since=since)
    answers = []
    for database in both:
        with database.read() as tx:
            answers.append([(h.stored.article.id, h.in_headline, h.snippet) for h in search(tx, query, selection)])
    assert answers[0] == answers[1]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(query=st.text(max_size=40))
def test_any_text_is_a_query_or_a_word_on_what_is_wrong(both: list[Database], query: str) -> None:
    try:
        parse(query)
    except UsageError:
        return
    answers = [ids(database, query) for database in both]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("body", "query", "text", "marked"),
    [
        ("The flood came.", "flood", "The flood came.", ["flood"]),
        ("w " * 40 + "the storm " + "v " * 60, '"the storm"', None, ["the storm"]),
        ("Zürich und Flut", "zurich flut", None, ["Zürich", "Flut"]),
        ("flooding floods", "flood*", None, ["flooding", "floods"]),
        ("Nothing of it", "storm", "Nothing of it", []),
        ("", "storm", "", []),
    ],
)
def test_snippets_mark_what_was_searched_for(body: str, query: str, text: str | None, marked: list[str]) -> None:
    from pipeline.store.search.query import phrases

    shown = snippet(body, phrases(parse(query)))
    assert text is None or shown.text == text
    assert [shown.text[start:end] for start, end in shown.marks] == marked
    assert len(shown.text) < 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zürich's U-Bahn 3,5", ["zurich", "s", "u", "bahn", "3", "5"]), ("STRASSE Straße", ["strasse", "strasse"]),
        ("ﬁne ½", ["fine", "1", "2"]), ("snake_case", ["snake", "case"]), ("東京x", ["東", "京", "x"]), ("İ", ["i"]),
    ],
)  # fmt: skip
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_the_command(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 5)
    copydesk("run", "pages")
    headline = copydesk.articles()[2]["headline"]
    found = json.loads(copydesk("search", f'"{headline}"', "--json").stdout)
    assert [(hit["headline"], hit["in_headline"]) for hit in found] == [(headline, True)]
    assert headline in copydesk("search", *headline.split()).stdout
    assert len(json.loads(copydesk("search", "the", "--limit", "2", "--json").stdout)) == 2
    assert json.loads(copydesk("search", "the", "--until", "1999", "--json").stdout) == []
    assert copydesk("search", "the", "--entity", "nobody").stderr == "nothing found\n"
    for words_ in (["search"], ["search", "("], ["search", "the", "--limit", "0"]):
        assert copydesk(*words_).returncode == 2
