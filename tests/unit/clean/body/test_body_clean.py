"""The stage's entry: what goes in as a page comes out as an article, whatever the page is."""

import pytest

from pipeline.clean import clean
from pipeline.documents import Article, FetchedPage
from tests.unit.clean.body.body_stories import BODY, HEADLINE, STORY, page, paragraphs

URL = "https://post.example/news/ferry"


def cleaned(text: str, media_type: str = "text/html") -> Article:
    return clean(
        FetchedPage(
            id="7",
            requested_url=f"{URL}?utm_source=x",
            url=URL,
            media_type=media_type,
            text=text,
            date_fetched="2031-03-12T10:00:00+00:00",
            carry={"desk": "coast"},
        )
    )


def test_a_story_is_an_article() -> None:
    article = cleaned(page(paragraphs()))
    assert (article.outcome, article.reason, article.body, article.headline) == ("article", None, BODY, HEADLINE)
    assert (article.id, article.url, article.requested_url) == ("7", URL, f"{URL}?utm_source=x")
    assert (article.language, article.date_fetched, article.carry) == (
        "en",
        "2031-03-12T10:00:00+00:00",
        {"desk": "coast"},
    )
    assert article.date_published is None
    assert article.provenance["body"].confidence > 0.9


def test_an_article_survives_json() -> None:
    article = cleaned(page(paragraphs()))
    assert Article.model_validate_json(article.model_dump_json()) == article


@pytest.mark.parametrize(
    ("opening", "dateline"),
    [
        ("BERGEN, March 12 (Agency) - ", "Bergen"),
        ("BERGEN — ", "Bergen"),
        ("In Bergen — ", None),
        ("", None),
    ],
)
def test_the_dateline_is_read_and_taken_off_the_text(opening: str, dateline: str | None) -> None:
    article = cleaned(page(paragraphs((opening + STORY[0], *STORY[1:]))))
    assert (article.dateline, article.body) == (dateline, BODY if dateline else opening + BODY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "no_content"), ("<br>" * 70_000, "too_complex"), ("x" * 5_000_001, "too_large"), ("<img src=a.jpg>", None)],
)
def test_a_bad_page_is_an_outcome(text: str, reason: str | None) -> None:
    article = cleaned(text)
    assert article.outcome == "rejected"
    assert reason is None or article.reason == reason
    assert (article.id, article.body) == ("7", "")


def test_plain_text_is_read_as_text() -> None:
    assert STORY[2] in cleaned(f"{HEADLINE}\n\n{BODY}\n", "text/plain").body
