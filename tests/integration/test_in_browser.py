"""The dashboard in a real Chromium: it fits, it is live, everybody can use it, and nothing of an article runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.documents import EnrichedArticle
from pipeline.store import presence, sites
from pipeline.store.clock import time_in
from pipeline.store.database import Database
from pipeline.store.layouts import Reading
from pipeline.store.presence import Worker
from pipeline.store.publishing import publish
from tests.browsing import Watched, chromium
from tests.integration.test_dashboard import TOKEN, XSS, enriched, fail
from tests.serving import fill, report, serving

VIEWS = (("light", 1280), ("dark", 375), ("dark", 1280), ("light", 375))
LONG = "https://averylonghostname.example/" + "with-a-path-that-does-not-end/" * 12


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()
    yield found
    found.close()


def furnish(store: Database) -> None:
    """Something of everything, long words among it."""
    fill(store, 30)
    fail(store, 12, reason="paywall", detail="x" * 200)
    one = enriched()
    changed = one.article.model_copy(update={"body": one.article.body.replace("More came", "Much more came")})
    with store.write() as tx:
        publish(tx, one)
        publish(tx, one.model_copy(update={"article": changed}))
        publish(tx, hostile(99, LONG))
        now = time_in(tx)
        presence.announce(
            tx, Worker("desk.with-a-long-name.example:70001", "desk", "d", ("fetch", "clean"), 2, 3**18, now, now)
        )
        sites.record(tx, [("a.example", Reading(at, 31 if at < 60 else 3, 4000, 80)) for at in range(75)])


def hostile(number: int, text: str) -> EnrichedArticle:
    one = report(number, body=f"{text}\n\nIt is number {number}.")
    changed = {"headline": text, "description": text, "site_name": text, "url": text}
    return one.model_copy(update={"article": one.article.model_copy(update=changed)})


def addresses(client: Any) -> list[str]:
    story = client.get("/api/v1/articles/a1").json()["cluster_id"]
    document = client.get("/documents?q=https://a.example/0").headers["location"]
    return [
        "/", "/failed", "/sites", "/sites/a.example", "/articles", "/articles?q=storm&entity=Ann+Ware", "/articles/r1",
        "/articles/a99", "/articles/r1/diff?version=2", "/stories", f"/stories/{story}", "/map", document, "/nothing",
        "/sign-in", "/api",
    ]  # fmt: skip


def test_each_page_fits_and_everybody_can_use_it(browser: Any, store: Database, tmp_path: Path) -> None:
    from axe_core_python.sync_playwright import Axe

    furnish(store)
    with serving(store, tmp_path) as client:
        paths = addresses(client)
        for number, (scheme, width) in enumerate(VIEWS):
            seen = Watched(browser, str(client.base_url), scheme=scheme, width=width)
            for path in paths:
                page = seen.open(path)
                assert seen.overflow() <= 0, (path, width)
                if number < 2:
                    found = Axe().run(page)["violations"]
                    told = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]
                    assert not told, (path, scheme, width)
            # Chromium says so of /nothing itself.
            seen.faults = [fault for fault in seen.faults if "404" not in fault]
            seen.close()


def test_the_overview_follows_the_fleet(browser: Any, store: Database, tmp_path: Path) -> None:
    with serving(store, tmp_path) as client:
        seen = Watched(browser, str(client.base_url))
        page = seen.open("/")
        page.wait_for_selector("#live:text-is('Live')")
        fail(store, 3)
        page.wait_for_selector("#account .fault dd:has-text('3')")
        page.focus("#account .fault a")
        fail(store, 2, host="b.example")
        page.wait_for_selector("#account .fault dd:has-text('5')")
        assert page.evaluate("document.activeElement.textContent") == "5", "who is there with the keyboard stays there"
        seen.close()


def test_without_a_script_all_pages_work(browser: Any, store: Database, tmp_path: Path) -> None:
    furnish(store)
    with serving(store, tmp_path) as client:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(str(client.base_url))
        assert "12" in page.inner_text("#account .fault")
        page.click("text=Articles")
        page.fill("input[name=q] >> nth=1", "number7")
        page.click("main button")
        assert page.inner_text("main mark") == "number7"
        context.close()


def test_failed_ones_are_sent_again_by_keyboard(browser: Any, store: Database, tmp_path: Path) -> None:
    fail(store, 2)
    with serving(store, tmp_path) as client:
        seen = Watched(browser, str(client.base_url))
        page = seen.open("/failed")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "To the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "id":
                break
        page.keyboard.press("Space")
        for _ in range(30):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.value") == "replayed":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("text=1 sent through again")
        assert page.locator("input[name=id]").count() == 1
        seen.close()


def test_nothing_of_an_article_runs(browser: Any, store: Database, tmp_path: Path) -> None:
    for number, text in enumerate(XSS):
        with store.write() as tx:
            publish(tx, hostile(number, text))
        fail(store, 1, host=f"{number}.example", detail=text)
    with serving(store, tmp_path) as client:
        seen = Watched(browser, str(client.base_url))
        for path in ("/", "/failed", "/articles", "/stories", "/sites", "/map"):
            seen.open(path)
        for number, text in enumerate(XSS):
            page = seen.open(f"/articles/a{number}")
            assert page.inner_text("article h1").strip() == text.strip()
            seen.open(client.get(f"/documents?q=https://{number}.example/0").headers["location"])
        for text in XSS:
            page = seen.open("/articles")
            page.fill("input[name=q] >> nth=1", text)
            page.click("main button")
        seen.faults = [fault for fault in seen.faults if "422" not in fault]
        seen.close()


def test_signing_in_and_out(browser: Any, store: Database, tmp_path: Path) -> None:
    with serving(store, tmp_path, serve_token=TOKEN) as client:
        seen = Watched(browser, str(client.base_url))
        page = seen.open("/failed")
        page.fill("input[name=token]", "not it")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=This is not the token")
        page.fill("input[name=token]", TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('Failed')")
        page.click("text=Overview")
        page.wait_for_selector("#live:text-is('Live')")
        page.click("text=Sign out")
        page.wait_for_selector("h1:has-text('Sign in')")
        seen.faults = [fault for fault in seen.faults if "403" not in fault]
        seen.close()
