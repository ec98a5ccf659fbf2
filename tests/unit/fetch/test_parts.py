"""Which link leads to the next part of the same article."""

import time

import pytest

from pipeline.fetch.parts import next_part

ARTICLE = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    ("url", "href", "expected"),
    [
        ("https://a.example/story", "/story?page=2", "https://a.example/story?page=2"),
        ("https://a.example/story?page=2", "?page=3", "https://a.example/story?page=3"),
        ("https://a.example/story/", "https://a.example/story/2", "https://a.example/story/2"),
        ("https://a.example/story/2/", "/story/3/", "https://a.example/story/3/"),
        ("https://a.example/story", "/story/page/2", "https://a.example/story/page/2"),
        ("https://a.example/story.html", "story-2.html", "https://a.example/story-2.html"),
        ("https://a.example/story-2.html", "story-3.html", "https://a.example/story-3.html"),
        ("file:///pages/story.html", "story-2.html", "file:///pages/story-2.html"),
        ("https://a.example/story?id=7", "?id=7&amp;page=2", "https://a.example/story?id=7&page=2"),
        ("https://a.example/story", "/another-story", None),
        ("https://a.example/story", "/story?page=3", None),
        ("https://a.example/story?page=2", "/story?page=1", None),
        ("https://a.example/story", "https://b.example/story?page=2", None),
        ("https://a.example/story", "http://[/story?page=2", None),
    ],
)
def test_next_part(url: str, href: str, expected: str | None) -> None:
    for link in (f'<link rel="next" href="{href}">', f"<a class=x href='{href}' rel='next nofollow'>Next</a>"):
        assert next_part(f"<html>{ARTICLE}{link}", url) == expected


def test_a_listing_has_no_parts() -> None:
    assert next_part('<html><link rel="next" href="?page=2">', "https://a.example/news") is None


@pytest.mark.parametrize("piece", ["<a ", "<link rel=next ", '<a rel="', "href='", "<"])
def test_hostile_pages_cost_little(piece: str) -> None:
    before = time.process_time()
    next_part(ARTICLE + piece * (2_000_000 // len(piece)), "https://a.example/story")
    assert time.process_time() - before < 3
