"""The read API as it is served: a real server on 127.0.0.1, and a client of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from config.settings import Settings
from pipeline.documents import Article, Author, EnrichedArticle, Enrichment, Entity, Place, Quote, Topic
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from tests.waiting import wait_for
from workers.web.app import guarded, make_api
from workers.web.guard import access_to
from workers.web.serving import Server, address_of, listen

PEOPLE = ("Ann Ware", "Björn Ek", "Chidi Okoye")
TOWNS = (("Leeds", "GB", 53.8, -1.55), ("Lyon", "FR", 45.75, 4.85))


@contextmanager
def serving(database: Database, home: Path, **settings: Any) -> Iterator[httpx.Client]:
    """A client of a server that reads this store; without a limit on requests, unless one is given."""
    given = {"home": home, "store_url": database.url.render_as_string(hide_password=False), "serve_rate": 0}
    found = Settings.model_validate(given | settings)
    listening = listen("127.0.0.1", 0)
    own = Database(found.store).migrate()
    api = make_api(found, own)
    token = found.serve_token.get_secret_value() if found.serve_token else None
    server = Server(guarded(api, found, access_to("127.0.0.1", token)), *api.state.streams)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    with httpx.Client(base_url=address_of(listening), timeout=30) as client:  # It sees the server end.
        try:
            wait_for(lambda: server.started)
            yield client
        finally:
            server.should_exit = True
            thread.join()
            own.close()
            listening.close()


def report(number: int, *, body: str | None = None) -> EnrichedArticle:
    """An article by its number: names, places, quotes, topics and dates in turn."""
    person, town = PEOPLE[number % 3], TOWNS[number % 2]
    url = f"https://site{number % 2}.example/{number}"
    article = Article(
        id=f"a{number}", url=url, requested_url=url, canonical_url=url, domain=f"site{number % 2}.example",
        headline=f"Headline {number}", body=body or f"Storm number{number} came.\n\n{person} spoke in {town[0]}.",
        language="en" if number % 2 else "fr", authors=(Author(name=f"Reporter {number % 5}"),),
        date_published=f"2026-05-{number % 28 + 1:02}T10:00:00+00:00",
    )  # fmt: skip
    name, country, latitude, longitude = town
    found = Enrichment(
        language=article.language,
        entities=(
            Entity(name=person, type="person", mentions=(), salience=0.5),
            Entity(name=name, type="place", mentions=(), salience=0.1),
        ),
        places=(Place(name=name, country=country, latitude=latitude, longitude=longitude, role="setting"),),
        quotes=(Quote(text=f"It rained, {number}.", start=0, end=5, speaker=person, kind="direct"),),
        topics=(Topic(code="medtop:17000000", label="weather", score=1),),
    )
    return EnrichedArticle(article=article, enrichment=found)


def fill(database: Database, number: int, *, first: int = 0) -> None:
    """So many reports, in one transaction."""
    with database.write() as tx:
        for each in range(first, first + number):
            publish(tx, report(each))
