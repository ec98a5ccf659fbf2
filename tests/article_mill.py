"""Stored articles from templates, every field filled, in any number: straight into the tables, for tests that read."""

from collections.abc import Iterator
from random import Random

import orjson
from sqlalchemy import insert, text

from pipeline.documents import (
    Article,
    Author,
    Block,
    DateMention,
    Enrichment,
    Entity,
    FieldProvenance,
    Image,
    Link,
    Mention,
    Place,
    Quote,
    Readability,
    Span,
    StoredArticle,
    Tone,
    Topic,
)
from pipeline.store.database import Database
from pipeline.store.schema import articles, feed, versions

SENTENCES = (
    "The harbour board approved night buses on Tuesday, said its chair, and critics fear for the costs.",
    "“Nobody asked us,” said Marta Ellingsen, who has run the line to Hollow Island for eleven years.",
    "In Oldtown and Lyon the price rose by 4.5 per cent, more than anyone had expected.",
    "Zürich, Kraków and 東京 were named as examples; none of the three has answered yet.",
)
NAMES = ("Marta Ellingsen", "Ana Diaz", "Oldtown", "Harbour Board", "Lyon", "Hollow Island", "Ole Sand", "Zürich")
KINDS = ("person", "person", "place", "organization", "place", "place", "person", "place")
SITES = ("one.example", "two.example", "three.example")
TEMPLATES, CHUNK = 100, 1_000


def stored(seq: int) -> StoredArticle:
    """One article; the same for the same ``seq``."""
    dice = Random(seq)
    paragraphs = [" ".join(dice.choices(SENTENCES, k=dice.randint(2, 5))) for _ in range(dice.randint(4, 14))]
    site = SITES[seq % len(SITES)]
    url = f"https://{site}/{seq}"
    article = Article(
        id=f"a{seq}", url=url, requested_url=url, canonical_url=url, site_name=site.split(".")[0].title(), domain=site,
        headline=f"Report {seq}: {dice.choice(NAMES)}", description=paragraphs[0][:80],
        authors=(Author(name=dice.choice(NAMES), url=f"{url}/author"), Author(name="Agency")), dateline="OLDTOWN",
        date_published=dice.choice(("2026-05-01T10:00:00+02:00", "2026-05-02", None)), date_published_raw="1 May",
        date_modified="2026-05-03T10:00:00Z", date_fetched="2026-05-04T10:00:00+00:00", language="en", section="Local",
        tags=("harbour", "buses"), body="\n\n".join(paragraphs),
        blocks=(Block(type="heading", text="Costs", level=2), *(Block(type="paragraph", text=p) for p in paragraphs)),
        main_image=Image(url=f"{url}.jpg", caption="A boat", credit="Ole Sand"), images=(Image(url=f"{url}-2.jpg"),),
        links=tuple(Link(url=f"https://{site}/{n}", text=f"more {n}") for n in range(4)), is_accessible_for_free=True,
        provenance={
            field: FieldProvenance(source="json-ld", confidence=0.9, others={"byline": "Ana"})
            for field in ("headline", "authors", "date_published", "body", "language")
        },
        source_hash="0" * 64, carry={"desk": seq, "more": [1, {"a": None}]},
    )  # fmt: skip
    return StoredArticle(
        article=article, enrichment=_enrichment(dice, paragraphs), seq=seq, version=1,
        stored_at="2026-05-04T10:00:01.000+00:00",
    )  # fmt: skip


def _enrichment(dice: Random, paragraphs: list[str]) -> Enrichment:
    entities = [
        Entity(name=name, type=kind, mentions=_mentions(dice, name), salience=round(dice.random(), 3))  # type: ignore[arg-type]
        for name, kind in zip(NAMES, KINDS, strict=True)
    ]
    said = Quote(
        text="Nobody asked us", start=1, end=16, speaker="Marta Ellingsen", speaker_mention=Span(start=22, end=37),
        verb="said", kind="direct",
    )  # fmt: skip
    return Enrichment(
        language="en", entities=tuple(entities), quotes=(said,) * dice.randint(0, 3),
        places=(
            Place(
                name="Lyon", country="FR", latitude=45.75, longitude=4.85, role="setting",
                mentions=_mentions(dice, "Lyon"),
            ),
            Place(name="Hollow Island", role="dateline"),
        ),
        dates=(DateMention(start=40, end=47, text="Tuesday", value="2026-04-28"),),
        topics=(Topic(code="medtop:11000000", label="politics", score=0.7),),
        keywords=("night bus", "harbour board"), summary=(SENTENCES[0],), tone=Tone(score=-0.25, label="negative"),
        reading_minutes=2.5, readability=Readability(score=61.5, formula="flesch"), outlets=("Axios",),
        fingerprint="0123abcd" * 24, cluster_id="a1", enrichers={"entities": "ok: gazetteer", "tone": "ok"},
        extra={"people": ["Ana Diaz"], "deep": {"n": 1.5}},
    )  # fmt: skip


def _mentions(dice: Random, name: str) -> tuple[Mention, ...]:
    return tuple(Mention(start=at, end=at + len(name), text=name) for at in range(0, 90, 30)[: dice.randint(1, 3)])


def fill(database: Database, number: int, first: int = 1) -> None:
    """``number`` articles, the first with seq ``first``; not indexed for search."""
    templates = [orjson.loads(stored(seq).model_dump_json()) for seq in range(1, TEMPLATES + 1)]
    for start in range(first, first + number, CHUNK):
        some = range(start, min(start + CHUNK, first + number))
        with database.write() as tx:
            tx.execute(insert(articles), [_article(templates[seq % TEMPLATES], seq) for seq in some])
            tx.execute(insert(versions), [_version(templates[seq % TEMPLATES], seq) for seq in some])
            tx.execute(insert(feed), list(_feed(some)))
    with database.write() as tx:
        tx.execute(text("ANALYZE"))


def _article(document: dict[str, dict[str, object]], seq: int) -> dict[str, object]:
    article = document["article"]
    shown = {name: article[name] for name in ("domain", "site_name", "headline", "language", "date_published")}
    return shown | {
        "id": f"a{seq}", "canonical_url": f"https://{article['domain']}/{seq}", "content_hash": f"{seq:064}",
        "version": 1, "seq": seq, "stored_at": document["stored_at"],
    }  # fmt: skip


def _version(document: dict[str, dict[str, object]], seq: int) -> dict[str, object]:
    url = f"https://{document['article']['domain']}/{seq}"
    own = {"id": f"a{seq}", "url": url, "requested_url": url, "canonical_url": url}
    return {
        "article_id": f"a{seq}", "version": 1, "document_id": f"a{seq}", "content_hash": f"{seq:064}",
        "stored_at": document["stored_at"], "document": document | {"article": document["article"] | own, "seq": seq},
    }  # fmt: skip


def _feed(some: range) -> Iterator[dict[str, object]]:
    return ({"seq": seq, "article_id": f"a{seq}", "version": 1, "at": "2026-05-04T10:00:01"} for seq in some)
