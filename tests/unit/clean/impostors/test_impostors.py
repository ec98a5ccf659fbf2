"""Each kind of impostor in several forms and languages, and articles that have something in common with one."""

import time
from pathlib import Path

import pytest

from pipeline.clean import clean
from pipeline.clean.impostors import kinds
from pipeline.documents import Article, FetchedPage
from pipeline.errors import REJECTIONS

PAGES = Path(__file__).parent / "pages"
FORMS = sorted(PAGES.glob("*/*.html"))
LEAST_FORMS = 4


def cleaned(html: str, url: str = "https://isle-examiner.example/news/2025/story") -> Article:
    return clean(
        FetchedPage(
            id="1", requested_url=url, url=url, media_type="text/html", text=html, date_fetched="2025-05-05T05:05:05Z"
        )
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.parent.name}-{form.stem}")
def test_a_page_is_taken_for_what_it_is(form: Path) -> None:
    article = cleaned(form.read_text(encoding="utf-8"))
    expected = form.parent.name
    assert (article.reason or "article") == expected
    assert (article.outcome == "article") == (expected == "article")


@pytest.mark.parametrize("reason", sorted({*(kind.reason for kind in kinds()), "index_page", "no_content"}))
def test_each_reason_has_several_forms(reason: str) -> None:
    assert reason in REJECTIONS
    assert sum(form.parent.name == reason for form in FORMS) >= LEAST_FORMS


def test_what_was_found_on_an_impostor_stays_in_the_answer() -> None:
    article = cleaned((PAGES / "paywall" / "gate-after-teaser.html").read_text(encoding="utf-8"))
    assert article.headline == "The engineers who keep the old locks turning"
    assert [author.name for author in article.authors] == ["Petra Lindqvist"]
    assert article.body.startswith("At six in the morning")


ROOMS = (
    "hall",
    "kitchen",
    "loft",
    "cellar",
    "yard",
    "tower",
    "attic",
    "stable",
    "cloakroom",
    "gallery",
    "library",
    "porch",
)
STORY = "".join(
    f"<p>On day {day} the council met in the {room} of the school and talked about drains until it was dark. "
    f"Nobody in the {room} could say who had the key to the pump, and the clerk wrote down that nobody could.</p>"
    for day, room in enumerate(ROOMS, 1)
)
"""Some 500 words."""


@pytest.mark.parametrize(
    "form",
    [form for form in FORMS if form.parent.name in {kind.reason for kind in kinds()}],
    ids=lambda form: f"{form.parent.name}-{form.stem}",
)
def test_a_long_article_is_one_whatever_else_is_on_its_page(form: Path) -> None:
    """The law behind the rule: enough text of its own outweighs any evidence."""
    html = form.read_text(encoding="utf-8").replace("<frameset", "<div")
    start = html.index(">", html.index("<body")) + 1
    article = f"<article><h1>Drains again</h1>{STORY}</article>"
    assert cleaned(html[:start] + article + html[start:]).outcome == "article"


@pytest.mark.parametrize(
    "html",
    [
        "<title>{}</title>".format("page not found " * 50_000),
        "<h1>{}</h1>".format("| " * 200_000),
        "<p>we use cookies and our partners</p>" * 15_000,
        '<a href="/x">a line of twenty letters</a><br><br>' * 10_000,
        "<script>{}</script>".format("_cf_chl_opt" * 100_000),
        '<input type="password">' * 20_000,
        "<div>" * 250 + '<input type="password">' * 10_000,
        "<noscript>please enable javascript</noscript>" * 15_000,
    ],
    ids=["title", "heading", "paragraphs", "teasers", "script", "passwords", "deep", "noscript"],
)
def test_it_is_bounded(html: str) -> None:
    before = time.process_time()
    cleaned(html)
    assert time.process_time() - before < 5.0
