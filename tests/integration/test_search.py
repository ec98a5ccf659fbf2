"""Search: one query language, and the same answers on SQLite and PostgreSQL."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

import pipeline.store
from pipeline.documents import Article, Author, EnrichedArticle, Enrichment, Entity, Mention, Place, Topic
from pipeline.errors import UsageError
from pipeline.store.database import Database, sqlite_url
from pipeline.store.publishing import publish
from pipeline.store.search.query import parse, terms
from pipeline.store.search.searching import Hit, Page, search
from pipeline.store.search.snippets import Finder
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
        return "".join(hit.article_id for hit in search(tx, query, selection, **more).hits)


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
        ("storm", "ab"), ("STORM", "ab"), ("storm flood", "ab"), ("storm AND flood", "ab"), ("storm OR rain", "acb"),
        ('"the storm"', "a"), ('"storm the"', ""), ("storm NOT zurich", "b"), ("storm -zurich", "b"),
        ("flood*", "cbae"), ("zurich", "a"), ("Zürich", "a"), ("jose nandu", "b"), ("ñandú", "b"), ("state-owned", "b"),
        ('"3.5 firm"', "b"), ("(storm OR rain) flood", "cab"), ("(storm OR rain) NOT (zurich OR quiet)", "c"),
        ("東京", "d"), ("地震", "d"), ("京東", ""), ("nosuchword", ""), ('"zurich the"', ""), ("hale", "d"), ("or", ""),
        ("storm not", ""), ('"after the"', "ca"), ('storm "no flood"', "b"), ("storm & flood", "ab"), ("東*", "d"),
        ('"after the rai"*', "c"), ("state-own*", "b"), ("merkel", "a"), ("_hstorm", ""), ("storm AND NOT zurich", "b"),
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
        (Selection(site="other.example"), "e"), (Selection(since="2026"), "cba"), (Selection(since="2026-05-02"), ""),
        (Selection(until="2026"), "e"),
        (Selection(language="ja"), ""), (Selection(entity="Angela Merkel", place="Paris"), ""),
        (Selection(story="b"), "b"), (Selection(story="d"), ""),
    ],
)  # fmt: skip
def test_filters_narrow_it(store: Database, selection: Selection, found: str) -> None:
    assert ids(store, "flood*", selection) == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "missing"), ('"open', "left open"), ("(a", "left open"), ("a)", "without its"), ("NOT a", "not wanted"),
        ("-a", "not wanted"), ("a OR", "missing at the end"), ("AND a", "missing before AND"), ("...", "missing"),
        ("a NOT", "missing"), ("(" * 60 + "a" + ")" * 60, "parentheses"), ("a " * 200, "more than 40"),
        ("()", "missing before"), ("a*", "too short"), ("b" * 2_000, "characters"), ("a OR NOT b", "not wanted"),
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
            page = search(tx, "storm", ALL, limit=3, cursor=after)
        paged, after = paged + "".join(hit.article_id for hit in page.hits), page.cursor
        if after is None:
            break
    assert paged == whole


VOCABULARY = ["storm", "flood", "Zürich", "the", "o'clock", "3.5", "東京", "naïve", "STORM", "a", "über-alles", "x"]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[list[Database]]:
    from sqlalchemy import create_engine, make_url

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
    word = st.sampled_from([*VOCABULARY, "sto*", "flo*", "nothing"])
    phrase = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(lambda found: f'"{" ".join(found)}"')
    return st.recursive(
        word | phrase,
        lambda inner: st.tuples(inner, st.sampled_from([" ", " AND ", " OR ", " NOT ", " -"]), inner).map(
            lambda three: f"({three[0]}{three[1]}{three[2]})"
        ),
        max_leaves=6,
    )


def _next(tx: Connection, query: str, selection: Selection, page: Page) -> tuple[Hit, ...]:
    return search(tx, query, selection, limit=50, cursor=page.cursor).hits if page.cursor else ()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(query=queries(), entity=st.sampled_from([None, "Ana"]), since=st.sampled_from([None, "2023"]))
def test_both_databases_give_the_same_answers(both: list[Database], query: str, entity: Any, since: Any) -> None:
    selection = Selection(entity=entity, since=since)
    answers = []
    for database in both:
        with database.read() as tx:
            answers.append(search(tx, query, selection, limit=7))
            answers[-1] = replace(answers[-1], hits=(*answers[-1].hits, *_next(tx, query, selection, answers[-1])))
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
        ("東京都で強い地震", "地震", "東京都で強い地震", ["地震"]),
        ("x" * 900 + " storm", "storm", None, ["storm"]),
        ("brainstorm storms _storm_", "storm", "brainstorm storms _storm_", ["storm"]),
        ("½ of ﬁne ℡ Å", "fine tel a", "½ of ﬁne ℡ Å", ["ﬁne", "℡", "Å"]),
        ("Nothing of it", "storm", "Nothing of it", []),
        ("", "storm", "", []),
    ],
)
def test_snippets_mark_what_was_searched_for(body: str, query: str, text: str | None, marked: list[str]) -> None:
    shown = Finder(terms(parse(query))).snippet(body)
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
    assert [(hit["headline"], hit["score"]) for hit in found] == [(headline, 2)]
    assert headline in copydesk("search", *headline.split()).stdout
    assert len(json.loads(copydesk("search", "the", "--limit", "2", "--json").stdout)) == 2
    assert json.loads(copydesk("search", "the", "--until", "1999", "--json").stdout) == []
    assert copydesk("search", "the", "--entity", "nobody").stderr == "nothing found\n"
    for words_ in (["search"], ["search", "("], ["search", "the", "--limit", "0"], ["search", "the", "--since", "now"]):
        assert copydesk(*words_).returncode == 2


def test_articles_come_by_what_is_in_the_headline_then_the_newest(database: Database) -> None:
    days = {
        "a": "2026-05-03",
        "b": "2026-05-02T23:30:00-05:00",
        "c": "2026-05-03T01:00:00+02:00",
        "d": None,
        "e": "2020",
    }
    put(database, *(document(key, "None", f"storm flood {key}", date_published=day) for key, day in days.items()))
    put(database, document("f", "A flood", "and a storm", date_published="1990-01-01"))
    put(database, document("g", "Storm, flood", "", date_published="1980-01-01"))
    assert ids(database, "storm flood") == "gfbaced"


def test_a_text_of_any_length_is_found_by_the_same_words_on_both(both: list[Database]) -> None:
    many = "a " * 300 + "anchor a b " + " ".join(f"{n}\U00010428" * 9 for n in range(20_000))
    put_all = document("long", "Long", many, domain="long.example")
    for database in both:
        put(database, put_all)
    for query in ('"a b"', '"anchor a"', "anchor", "b", f'"{"9𐐨" * 9}"', "19999*", "long"):
        answers = [ids(database, query, Selection(site="long.example")) for database in both]
        assert answers[0] == answers[1], query
    assert ids(both[0], "anchor") == "long"


@pytest.mark.parametrize(
    "hostile",
    ["' OR 1=1 --", "words:storm", "NEAR(a b)", "^storm", "{words}: storm", "a' & 'b", "a:*", "\\'", "a\0b", "\ud800 x",
     "storm'||(SELECT 1)||'", "%s %(x)s :query", "<-> | & !", "co:A", "AND" * 200, "％＊＂ “storm”"],
)  # fmt: skip
def test_nothing_but_words_reaches_a_database(store: Database, hostile: str) -> None:
    for query in (hostile, f'"{hostile}"', f"storm OR {hostile}"):
        try:
            ids(store, query)
        except UsageError as exc:
            assert "\n" not in str(exc)


@pytest.mark.parametrize(
    ("fields", "is_wrong"),
    [
        ({"since": "yesterday"}, True), ({"since": "2026-13"}, True), ({"until": "2026-5"}, True),
        ({"since": ""}, True),
        ({"site": "a\0b"}, True), ({"language": "\ud800"}, True), ({"since": "2026-05-01T12:00:00Z"}, False),
        ({"entity": "a\0b\ud800"}, False), ({"topic": "' OR 1=1"}, False), ({"author": ""}, False),
        ({"until": "2026"}, False),
    ],
)  # fmt: skip
def test_hostile_filters_find_nothing_or_are_refused(store: Database, fields: dict[str, str], is_wrong: bool) -> None:
    if is_wrong:
        with pytest.raises(UsageError):
            Selection(**fields)
    else:
        ids(store, "storm", Selection(**fields))


@pytest.mark.parametrize("cursor", ["", "3-1", "x", "1-", "0-1; DROP TABLE articles", "-1", "0-" + "9" * 40])
def test_what_is_no_cursor_is_said(store: Database, cursor: str) -> None:
    with pytest.raises(UsageError, match="cursor"):
        ids(store, "storm", cursor=cursor)


def test_a_cursor_beyond_all_keys_is_the_beginning(store: Database) -> None:
    assert ids(store, "storm", cursor=f"2-{10**19 - 1}") == ids(store, "storm")


def test_facets_of_an_old_version_are_gone(store: Database) -> None:
    put(store, document("a", "Sunshine", "Dry and warm.", entities=["Emmanuel Macron"]))
    with store.read() as tx:
        names = tx.execute(text("SELECT value FROM facets WHERE kind = 'entity'")).scalars().all()
    assert names == ["emmanuel macron"]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text())
def test_folding_is_stable_and_leaves_only_letters_and_digits(given_text: str) -> None:
    found = words(given_text)
    assert [word for each in found for word in words(each)] == found
    assert all(char.isalnum() for word in found for char in word)
