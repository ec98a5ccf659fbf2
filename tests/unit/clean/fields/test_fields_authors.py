"""Who wrote the article: people first, from what the page declares to what it only prints."""

import json
from collections.abc import Callable

import pytest

from pipeline.clean.fields import Fields

Read = Callable[..., Fields]


def ld(author: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "author": author})}</script>'


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "Ada Quill"}, ["Ada Quill"]),
        (
            [{"@type": "Person", "name": "Ada Quill"}, {"@type": "Person", "name": "Ben Okoro"}],
            ["Ada Quill", "Ben Okoro"],
        ),
        ({"@type": "Person", "name": ["Ada Quill", "Ben Okoro"]}, ["Ada Quill", "Ben Okoro"]),
        ("Ada Quill", ["Ada Quill"]),
        ("By Ada Quill and Ben Okoro, Political Editor", ["Ada Quill", "Ben Okoro"]),
        ({"@type": "Person", "name": "ADA QUILL"}, ["Ada Quill"]),
        ({"@type": "Person", "name": "Amara"}, ["Amara"]),
        ({"@type": "Person", "name": "王小明"}, ["王小明"]),
        ({"@type": "Person", "name": "https://harbour-post.example/ada"}, []),
        ({"@type": "Person", "name": "ada@harbour-post.example"}, []),
        ({"@type": "Organization", "name": "Coastal News Agency"}, ["Coastal News Agency"]),
        (
            [{"@type": "Organization", "name": "Coastal News Agency"}, {"@type": "Person", "name": "Ada Quill"}],
            ["Ada Quill"],
        ),
        ([None, 5, [], {"name": {"x": 1}}], []),
    ],
)
def test_declared(read: Read, author: object, names: list[str]) -> None:
    assert [one.name for one in read(ld(author) + "<h1>Ferries stop</h1>").authors.value] == names


@pytest.mark.parametrize(
    ("html", "names", "source"),
    [
        ('<meta name="author" content="Ada Quill"><h1>Ferries stop</h1>', ["Ada Quill"], "meta"),
        (
            '<meta name="twitter:label1" content="Written by">'
            '<meta name="twitter:data1" content="Ada Quill"><h1>Ferries</h1>',
            ["Ada Quill"],
            "meta",
        ),
        ('<h1>Ferries</h1><a rel="author" href="/people/ada">Ada Quill</a>', ["Ada Quill"], "rel=author"),
        ('<h1>Ferries</h1><p class="article__byline">By <b>Ada Quill</b>, Port Editor</p>', ["Ada Quill"], "byline"),
        (
            '<h1>Ferries</h1><div class="byline">By <a href="/a">Ada Quill</a> and <a href="/b">Ben Okoro</a></div>',
            ["Ada Quill", "Ben Okoro"],
            "byline",
        ),
        (
            '<h1>Ferries</h1><span itemprop="author"><span itemprop="name">Ada Quill</span></span>',
            ["Ada Quill"],
            "itemprop",
        ),
        ('<h1>Ferries</h1><a href="/author/ada-quill/">Ada Quill</a>', ["Ada Quill"], "author link"),
        ("<h1>Ferries</h1><p>By Ada Quill</p><p>Text of the article.</p>", ["Ada Quill"], "text"),
        ('<h1>Ferries</h1><img src="/a.jpg" alt="Ada Quill"><p>Ada Quill</p>', ["Ada Quill"], "portrait"),
        ('<h1>Ferries</h1><span class="author">Ada Quill Ada Quill</span>', ["Ada Quill"], "byline"),
    ],
)
def test_on_the_page(read: Read, html: str, names: list[str], source: str) -> None:
    authors = read(html).authors
    assert ([one.name for one in authors.value], authors.source) == (names, source)


@pytest.mark.parametrize(
    "html",
    [
        '<h1>Ferries</h1><div class="comments"><p class="author">Cy Vane</p></div>',
        '<h1>Ferries</h1><figure><img src="/a.jpg"><figcaption class="author">Cy Vane</figcaption></figure>',
        '<h1>Ferries</h1><p class="author">View all posts</p>',
        '<meta property="og:site_name" content="Harbour Post"><meta name="author" content="Harbour Post"><h1>x</h1>'
        '<p class="byline">Harbour Post</p>',
        '<meta name="author" content="https://social.example/harbourpost"><h1>Ferries</h1>',
    ],
)
def test_who_is_no_author(read: Read, html: str) -> None:
    assert "Cy Vane" not in [one.name for one in read(html).authors.value]
    assert all(one.name == "Harbour Post" for one in read(html).authors.value)


def test_authors_of_other_articles_do_not_count_where_one_is_declared(read: Read) -> None:
    html = '<meta name="author" content="Coastal News"><h1>Ferries</h1><aside><p class="author">Cy Vane</p></aside>'
    assert [one.name for one in read(html).authors.value] == ["Coastal News"]


def test_an_author_keeps_the_address_of_the_page_about_them(read: Read) -> None:
    assert read('<h1>x</h1><a rel="author" href="/people/ada">Ada Quill</a>').authors.value[0].url == (
        "https://www.harbour-post.example/people/ada"
    )
