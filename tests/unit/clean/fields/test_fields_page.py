"""Tags, section, picture, standfirst, site, canonical address; and that reading is cheap and leaves the tree alone."""

import time
from collections.abc import Callable

import pytest
from lxml.html import tostring

from pipeline.clean.fields import Fields, read_fields
from pipeline.clean.fields.words import holds
from pipeline.clean.page import parse

Read = Callable[..., Fields]
H1 = "<h1>Ferries stop</h1>"
OG_IMAGE = '<meta property="og:image" content="https://img.example/1200x630/4711223344.jpg">'


def keywords(value: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "keywords": {value}}}</script>'


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        (keywords('["Ferries", "Strike", "ferries"]'), ("Ferries", "Strike")),
        (keywords('"Ferries, Strike; Harbour"'), ("Ferries", "Strike", "Harbour")),
        (
            keywords('["topic/ferries", "Category: News", "Place: Port Ada", "harbour-post.example"]'),
            ("ferries", "Port Ada"),
        ),
        (keywords('["6fa459ea-ee8a-3ca4-894e-db77e160355e", "Ferries", "p"]'), ("Ferries",)),
        ('<meta name="news_keywords" content="Ferries, Strike">', ("Ferries", "Strike")),
        (
            '<meta property="article:tag" content="Ferries"><meta property="article:tag" content="Strike">',
            ("Ferries", "Strike"),
        ),
        ('<meta name="keywords" content="渡轮 罢工 港口">', ("渡轮", "罢工", "港口")),
        (
            H1 + '<a rel="tag" href="/t/ferries">Ferries</a><a rel="tag" href="/t/strike">#Strike</a>',
            ("Ferries", "Strike"),
        ),
        (
            H1 + '<ul class="article-tags"><li><a href="/a">Ferries</a></li><li><a href="/b">Strike</a></li></ul>',
            ("Ferries", "Strike"),
        ),
        (H1 + '<div class="topics">All of it <a href="/a">here</a> and a long text about other things.</div>', ()),
        (H1 + '<nav class="topics"><a href="/a">Politics</a><a href="/b">Sport</a></nav>', ()),
        (H1 + '<div class="tags"><a href="/t">All tags</a></div>', ()),
        (
            keywords('"ferries, stop, harbour"')
            + "<title>Ferries stop at harbour</title>"
            + H1
            + '<p class="tags"><a href="/a">Strike</a> <a href="/b">Pay</a></p>',
            ("Strike", "Pay"),
        ),
        (H1 + '<aside><a rel="tag" href="/a">Strike</a> <a rel="tag" href="/b">Pay</a></aside>', ("Strike", "Pay")),
        (
            H1 + '<p class="tags"><a href="/a">Strike</a></p><button class="tag-list">Listen</button>',
            ("Strike",),
        ),
        (keywords('["Politics"]') + '<meta name="keywords" content="Ferries, Strike">', ("Ferries", "Strike")),
        (
            '<meta property="og:site_name" content="Harbour Post">'
            '<meta name="keywords" content="Harbour Post, Strike">',
            ("Strike",),
        ),
    ],
)
def test_tags(read: Read, html: str, tags: tuple[str, ...]) -> None:
    assert read(html + H1 if H1 not in html else html).tags.value == tags


@pytest.mark.parametrize(
    ("html", "url", "caption", "credit"),
    [
        (OG_IMAGE + H1, "https://img.example/1200x630/4711223344.jpg", None, None),
        (
            OG_IMAGE
            + H1
            + '<figure><img src="https://img.example/640x480/4711223344.jpg"><figcaption>A ferry at its pier'
            '<span class="credit">Photo: Cy Vane</span></figcaption></figure>',
            "https://img.example/640x480/4711223344.jpg",
            "A ferry at its pier",
            "Photo: Cy Vane",
        ),
        (
            OG_IMAGE + H1 + '<figure><img data-src="/pier-5566778.jpg" src="data:image/gif;base64,x"></figure>',
            "https://www.harbour-post.example/pier-5566778.jpg",
            None,
            None,
        ),
        (
            H1 + '<picture><source srcset="/pier-5566778.webp 640w, /x.webp 1200w"><img src="data:x"></picture>'
            '<figure><picture><source srcset="/pier-5566778.webp 640w"><img></picture></figure>',
            "https://www.harbour-post.example/pier-5566778.webp",
            None,
            None,
        ),
        (
            H1 + '<figure><img src="/placeholder.png" srcset="/a-5566778.jpg 320w, /b-5566778.jpg 1280w"></figure>',
            "https://www.harbour-post.example/b-5566778.jpg",
            None,
            None,
        ),
        (H1 + '<figure><img src="/logo.png"></figure><figure><img src="/a.jpg" width="50"></figure>', None, None, None),
        (H1 + '<div class="author"><figure><img src="/portrait-5566778.jpg"></figure></div>', None, None, None),
    ],
)
def test_main_picture(read: Read, html: str, url: str | None, caption: str | None, credit: str | None) -> None:
    image = read(html).main_image.value
    found = (image.url, image.caption, image.credit) if image else (None, None, None)
    assert found == (url, caption, credit)


@pytest.mark.parametrize(
    ("declared", "url", "canonical"),
    [
        (
            "https://www.harbour-post.example/a?utm_source=x#top",
            "https://harbour-post.example/a?id=5",
            "https://www.harbour-post.example/a",
        ),
        ("/a", "https://m.harbour-post.example/b", "https://m.harbour-post.example/a"),
        (
            "https://www.harbour-post.example/",
            "https://www.harbour-post.example/a",
            "https://www.harbour-post.example/a",
        ),
        (
            "https://copied-template.example/x",
            "https://www.harbour-post.example/a",
            "https://www.harbour-post.example/a",
        ),
        ("https://tide.co.uk/a", "https://harbour.co.uk/a", "https://harbour.co.uk/a"),
        ("https://[broken", "https://www.harbour-post.example/a", "https://www.harbour-post.example/a"),
        ("https://www.harbour-post.example/a", "file:///pages/a.html", "https://www.harbour-post.example/a"),
        ("/a", "file:///pages/a.html", "file:///pages/a.html"),
        ("", None, None),
    ],
)
def test_canonical_address(read: Read, declared: str, url: str | None, canonical: str | None) -> None:
    assert read(f'<link rel="canonical" href="{declared}">{H1}', url).canonical_url.value == canonical


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            H1 + '<p class="article-standfirst">Crews walked out at dawn over pay.</p>',
            "Crews walked out at dawn over pay.",
        ),
        (H1 + '<aside class="standfirst">Crews walked out at dawn over pay.</aside>', None),
        (H1 + '<div class="intro"><h2>Ferries stop</h2>Crews walked out at dawn over pay.</div>', None),
        (H1 + '<p class="lead">Short.</p>', None),
        (H1 + "<p>x</p>" * 200 + '<p class="lead">A lead that belongs to another article.</p>', None),
    ],
)
def test_standfirst(read: Read, html: str, expected: str | None) -> None:
    assert read(html).standfirst.value == expected


def test_the_description_is_the_standfirst_else_the_summary(read: Read) -> None:
    meta = '<meta property="og:description" content="Summary for previews of the article.">'
    assert read(meta + H1).description.value == "Summary for previews of the article."
    fields = read(meta + H1 + '<p class="standfirst">Crews walked out at dawn over pay.</p>')
    assert fields.description.value == "Crews walked out at dawn over pay."
    assert fields.description.others["og:description"] == "Summary for previews of the article."


@pytest.mark.parametrize(
    ("html", "url", "name"),
    [
        ("<title>Ferries stop | Harbour Post</title>", "https://www.harbour-post.example/a", "Harbour Post"),
        ("<title>Ferries stop - Business - Harbour</title>", "https://news.harbourpost.example/a", "Harbour"),
        ("<title>Ferries stop | Best deals</title>", "https://www.harbour-post.example/a", None),
        ("<title>Harbour Post</title>", "https://www.harbour-post.example/a", None),
        ('<meta name="application-name" content="Harbour app"><title>x</title>', "https://h.example/a", "Harbour app"),
        ('<meta property="og:site_name" content="https://harbour-post.example">', "https://h.example/a", None),
    ],
)
def test_site_name(read: Read, html: str, url: str, name: str | None) -> None:
    assert read(html, url).site_name.value == name


@pytest.mark.parametrize(
    ("value", "section"),
    [('"Business"', "Business"), ('["Home", "Business"]', "Business"), ('"Uncategorized"', None), ("5", "5")],
)
def test_section(read: Read, value: str, section: str | None) -> None:
    html = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleSection": {value}}}</script>'
    assert read(html + H1).section.value == section


def test_site_section_and_hints(read: Read) -> None:
    fields = read(
        '<html lang="en-GB"><meta property="og:site_name" content="Harbour Post">'
        '<meta property="og:type" content="Article">'
        '<meta name="robots" content="NOINDEX"><meta property="article:section" content="Business">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "One.\\n\\nTwo &amp; three.",'
        ' "isAccessibleForFree": "False", "publisher": {"name": "Harbour Post Ltd"}}</script></html>'
    )
    assert (fields.site_name.value, fields.section.value, fields.domain) == (
        "Harbour Post",
        "Business",
        "harbour-post.example",
    )
    assert (fields.html_lang, fields.og_type, fields.robots) == ("en-gb", "article", "noindex")
    assert (fields.json_ld_body, fields.is_accessible_for_free) == ("One.\n\nTwo & three.", False)
    assert fields.schema_types == ("newsarticle",)


@pytest.mark.parametrize(
    ("names", "lists"),
    [
        ("article__author-name", {"author"}),
        ("postedOn", {"date"}),
        ("c-dateUpdated", {"date", "changed"}),
        ("flex items-center", set()),
    ],
)
def test_words_of_class_names(names: str, lists: set[str]) -> None:
    assert lists <= holds(names) if lists else not holds(names)


HOSTILE = {
    "nested bylines": '<div class="author byline date tags">' * 200 + "<i></i>" * 25_000 + "</div>" * 200,
    "dates in one paragraph": f"{H1}<p>" + "<b>3 May 2020</b>" * 20_000,
    "empty elements before dates": f"{H1}<p>" + "<i></i>" * 15_000 + "<b>2020</b>" * 8_000,
    "times": H1 + "<time>yesterday 2020</time>" * 25_000,
    "metas": "".join(f'<meta name="author" content="{number}">' for number in range(30_000)),
    "tag links": '<div class="tags">' * 200 + '<a href="/x">y</a>' * 25_000,
    "long addresses": f'{H1}<meta property="og:image" content="/{"a" * 9_000}">' + f'<img src="/{"b" * 9_000}">' * 300,
    "quotes in linked data": '<script type="application/ld+json">{"a":"' + '" ' * 400_000 + "</script>",
    "blank lines in linked data": '<script type="application/ld+json">{x' + "\n" * 900_000 + "</script>",
    "dashes in the title": "<title>" + " - " * 300_000 + "</title>" + "<h1>" + " | " * 100_000 + "</h1>",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_cost_little(html: str) -> None:
    tree = parse(html)
    began = time.process_time()
    read_fields(tree, url="https://www.harbour-post.example/a")
    assert time.process_time() - began < 3


def test_the_tree_stays_as_it_is() -> None:
    tree = parse(
        f'<html lang="en">{OG_IMAGE}{H1}<p class="byline">By Ada Quill</p><p class="date">3 April 2021</p></html>'
    )
    before = tostring(tree)
    read_fields(tree, url=None)
    assert tostring(tree) == before
