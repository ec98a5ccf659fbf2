"""A site whose template changes while the fleet works is flagged within twenty articles, and says when it is whole."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import sites
from pipeline.store.database import Database
from pipeline.store.layouts import ARTICLE, READ, Reading
from tests.commands import Copydesk
from tests.pages import make_page
from tests.serving import serving

SITES = 20
"""Pages of the mill that differ by so much are of one site."""
BEFORE, AFTER = 40, 20


def shell(page: str) -> str:
    """The new template loads its text by a script."""
    return re.sub(r"<p>.*</p>", "", page)


def bare(page: str) -> str:
    """The new one knows neither date nor author."""
    page = re.sub(r'<time.*?</time>|<p class="byline">.*?</p>|<meta property="article:published_time"[^>]*>', "", page)
    return re.sub(r"/20\d\d/\d\d/\d\d/", "/", page)


def teaser(page: str) -> str:
    """The new one shows the beginning only."""
    rest = re.findall(r"<p>.*?</p>", page)
    for paragraph in rest[2:]:
        page = page.replace(paragraph, "")
    return page


@pytest.mark.parametrize(
    ("site", "change", "what"),
    [(0, shell, "text of usual length"), (3, bare, "date"), (6, teaser, "text of usual length")],
)
def test_a_template_that_changes_in_mid_run(
    copydesk: Copydesk, site: int, change: Callable[[str], str], what: str
) -> None:
    pages = [make_page(site + SITES * number) for number in range(BEFORE + AFTER)]
    folder = copydesk.folder / "pages"
    folder.mkdir()
    for number, page in enumerate(pages):
        (folder / f"{number:03}.html").write_text(page if number < BEFORE else change(page), encoding="utf-8")
    first, then = sorted(folder.iterdir())[:BEFORE], sorted(folder.iterdir())[BEFORE:]
    assert copydesk("run", "-c", "1", *first).returncode == 0
    database = Database(copydesk.store_url)
    with database.read() as tx:
        assert [found.fault for found in sites.newest(tx, limit=9)] == [None]
    copydesk("run", "-c", "1", *then)
    with database.read() as tx:
        (found,) = sites.newest(tx, limit=9)
    database.close()
    assert found.fault, [reading[1:] for reading in found.readings]
    assert what in found.fault
    assert len(found.readings) == BEFORE + AFTER


def readings(number: int, *, flags: int = 31, begin: int = 0) -> list[tuple[str, Reading]]:
    return [("a.example", Reading(begin + at, flags, 3000, 80, 1)) for at in range(number)]


def test_the_alarm_stands_until_it_is_over_or_seen_to(database: Database, tmp_path: Path) -> None:
    with database.write() as tx:
        sites.record(tx, readings(50))
        sites.record(tx, readings(12, flags=READ | ARTICLE, begin=100))
    with serving(database, tmp_path) as client:
        page = client.get("/sites").text
        assert "headline: 0 of the last 10, 96% before" in page
        assert 'copydesk_site_broken{site="a.example"} 1.0' in client.get("/metrics").text
        assert "Its layout seems to have changed" in client.get("/sites/a.example").text
        with database.write() as tx:
            sites.record(tx, readings(150, flags=READ | ARTICLE, begin=200))
            assert sites.broken(tx) == {"a.example": 111.0}, "what is broken does not become usual by itself"
            sites.record(tx, readings(12, begin=400))
            assert sites.broken(tx) == {}, "it is whole again"
            sites.record(tx, readings(12, flags=READ | ARTICLE, begin=500))
        assert "seems to have changed" in client.get("/sites/a.example").text
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        done = client.post("/sites/a.example", headers=form)
        assert (done.status_code, done.headers["location"]) == (303, "/sites/a.example?accepted=1")
        assert client.post("/sites/a.example", headers=form).status_code == 404
        assert client.post("/sites/none.example", headers=form).status_code == 404
        assert client.get("/sites/none.example").status_code == 404
        assert "seems to have changed" not in client.get("/sites/a.example").text
        assert "copydesk_site_broken{" not in client.get("/metrics").text


def test_other_sources_are_usual_after_a_hundred_pages(database: Database) -> None:
    with database.write() as tx:
        sites.record(tx, readings(60))
        changed = [(site, reading._replace(sources=9)) for site, reading in readings(140, begin=100)]
        sites.record(tx, changed[:14])
        assert sites.broken(tx)
        sites.record(tx, changed[14:60])
        assert sites.broken(tx)
        sites.record(tx, changed[60:])
        assert not sites.broken(tx)


def test_sites_do_not_mix(database: Database) -> None:
    with database.write() as tx:
        sites.record(tx, [])
        sites.record(tx, [*readings(3), ("b.example", Reading(9, 0)), *readings(2, begin=10)])
        found = {site.name: site for site in sites.newest(tx, limit=9)}
        assert {name: len(site.readings) for name, site in found.items()} == {"a.example": 5, "b.example": 1}
        assert (found["b.example"].errors, found["b.example"].quality, found["a.example"].errors) == (1.0, 0.0, 0.0)
        assert [site.name for site in sites.newest(tx, limit=9, beginning="B")] == ["b.example"]
        assert sites.newest(tx, limit=9, beginning="%") == []
