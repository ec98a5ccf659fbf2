"""Pages that only stand before another one."""

import time

import pytest

from pipeline.fetch.wrappers import wrapper_target

TARGET = "https://gazette.example/2026/bridge-reopens?a=1&b=2"
WORDS = "The town council met on Tuesday to talk about the bridge. " * 12
SHORTENER = (
    f'<head><noscript><META http-equiv="refresh" content="0;URL={TARGET.replace("&", "&amp;")}"></noscript>'
    f"<title>{TARGET}</title></head><script>window.opener = null; location.replace("
    f'"{TARGET.replace("/", chr(92) + "/")}")</script>'
)


@pytest.mark.parametrize(
    ("text", "url", "target"),
    [
        (SHORTENER, "https://t.co/abc", TARGET),
        (f'<meta http-equiv="refresh" content="2; url=\'{TARGET}\'">', "https://s.example/1", TARGET),
        ("<META CONTENT='0;/story/7' HTTP-EQUIV=Refresh>", "https://s.example/1", "https://s.example/story/7"),
        (f'<script>window.location.href = "{TARGET}";</script>', "https://s.example/1", TARGET),
        (
            f'<html amp><head><link rel="canonical" href="{TARGET}"></head><body>{WORDS}</body>',
            "https://gazette-example.cdn.ampproject.org/c/s/gazette.example/amp/bridge", TARGET,
        ),
        (f'<link rel=canonical href="{TARGET}">{WORDS}', "https://www.google.com/amp/s/gazette.example/bridge", TARGET),
        (f'<p>You leave us for <a href="{TARGET}">this page</a></p>', "https://lnkd.in/xyz", TARGET),
        ("<p>Redirect notice</p>", "https://www.google.com/url?q=https%3A%2F%2Fgazette.example%2Fa&sa=D",
         "https://gazette.example/a"),
        (f'<c-wiz data-n-au="{TARGET}"></c-wiz>', "https://news.google.com/articles/CBM", TARGET),
    ],
)  # fmt: skip
def test_the_page_tells_the_way(text: str, url: str, target: str) -> None:
    assert wrapper_target(text, url) == target


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"<html><body>{WORDS}</body></html>", "https://gazette.example/1"),
        (f'<meta http-equiv="refresh" content="600">{WORDS}', "https://gazette.example/1"),
        (f'<meta http-equiv="refresh" content="300;url=/1?again">{WORDS}', "https://gazette.example/1"),
        ('<meta http-equiv="refresh" content="5;url=https://gazette.example/1#top">', "https://gazette.example/1"),
        (f'<noscript><meta http-equiv="refresh" content="0;url=/plain"></noscript>{WORDS}', "https://g.example/1"),
        (f'<script>if (mobile) location.href = "{TARGET}"</script>{WORDS}', "https://g.example/1"),
        (f'<link rel="canonical" href="{TARGET}">{WORDS}', "https://agency.example/copy"),
        (f'<a href="{TARGET}">a</a> <a href="https://other.example/x">b</a>', "https://lnkd.in/xyz"),
        (f'<a href="{TARGET}">a</a>', "https://blog.example/links"),
        ('<meta http-equiv="refresh" content="0;url=javascript:alert(1)">', "https://s.example/1"),
        ('<meta http-equiv="refresh" content="0;url=http://user:secret@host.example/">', "https://s.example/1"),
    ],
)  # fmt: skip
def test_a_page_that_is_meant_itself_stays(text: str, url: str) -> None:
    assert wrapper_target(text, url) is None


@pytest.mark.parametrize(
    "unit",
    ["<script", "<noscript>", '<a href="https://x.example/', "<meta ", "<", "location", "<link rel=canonical ",
     "<a  " + "href " * 9, '<meta http-equiv=refresh content="0'],
)  # fmt: skip
def test_hostile_pages_cost_little(unit: str) -> None:
    text = unit * (390_000 // len(unit))
    before = time.process_time()
    wrapper_target(text, "https://t.co/abc")
    assert time.process_time() - before < 2
