"""What a search costs in a store of 100,000 articles, on both databases, over a mix of queries and filters.

``SEARCHED=20000`` measures a smaller store.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import pytest
from sqlalchemy import create_engine, insert, make_url, text

from pipeline.documents import Article, Author, Enrichment, Entity, Place, StoredArticle, Topic
from pipeline.store.database import Database, sqlite_url
from pipeline.store.schema import articles, feed, versions
from pipeline.store.search.index import key_of, note
from pipeline.store.search.searching import search
from pipeline.store.selection import Selection
from tests.news_wire import GRAMMAR, Press

NUMBER = int(os.environ.get("SEARCHED", "100000"))
BATCH, ROUNDS = 500, 240
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
SITES, AUTHORS, TOPICS = 200, 2_000, 17


class Templates:
    """Articles put together from sentences that were made once; words are as common and as rare as in a language."""

    def __init__(self, seed: int) -> None:
        self.press, self.dice = Press(seed), random.Random(seed)
        press = self.press
        self.sentences = [press._sentence([], self.dice.choice(press.topics)) for _ in range(30_000)]

    def article(self, number: int) -> StoredArticle:
        dice, press = self.dice, self.press
        sentences = dice.choices(self.sentences, k=dice.randint(10, 50))
        people = [press.people[min(int(dice.paretovariate(0.5)), 1_499)] for _ in range(4)]
        towns = [press.towns[min(int(dice.paretovariate(0.6)), 299)] for _ in range(3)]
        sentences[1::4] = [f"{sentence} {dice.choice(people)} said." for sentence in sentences[1::4]]
        site = f"house{min(int(dice.paretovariate(0.6)), SITES)}.example"
        url = f"https://{site}/{number}"
        at = FIRST + timedelta(minutes=10 * number)
        headline = " ".join([people[0].split()[-1], *press._sentence([], press.topics[number % 40]).split()[:7]])
        article = Article(
            id=f"a{number}", url=url, requested_url=url, canonical_url=url, domain=site, headline=headline,
            body="\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)),
            language="de" if number % 10 == 0 else "en", date_published=at.isoformat(),
            authors=(Author(name=f"Reporter {dice.randrange(AUTHORS)}"),),
        )  # fmt: skip
        found = Enrichment(
            language=article.language,
            entities=tuple(Entity(name=name, type="person", mentions=(), salience=0.5) for name in (*people, *towns)),
            places=tuple(Place(name=name, role="setting") for name in towns),
            topics=(Topic(code=f"medtop:{number % TOPICS:08}", label=f"topic {number % TOPICS}", score=1),),
        )
        stored_at = at.isoformat(timespec="milliseconds")
        return StoredArticle(article=article, enrichment=found, seq=number, version=1, stored_at=stored_at)

    def queries(self, sample: list[StoredArticle]) -> Iterator[tuple[str, Selection]]:
        """Words common and rare, phrases out of real texts, and what is asked with AND, OR, NOT and an asterisk."""
        dice, vocabulary = self.dice, self.press.vocabulary
        beginnings = [word[:3] for word in vocabulary if len(word) > 3]
        while True:
            one = dice.choice(sample)
            some = one.article.body.split()
            at = dice.randrange(len(some) - 4)
            name = one.enrichment.entities[0].name
            topical = [dice.choice(self.press.topics[0]) for _ in range(2)]
            query = dice.choice(
                (
                    dice.choice(GRAMMAR), dice.choice(vocabulary[:300]), dice.choice(vocabulary), name, f'"{name}"',
                    " ".join(topical), " ".join(dice.choices(vocabulary[:300], k=3)),
                    f'"{" ".join(some[at : at + 3])}"',
                    f"{topical[0]} OR {topical[1]}", f"{dice.choice(GRAMMAR)} -{topical[0]}",
                    f"{dice.choice(beginnings)}*",
                    f'({topical[0]} OR "{name}") {dice.choice(GRAMMAR)} NOT {topical[1]}',
                    " ".join(dice.choices(GRAMMAR, k=3)),
                )
            )  # fmt: skip
            day = (one.article.date_published or "")[:10]
            later = (datetime.fromisoformat(day) + timedelta(days=30)).date().isoformat()
            chosen = dice.choice(
                (
                    {}, {}, {}, {"entity": name}, {"site": one.article.domain}, {"language": "de"}, {"since": day},
                    {"since": day, "until": later}, {"topic": one.enrichment.topics[0].label}, {"until": day},
                    {"place": one.enrichment.places[0].name}, {"author": one.article.authors[0].name},
                    {"entity": name, "since": day},
                )
            )  # fmt: skip
            yield query, Selection(**chosen)


def fill(database: Database, documents: list[StoredArticle]) -> float:
    """Rows as the store writes them; returns the CPU seconds that the index took."""
    spent = 0.0
    for at in range(0, len(documents), BATCH):
        batch = documents[at : at + BATCH]
        with database.write() as tx:
            for table, rows in ((articles, _articles), (versions, _versions), (feed, _feed)):
                tx.execute(insert(table), rows(batch))
            begin = process_time()
            note(tx, batch)
            spent += process_time() - begin
    return spent


def _articles(batch: list[StoredArticle]) -> list[dict[str, object]]:
    fields = ("id", "canonical_url", "domain", "headline", "language", "date_published")
    rest = {"site_name": None, "version": 1, "stored_at": "2026"}
    return [
        {name: getattr(one.article, name) for name in fields} | rest | {"seq": one.seq, "content_hash": str(one.seq)}
        for one in batch
    ]


def _versions(batch: list[StoredArticle]) -> list[dict[str, object]]:
    same = {"version": 1, "content_hash": "", "stored_at": "2026"}
    return [
        same | {"article_id": one.article.id, "document_id": one.article.id, "document": one.model_dump(mode="json")}
        for one in batch
    ]


def _feed(batch: list[StoredArticle]) -> list[dict[str, object]]:
    return [{"seq": one.seq, "article_id": one.article.id, "version": 1, "at": "2026"} for one in batch]


@dataclass(frozen=True)
class Answer:
    ids: tuple[str, ...]
    ms: float
    asked: str


def ask(database: Database, asked: list[tuple[str, Selection, str | None]]) -> list[Answer]:
    answers = []
    for query, selection, after in asked:
        begin = perf_counter()
        with database.read() as tx:
            page = search(tx, query, selection, cursor=after)
        ms = 1000 * (perf_counter() - begin)
        answers.append(
            Answer(tuple(hit.article_id for hit in page.hits), ms, f"{query} {_told(selection)} {after or ''}")
        )
    return answers


def _told(selection: Selection) -> str:
    return " ".join(f"{name}={value}" for name, value in vars(selection).items() if value)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[dict[str, Database]]:
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE searched"))
    admin.dispose()
    url = make_url(postgres).set(database="searched").render_as_string(hide_password=False)
    path: Path = tmp_path_factory.mktemp("searched") / "copydesk.db"
    found = {"sqlite": Database(sqlite_url(path)).migrate(), "postgresql": Database(url).migrate()}
    yield found
    for database in found.values():
        database.close()


@pytest.mark.bench
def test_a_search_is_answered_at_once(databases: dict[str, Database]) -> None:
    templates = Templates(7)
    documents = [templates.article(number) for number in range(1, NUMBER + 1)]
    queries = templates.queries(templates.dice.sample(documents, 500))
    asked = [(*next(queries), None) for _ in range(ROUNDS)]
    deep = (templates.dice.choice(documents) for _ in range(ROUNDS // 4))
    asked += [(*next(queries), f"0-{key_of(one.article.date_published, one.seq)}") for one in deep]
    found = {}
    for name, database in databases.items():
        begin = perf_counter()
        spent = fill(database, documents)
        took = perf_counter() - begin
        print(f"\n{name}: {NUMBER} stored in {took:.0f} s, index {1000 * spent / NUMBER:.2f} ms CPU each")
        if name == "postgresql":
            with database.write() as tx:
                tx.execute(text("ANALYZE"))
        ask(database, asked[:20])
        found[name] = ask(database, asked)
        times = sorted(answer.ms for answer in found[name])
        p50, p95, p99 = (times[int(share * len(times))] for share in (0.50, 0.95, 0.99))
        with_hits = sum(bool(answer.ids) for answer in found[name])
        print(f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, most {times[-1]:.1f} ms; ", end="")
        print(f"{with_hits} of {len(times)} found something")
        for answer in sorted(found[name], key=lambda answer: -answer.ms)[:8]:
            print(f"  {answer.ms:6.1f} ms  {answer.asked}")
    for one, other in zip(found["sqlite"], found["postgresql"], strict=True):
        assert one.ids == other.ids, one.asked
