"""What the read API costs with 100,000 articles, through HTTP, on both databases (``SEARCHED``: articles)."""

import random
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import httpx
import pytest
from sqlalchemy import text

from pipeline.store.database import Database
from tests.bench.test_search import NUMBER, Templates, databases, fill
from tests.serving import serving
from workers.web.cursors import cursor_of

ROUNDS = 60
__all__ = ["databases"]


@pytest.mark.bench
def test_a_deep_page_costs_what_the_first_one_does(databases: dict[str, Database], tmp_path: Path) -> None:
    templates, dice = Templates(7), random.Random(1)
    documents = [templates.article(number) for number in range(1, NUMBER + 1)]
    queries = templates.queries(dice.sample(documents, 200))
    person = documents[NUMBER // 2].enrichment.entities[0].name

    def deep() -> str:
        return cursor_of("newest", dice.randrange(200, NUMBER))

    asked: dict[str, Callable[[], tuple[str, dict[str, object]]]] = {
        "articles, first page": lambda: ("articles", {"limit": 50}),
        "articles, deep page": lambda: ("articles", {"limit": 50, "cursor": deep()}),
        "articles of an entity": lambda: ("articles", {"limit": 50, "entity": person}),
        "articles of an entity, deep": lambda: ("articles", {"limit": 50, "entity": person, "cursor": deep()}),
        "articles of a month": lambda: ("articles", {"limit": 50, "since": "2024-02", "until": "2024-03"}),
        "headlines, deep page": lambda: ("articles", {"limit": 50, "fields": "headline", "cursor": deep()}),
        "feed page": lambda: ("feed", {"limit": 50, "after": dice.randrange(NUMBER - 50)}),
        "search": lambda: ("search", {"q": next(queries)[0]}),
        "entities, frequent": lambda: ("entities", {}),
        "entities, alphabetical": lambda: ("entities", {"order": "alphabetical", "prefix": "s"}),
        "quotes": lambda: ("quotes", {"speaker": person}),
        "story": lambda: (f"stories/{dice.choice(documents).article.id}", {}),
        "one article": lambda: (f"articles/{dice.choice(documents).article.id}", {}),
        "account": lambda: ("account", {}),
    }
    for name, database in databases.items():
        fill(database, documents)
        if name == "postgresql":
            with database.write() as tx:
                tx.execute(text("ANALYZE"))
        with serving(database, tmp_path / name) as client:
            for what, ask in asked.items():
                print(f"{name:<11}{what:<30}{_measured(client, ask)}", flush=True)


def _measured(client: httpx.Client, ask: Callable[[], tuple[str, dict[str, object]]]) -> str:
    times = []
    for _ in range(ROUNDS):
        path, params = ask()
        begin = perf_counter()
        answer = client.get(f"/api/v1/{path}", params=params)  # type: ignore[arg-type]
        times.append(1000 * (perf_counter() - begin))
        assert answer.status_code < 500, answer.text
    times.sort()
    return f"p50 {times[ROUNDS // 2]:7.1f} ms, p95 {times[int(0.95 * ROUNDS)]:7.1f} ms, most {times[-1]:7.1f} ms"
