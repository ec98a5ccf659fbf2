"""Which of a page's titles is its headline, and what sites put around it."""

from collections.abc import Callable

import pytest

from pipeline.clean.fields import Fields
from pipeline.clean.fields.headline import without_site

Read = Callable[..., Fields]
ARTICLE = '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{}"}}</script>'


@pytest.mark.parametrize(
    ("text", "known", "names", "expected"),
    [
        ("Ferries stop | Harbour Post", set(), {"harbour post"}, "Ferries stop"),
        ("Ferries stop - News - Harbour Post", set(), {"harbour post"}, "Ferries stop - News"),
        ("Ferries stop - News - Harbour Post", {"ferries stop"}, {"harbour post"}, "Ferries stop"),
        ("Harbour Post: Ferries stop | Harbour Post Online", set(), {"harbour post"}, "Harbour Post: Ferries stop"),
        ("Harbour Post – Ferries stop", set(), {"harbour post"}, "Ferries stop"),
        ("Ferries stop – and nobody knows why", set(), {"harbour post"}, "Ferries stop – and nobody knows why"),
        ("Ferries stop | HarbourPost.example", set(), {"harbourpost example"}, "Ferries stop"),
        ("渡轮停运：海港日报", set(), {"海港日报"}, "渡轮停运"),
        ("Harbour Post", set(), {"harbour post"}, "Harbour Post"),
    ],
)
def test_the_site_is_taken_off(text: str, known: set[str], names: set[str], expected: str) -> None:
    assert without_site(text, known, names) == expected


@pytest.mark.parametrize(
    ("html", "headline", "source"),
    [
        ("<title>Ferries stop | Harbour Post</title><h1>Ferries stop</h1>", "Ferries stop", "h1"),
        ("<title>Ferry crews walk out for pay</title><h1>Log in</h1>", "Ferry crews walk out for pay", "title"),
        ("<title>Ferries stop</title><h1>Harbour-Post</h1><h1>Ferries stop</h1>", "Ferries stop", "h1"),
        (
            '<title>SEO words for ferries</title><meta property="og:title" content="Ferries stop: best guide">'
            "<h1>Why all ferries stop</h1>",
            "Why all ferries stop",
            "h1",
        ),
        (
            ARTICLE.format("Ferries stop running") + '<meta property="og:title" content="Ferries stop">'
            "<title>Ferries stop today</title><h1>No ferries today</h1>",
            "Ferries stop",
            "og:title",
        ),
        (
            ARTICLE.format("No ferries today")
            + '<meta property="og:title" content="Ferries halt service | Harbour Post">'
            '<meta property="og:site_name" content="Harbour Post"><title>Ferries today</title><h1>No ferries</h1>',
            "No ferries today",
            "json-ld",
        ),
        (
            ARTICLE.format("Live: no ferries today") + '<meta property="og:title" content="no ferries today">'
            '<meta name="twitter:title" content="Live: no ferries today"><title>Live: no ferries today</title>'
            "<h1>Live: no ferries today</h1>",
            "Live: no ferries today",
            "json-ld",
        ),
        (
            '<meta property="og:title" content="Tom &amp;amp; Jerry &lt;em&gt;sail&lt;/em&gt;">',
            "Tom & Jerry sail",
            "og:title",
        ),
    ],
)
def test_choice(read: Read, html: str, headline: str, source: str) -> None:
    fields = read(f"<html><head>{html}</head></html>")
    assert (fields.headline.value, fields.headline.source) == (headline, source)


def test_other_titles_are_kept_as_what_others_said(read: Read) -> None:
    fields = read("<title>Crews on strike, ferries stay</title><h1>Ferries stay, crews strike</h1>")
    assert fields.headline.others == {"title": "Crews on strike, ferries stay"}


def test_sources_that_agree_raise_the_confidence(read: Read) -> None:
    alone, agreed = (
        read(f"<title>{title}</title><h1>Ferries stop</h1>").headline.confidence for title in ("", "Ferries stop")
    )
    assert alone < agreed <= 1


def test_a_headline_that_is_too_long_ends_with_a_word(read: Read) -> None:
    headline = read(f'<meta property="og:title" content="{"word " * 79}last of all">').headline.value
    assert headline == f"{'word ' * 79}last"


def test_no_title_is_none(read: Read) -> None:
    headline = read("<html><p>Text</p></html>").headline
    assert (headline.value, headline.confidence) == (None, 0.0)
