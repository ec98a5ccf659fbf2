"""The dashboard as a browser asks for it: each page on both databases, forms, sign-in, live sections, hostile texts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import html
from sqlalchemy import text

from pipeline.documents import Article, Author, EnrichedArticle, Enrichment, Entity, Mention, Place, Quote, Topic
from pipeline.store import ledger, presence, sites
from pipeline.store.clock import time_in
from pipeline.store.database import Database
from pipeline.store.layouts import Reading
from pipeline.store.ledger import Entry
from pipeline.store.presence import Worker
from pipeline.store.publishing import publish
from pipeline.store.rules import Policy, Result
from tests.serving import fill, report, serving
from workers.web.badge import COOKIE, VALID_SECONDS, Badges
from workers.web.pages.charts import above, course_chart
from workers.web.pages.marked import paragraphs

TOKEN = "a-token-of-sixteen-letters"
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
PAGES = ("/", "/failed", "/sites", "/articles", "/stories", "/map")
XSS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)",
    "</title><script>alert(1)</script>", "</textarea><svg onload=alert(1)>", "{{7*7}}{% raw %}", "<!--", "]]>",
    "data:text/html,<script>alert(1)</script>", "\u202e\u2066<b>", "&lt;script&gt;",
    "<a href=javascript:alert(1)>x</a>",
)  # fmt: skip


def fail(
    database: Database, number: int, *, host: str = "a.example", reason: str = "not_found", detail: str = ""
) -> None:
    """So many documents that are rejected in fetch."""
    policy = Policy()
    with database.write() as tx:
        now = time_in(tx)
        entries = [Entry(f"https://{host}/{n}", f"https://{host}/{n}", host) for n in range(number)]
        ledger.accept(tx, entries, submission="s", now=now)
        taken = ledger.dispatch(tx, number, now=now + 99, policy=policy)
        claims = ledger.claim(tx, "fetch", [d.ticket for d in taken], worker="w:1", now=now, policy=policy)
        results = [Result(claim.ticket, "rejected", reason, detail, ms=7) for claim in claims]
        ledger.settle(tx, "fetch", results, worker="w:1", now=now, policy=policy)


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    with serving(database, tmp_path) as found:
        found.headers.update(BROWSER)
        yield found


def page(client: httpx.Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for element in html.document_fromstring(answer.text).iter("*"):
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "srcdoc")], element
        assert element.tag not in ("img", "iframe", "object", "embed", "base", "style"), element
        if element.tag in ("script", "link", "image"):
            assert (element.get("src") or element.get("href") or "").startswith("/static/"), "no outside requests"
        link = (element.get("href") or "/").strip().lower()
        assert link.startswith(("/", "#", "http://", "https://")), link
    return answer.text


def test_an_empty_store_says_what_to_do(client: httpx.Client) -> None:
    words = (
        "copydesk add",
        "Nothing failed",
        "No page of a site",
        "no article yet",
        "No two articles",
        "No article names",
    )
    for path, word in zip(PAGES, words, strict=True):
        assert word in page(client, path), path


def test_the_overview_has_what_status_has(client: httpx.Client, database: Database) -> None:
    fail(database, 3)
    with database.write() as tx:
        now = time_in(tx)
        ledger.accept(
            tx, [Entry("https://slow.example/1", "https://slow.example/1", "slow.example")], submission="t", now=now
        )
        presence.announce(tx, Worker("desk:7", "desk", "desk:", ("fetch", "clean"), 2, 300_000_000, now, now))
    found = page(client, "/")
    for told in ("<dd>4</dd>", "desk:7", "alive", "300 MB", "fetch, clean", "not_found", "https://slow.example/1"):
        assert told in found, told
    status = client.get("/api/v1/account").json()
    assert (status["accepted"], status["rejected"], status["in_flight"]) == (4, 3, 1)


def test_it_is_live(client: httpx.Client, database: Database) -> None:
    with client.stream("GET", "/live") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = events.iter_lines()
        first = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        assert set(first) == {"account", "course", "stages", "reasons", "workers", "lines"}
        fail(database, 2)
        then = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        assert "not_found" in then["reasons"]
        assert "workers" not in then, "only what has changed"


def test_failed_ones_are_chosen_and_sent_again(client: httpx.Client, database: Database) -> None:
    fail(database, 130)
    fail(database, 2, host="b.example", reason="paywall", detail="subscribers only")
    first = page(client, "/failed")
    assert first.count('name="id"') == 100
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    assert page(client, older[1].replace("&amp;", "&")).count('name="id"') == 32
    chosen = page(client, "/failed?state=&reason=paywall&stage=fetch&host=b.example&since=1h")
    ids = re.findall(r'name="id" value="(\w+)"', chosen)
    assert len(ids) == 2
    assert "subscribers only" in chosen
    assert "Nothing that failed fits" in page(client, "/failed?state=dead")
    done = client.post("/failed", data={"id": ids[0], "how": "replayed"})
    assert (done.status_code, done.headers["location"]) == (303, "/failed?replayed=1")
    assert "1 sent through again" in page(client, "/failed?replayed=1")
    assert "replayed" in page(client, f"/documents/{ids[0]}")
    assert client.post("/failed", data={"id": ids[0], "how": "replayed"}).headers["location"] == "/failed?replayed=0"
    done = client.post("/failed", data={"all": "1", "reason": "not_found", "how": "dropped"})
    assert done.headers["location"] == "/failed?reason=not_found&dropped=130"
    assert page(client, "/failed").count('name="id"') == 1
    assert page(client, "/failed?dropped=1").count('name="id"') == 100
    back = client.post("/failed", data={"id": ids[1], "how": "replayed", "back": "1"})
    assert back.headers["location"] == f"/documents/{ids[1]}?replayed=1"
    assert client.post("/failed", data={"how": "replayed"}).headers["location"] == "/failed?replayed=0", (
        "none is ticked"
    )


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"how": "deleted", "id": "x"}, 422),
        ({"how": "replayed", "all": "1", "since": "9y"}, 422),
        ({"x": "y" * 70_000}, 413),
    ],
)
def test_wrong_forms_are_refused(client: httpx.Client, form: dict[str, str], status: int) -> None:
    assert client.post("/failed", data=form).status_code == status
    assert client.post("/failed", json=form).status_code == 415


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://{host}"}, True),
        ({"Origin": "http://{host}.evil.example"}, False),
    ],
)
def test_only_our_own_pages_change_something(client: httpx.Client, headers: dict[str, str], is_let_in: bool) -> None:
    host = f"{client.base_url.host}:{client.base_url.port}"
    given = {name: value.format(host=host) for name, value in headers.items()}
    answer = client.post("/failed", data={"how": "replayed"}, headers=given)
    assert answer.status_code == (303 if is_let_in else 403)


def test_where_is_my_url(client: httpx.Client, database: Database) -> None:
    fail(database, 1, detail="the server says 404")
    found = client.get("/documents", params={"q": "https://a.example/0"}, follow_redirects=True)
    for told in ("rejected", "not_found: the server says 404", "7 ms", "w:1", "Send through again"):
        assert told in found.text, told
    assert "never accepted" in page(client, "/documents?q=https://nowhere.example/", 404)
    assert client.get("/documents?q=").headers["location"] == "/"
    page(client, "/documents/none", 404)


def test_articles_are_found_and_chosen_by_facets(client: httpx.Client, database: Database) -> None:
    fill(database, 50)
    first = page(client, "/articles")
    assert first.count("<li><h2>") == 20
    assert "/articles?cursor=" in first
    for name in ("Ann Ware", "Lyon", "weather", "Reporter 3", "site1.example"):
        assert re.search(rf'<a href="/articles\?\w+={name.replace(" ", chr(92) + "+")}"', first), name
    found = page(client, "/articles?q=number7")
    assert "<mark>number7</mark>" in found
    chosen = page(client, "/articles?entity=ann+ware&place=Leeds&q=storm")
    assert chosen.count("<li><h2>") == 9
    assert 'aria-label="Without Place Leeds"' in chosen
    following = re.search(r'rel="next" href="([^"]+)"', page(client, "/articles?q=storm"))
    assert following
    assert page(client, following[1].replace("&amp;", "&")).count("<li><h2>") == 20
    assert "No article fits" in page(client, "/articles?q=zebra")
    for wrong in ("q=(storm", "since=yesterday", "cursor=abc"):
        assert "Not understood" in page(client, f"/articles?{wrong}", 422)


def enriched() -> EnrichedArticle:
    body = "“It will rain,” Ann Ware said in Lyon on Monday.\n\nMore came.\n\nThe end"
    said = "“It will rain,”"
    article = Article(
        id="r1", url="https://n.example/rain", requested_url=None, canonical_url="https://n.example/rain", body=body,
        headline="Rain", domain="n.example", authors=(Author(name="Bo Li"),), language="en", description="It rains.",
        date_published="2026-05-01T10:00:00+00:00",
    )  # fmt: skip
    ann, lyon = (Mention(start=body.index(w), end=body.index(w) + len(w), text=w) for w in ("Ann Ware", "Lyon"))
    found = Enrichment(
        entities=(Entity(name="Ann Ware", type="person", mentions=(ann,), salience=1),),
        places=(Place(name="Lyon", country="FR", latitude=45.7, longitude=4.8, role="setting", mentions=(lyon,)),),
        quotes=(Quote(text=said, start=0, end=len(said), speaker="Ann Ware", kind="direct"),),
        topics=(Topic(code="medtop:17000000", label="weather", score=0.9),), summary=("More came.",),
    )  # fmt: skip
    return EnrichedArticle(article=article, enrichment=found)


def test_an_article_to_read(client: httpx.Client, database: Database) -> None:
    one = enriched()
    with database.write() as tx:
        publish(tx, one)
    found = page(client, "/articles/r1")
    for told in (
        '<article lang="en">', "<h1>Rain</h1>", 'title="direct quote: Ann Ware"', 'title="Ann Ware (person)"',
        'title="Lyon, FR (setting)"', 'href="https://n.example/rain" rel="noreferrer noopener external"', "weather",
    ):  # fmt: skip
        assert told in found, told
    changed = one.article.model_copy(update={"body": one.article.body.replace("More came", "Much more came")})
    with database.write() as tx:
        publish(tx, one.model_copy(update={"article": changed}))
    assert "Much more came" in page(client, "/articles/r1")
    assert "version 2</a> is the current one" in page(client, "/articles/r1?version=1")
    diff = page(client, "/articles/r1/diff?version=2")
    assert re.search(r"<del>More\s*</del>|<ins>Much\s*</ins>", diff)
    for wrong in ("/articles/none", "/articles/r1?version=9", "/articles/r1/diff?version=1", "/stories/none"):
        page(client, wrong, 404)
    assert client.get("/articles/r1?version=x").status_code == 422


def test_marks_nest_in_any_way() -> None:
    one = enriched()
    flat = one.article.model_dump(mode="json") | one.enrichment.model_dump(mode="json")
    flat["quotes"][0]["end"] = flat["body"].index(" said")  # over the name
    found = paragraphs(flat)
    assert ["".join(piece.text for piece in each.pieces) for each in found] == flat["body"].split("\n\n")
    assert [(p.text, p.kinds) for p in found[0].pieces] == [
        ("“It will rain,” ", "said"), ("Ann Ware", "name person said"), (" said in ", ""), ("Lyon", "name place"),
        (" on Monday.", ""),
    ]  # fmt: skip


def test_stories_and_the_map(client: httpx.Client, database: Database) -> None:
    fill(database, 6)
    found = page(client, "/map")
    assert 'cx="4.85" cy="-45.75"' in found
    assert "Lyon, FR: 3" in found
    story = client.get("/api/v1/articles/a1").json()["cluster_id"]
    assert "Headline 1" in page(client, f"/stories/{story}")
    page(client, "/stories")


def test_hostile_texts_stay_texts(client: httpx.Client, database: Database) -> None:
    for number, hostile in enumerate(XSS):
        one = report(number, body=f"{hostile}\n\n{hostile} again {number}")
        article = one.article.model_copy(update={
            "headline": hostile, "description": hostile, "site_name": hostile, "authors": (Author(name=hostile),),
            "url": hostile, "domain": hostile,
        })  # fmt: skip
        mention = Mention(start=0, end=len(hostile), text=hostile)
        found = one.enrichment.model_copy(update={
            "entities": (Entity(name=hostile, type="other", mentions=(mention,), salience=1),),
            "quotes": (Quote(text=hostile, start=0, end=4, speaker=hostile, kind="direct"),), "summary": (hostile,),
        })  # fmt: skip
        with database.write() as tx:
            publish(tx, EnrichedArticle(article=article, enrichment=found))
            sites.record(tx, [(hostile, Reading(number, 31))])
        fail(database, 1, host=hostile[:60], detail=hostile)
    paths = ["/", "/failed", "/sites", "/stories", "/map", "/articles", *(f"/articles/a{n}" for n in range(len(XSS)))]
    for path in paths:
        found_page = page(client, path)
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", found_page)
    for hostile in XSS:
        answer = client.get("/articles", params={"q": hostile, "entity": hostile})
        assert answer.status_code in (200, 422)
        assert "<script>alert" not in answer.text
        assert client.get("/documents", params={"q": hostile}).status_code in (303, 404, 422)
        assert "<script>alert" not in client.get(f"/sites/{httpx.QueryParams({'x': hostile})}"[:-1]).text


def test_signing_in(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    with serving(database, tmp_path, serve_token=TOKEN) as client:
        client.headers.update(BROWSER)
        turned = client.get("/failed?state=dead")
        assert (turned.status_code, turned.headers["location"]) == (303, "/sign-in?next=%2Ffailed%3Fstate%3Ddead")
        assert 'value="/failed?state=dead"' in page(client, turned.headers["location"])
        assert (
            client.get("/api/v1/account").status_code
            == client.get("/live", headers={"Accept": "*/*"}).status_code
            == 401
        )
        assert client.get("/static/app.css").status_code == 200
        assert client.post("/failed", data={"how": "replayed"}).status_code == 401
        wrong = client.post("/sign-in", data={"token": "x", "next": "/failed"})
        assert (wrong.status_code, "not the token" in wrong.text, "set-cookie" in wrong.headers) == (403, True, False)
        right = client.post("/sign-in", data={"token": TOKEN, "next": "/failed"})
        assert (right.status_code, right.headers["location"]) == (303, "/failed")
        cookie = right.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", f"Max-Age={VALID_SECONDS}"))
        assert TOKEN not in cookie
        assert "Sign out" in page(client, "/")
        assert client.get("/api/v1/account").status_code == 200
        gone = client.post("/sign-out")
        assert gone.headers["location"] == "/sign-in"
        assert client.get("/").status_code == 303
        for forged in ("x", "9999999999.", f"9999999999.{'0' * 64}", f"{TOKEN}", "9" * 5000, "é"):
            cookie_header = {"Cookie": f"{COOKIE}={forged}".encode()}
            assert client.get("/", headers=cookie_header).status_code == 303, forged
        for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            sent = client.post("/sign-in", data={"token": TOKEN, "next": elsewhere})
            assert sent.headers["location"] == "/", elsewhere
    database.close()


def test_a_badge_ends() -> None:
    now = [1000.0]
    badges = Badges(TOKEN, clock=lambda: now[0])
    badge = f"{COOKIE}={badges.issue()}"
    assert badges.is_valid(badge)
    assert badges.is_valid(f"other=1; {badge}")
    assert not Badges(TOKEN + "x", clock=lambda: now[0]).is_valid(badge)
    now[0] += VALID_SECONDS
    assert not badges.is_valid(badge)


def test_files_of_ours_and_no_others(client: httpx.Client) -> None:
    for name, kind in (("app.css", "text/css"), ("live.js", "text/javascript"), ("land.svg", "image/svg+xml")):
        answer = client.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
    for path in ("/static/none.css", "/static/..%2frendering.py", "/static/%2e%2e/rendering.py", "/nothing"):
        assert client.get(path).status_code == 404, path
    assert client.get("/nothing").text.count("<main") == 1
    assert client.get("/nothing", headers={"Accept": "application/json"}).json()["status"] == 404


def test_a_store_that_is_away_is_said_on_the_page(client: httpx.Client, database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("the tables of one are enough")
    with database.write() as tx:
        tx.execute(text("DROP TABLE throughput"))
    assert client.get("/").status_code in (500, 503)


def test_charts() -> None:
    assert [above(v) for v in (0, 0.05, 1, 1.4, 3, 23, 99, 100, 101)] == [0, 0.1, 1, 2, 5, 25, 100, 100, 200]
    chart = course_chart({"fetch": {960: 40}, "clean": {980: 20}}, ["fetch", "clean"], now=1005, minutes=1)
    assert (chart.top, [line.last for line in chart.lines]) == (2, [0, 1.0])
    assert chart.lines[0].points == "0,200.0 450,0.0 900,200.0"
    assert course_chart({}, ["fetch"], now=1005, minutes=1).top == 0
