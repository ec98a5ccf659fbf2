"""A picture of every page of the dashboard, to be looked at: ``PICTURES=folder pytest -m bench`` of this file.

Full (the samples and invented sites read by a fleet that is still at work) and empty, light and dark, wide and narrow.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from pipeline.stage import PIPELINE
from pipeline.store import throughput
from pipeline.store.clock import time_in
from pipeline.store.database import Database
from pipeline.store.rules import Result
from tests.browsing import Watched, chromium
from tests.commands import Copydesk
from tests.integration.test_dashboard import TOKEN, fail
from tests.integration.test_layout_breaks import bare
from tests.pages import make_page
from tests.serving import serving
from workers.samples import sample_files

PICTURES = Path(os.environ.get("PICTURES", "pictures"))
VIEWS = (("light", 1280), ("dark", 1280), ("light", 375), ("dark", 375))
SITES, READ, IN_WORK = 20, 320, 900
"""Of invented pages: sites (see ``tests.pages``), those that are read before, and those that are in work."""
FERRY = "ferry-strike.html"
OUTLETS = (
    ("Northern Ledger", "northern-ledger"),
    ("Harbour Gazette", "harbour-gazette"),
    ("Isles Today", "isles-today"),
)
FAILURES = (
    ("www.northern-ledger.example", "not_found", "the server says 404", 41),
    ("www.tidewater-courier.example", "paywall", "the text ends in the middle and the page asks to subscribe", 23),
    ("news.far-away.example", "forbidden", "the server says 403", 12),
    ("www.isles-today.example", "consent_page", "the page asks for consent and has no article", 8),
    ("api.harbour-gazette.example", "unsupported_type", "video/mp4", 3),
)
FIXED = (
    "/",
    "/failed",
    "/failed?reason=paywall",
    "/sites",
    "/articles",
    "/stories",
    "/map",
    "/nothing",
    "/sign-in",
    "/api",
)


def copies(folder: Path) -> list[Path]:
    """The ferry's story as other outlets have it, and as its own changes it: near-duplicates and versions."""
    page = next(path for path in sample_files() if path.name == FERRY).read_text("utf-8")
    made = []
    for number, (name, host) in enumerate(OUTLETS):
        other = page.replace("The Tidewater Courier", name).replace("tidewater-courier", host)
        other = other.replace("2025-03-14T06:12", f"2025-03-{14 + number // 2}T{9 + 3 * number:02}:40")
        made.append(folder / f"{host}.html")
        made[-1].write_text(other.replace("call off strike", "reach deal") if number else other, "utf-8")
    changed = page.replace("188 to 41", "188 to 43").replace(
        "livestock would not be carried", "no animals would travel"
    )
    changed = re.sub(r"<p>The dispute is the third.*?</p>", "<p>A first ship left at seven.</p>", changed)
    made.append(folder / "changed.html")
    made[-1].write_text(changed, "utf-8")
    return made


def invented(folder: Path, first: int, number: int) -> Path:
    """Pages of twenty sites; the template of one of them changes on the way."""
    folder.mkdir()
    for each in range(first, first + number):
        page = make_page(each)
        is_new_template = each % SITES == 3 and each >= READ
        (folder / f"{each:05}.html").write_text(bare(page) if is_new_template else page, "utf-8")
    for each in range(SITES * 40, SITES * 40 + 25 * (not first)):
        (folder / f"m{each:05}.html").write_text(make_page(3 + SITES * each), "utf-8")
    return folder


def past(database: Database) -> None:
    """Half an hour of work, as the tallies tell of it."""
    dice, names = Random(4), [stage.name for stage in PIPELINE]
    with database.write() as tx:
        now = time_in(tx)
        for period in range(90):
            level = 240 + 160 * (period > 30) - 300 * (50 < period < 58)
            for place, name in enumerate(names):
                some = max(0, int(level * dice.uniform(0.8, 1.1)) - 20 * place)
                results = [Result(None, "passed" if place < 3 else "stored", ms=9)] * some  # type: ignore[arg-type]
                throughput.note(tx, name, results, worker="past", now=now - 20 * (90 - period))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def shoot(browser: Any, base: str, kind: str, paths: dict[str, str]) -> None:
    for scheme, width in VIEWS:
        folder = PICTURES / kind / f"{scheme}-{width}"
        folder.mkdir(parents=True, exist_ok=True)
        seen = Watched(browser, base, scheme=scheme, width=width)
        for name, path in paths.items():
            page = seen.open(path)
            if name == "overview":
                page.wait_for_selector("#live:text-is('Live')")
            if name == "provenance":
                page.click("summary")
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            assert seen.overflow() <= 0, (path, width)
        seen.faults = [fault for fault in seen.faults if "404" not in fault and "422" not in fault]
        seen.close()


def name_of(path: str) -> str:
    """Of the picture."""
    return re.sub(r"\W+", "-", path).strip("-") or "overview"


@pytest.mark.bench
def test_the_pages_of_a_fleet_at_work(copydesk: Copydesk, browser: Any) -> None:
    copydesk.environment |= {"COPYDESK_SERVE_PORT": "0", "COPYDESK_SERVE_RATE": "0"}
    copydesk("run", "-c", "2", *sample_files())
    copydesk("run", "-c", "2", *copies(copydesk.folder), invented(copydesk.folder / "read", 0, READ))
    with closing(Database(copydesk.store_url)) as database:
        for host, reason, detail, number in FAILURES:
            fail(database, number, host=host, reason=reason, detail=detail)
        past(database)
        copydesk("add", invented(copydesk.folder / "pages", READ, IN_WORK))
        up = copydesk("up")
        assert up.returncode == 0, up.stderr
        try:
            address = copydesk.status()["dashboard"]
            with httpx.Client(base_url=address) as client:
                shoot(browser, address, "full", {"overview": "/"} | addresses(client))
        finally:
            copydesk("down")


def addresses(client: httpx.Client) -> dict[str, str]:
    found = {name_of(path): path for path in FIXED}
    hits = client.get(
        "/api/v1/search", params={"q": "ferry strike Holmsay", "site": "tidewater-courier.example"}
    ).json()
    (ferry,) = {hit["id"] for hit in hits["items"]}
    story = client.get(f"/api/v1/articles/{ferry}").json()["cluster_id"]
    failed = re.findall(r'href="(/documents/\w+)"', client.get("/failed").text)[0]
    site = re.findall(r'href="(/sites/[\w.-]+)"', client.get("/sites").text)
    lyon = client.get("/api/v1/search", params={"q": "tramway"}).json()["items"][0]["id"]
    return found | {
        "article": f"/articles/{ferry}", "provenance": f"/articles/{ferry}",
        "diff": f"/articles/{ferry}/diff?version=2",
        "old-version": f"/articles/{ferry}?version=1", "french": f"/articles/{lyon}", "story": f"/stories/{story}",
        "document": f"/documents/{ferry}", "failed-document": failed, "site-broken": site[0], "site": site[-1],
        "search": "/articles?q=ferry", "facets": "/articles?entity=Norrland+Ferries&q=pay+OR+crews&since=2025",
        "no-hits": "/articles?q=zebra", "wrong-query": "/articles?q=(ferry", "unknown": "/documents?q=https://x.example/1",
    }  # fmt: skip


@pytest.mark.bench
def test_the_pages_of_an_empty_store(tmp_path: Path, browser: Any) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'copydesk.db'}").migrate()) as database:
        with serving(database, tmp_path) as client:
            shoot(browser, str(client.base_url), "empty", {name_of(path): path for path in FIXED})
        with serving(database, tmp_path, serve_token=TOKEN) as client:
            shoot(browser, str(client.base_url), "locked", {"sign-in": "/failed"})
