"""When an article was published: what wins, what is believed, and what is left as a bare day."""

from collections.abc import Callable

import pytest

from pipeline.clean.fields import Fields

Read = Callable[..., Fields]
LD = (
    '<script type="application/ld+json">'
    '{{"@type": "NewsArticle", "datePublished": "{}", "dateModified": "{}"}}</script>'
)
H1 = "<h1>Ferries stop</h1>"


@pytest.mark.parametrize(
    ("html", "date", "source"),
    [
        (LD.format("2021-04-03T03:40:00+01:00", "") + H1, "2021-04-03T03:40:00+01:00", "json-ld"),
        (LD.format("2021-04-03T03:40:00", "") + H1, "2021-04-03", "json-ld"),
        (
            LD.format("2021-04-03", "")
            + '<meta property="article:published_time" content="2021-04-03T02:40:00Z">'
            + H1,
            "2021-04-03T02:40:00+00:00",
            "meta article:published_time",
        ),
        ('<meta name="article:published:time" content="2021-04-03T02:40:00Z">' + H1, "2021-04-03T02:40:00+00:00", None),
        ('<meta name="DC.date.issued" content="2021-04-03">' + H1, "2021-04-03", "meta dc.date.issued"),
        (H1 + '<time datetime="2021-04-03T02:40:00Z">3 April</time>', "2021-04-03T02:40:00+00:00", "time"),
        (H1 + "<time>3 April 2021 03:40 BST</time>", "2021-04-03T03:40:00+01:00", "time"),
        (H1 + '<span itemprop="datePublished" content="2021-04-03">Saturday</span>', "2021-04-03", "itemprop"),
        (H1 + '<div class="post-meta"><span class="date">3. April 2021</span></div>', "2021-04-03", "class"),
        (H1 + "<p>Ada Quill | Port Editor | April 3, 2021</p>", "2021-04-03", "text"),
        (H1 + '<p>A text.</p><script>var page = {"publishedAt": "2021-04-03T02:40:00Z"}</script>', None, "script"),
        (H1 + "<p>In 2021 the ferries stopped, and in April of that year, on the 3rd, crews met again.</p>", None, ""),
    ],
)
def test_sources(read: Read, html: str, date: str | None, source: str | None) -> None:
    published = read(html).date_published
    if source is not None:
        assert published.source == source
    if date is not None:
        assert published.value == date


@pytest.mark.parametrize(
    ("html", "date"),
    [
        (H1 + "<time>Updated 5 April 2021</time><time>3 April 2021</time>", "2021-04-03"),
        ('<p class="date">5 April 2021</p>' + "<p>x</p>" * 40 + H1 + '<p class="date">3 April 2021</p>', "2021-04-03"),
        (
            H1 + '<p class="date">3 April 2021</p><aside><time datetime="2021-04-09">9 April</time></aside>',
            "2021-04-03",
        ),
        ('<meta name="date" content="2021-09-09">' + H1 + '<p class="date">3 April 2021</p>', "2021-04-03"),
    ],
)
def test_the_own_date_is_told_from_others(read: Read, html: str, date: str) -> None:
    assert read(html).date_published.value == date


@pytest.mark.parametrize(
    ("lang", "url", "date"),
    [
        ("en", "https://harbour-post.example/a", "2021-04-03"),
        ("en-US", "https://harbourpost.com/a", "2021-03-04"),
        ("en-GB", "https://harbourpost.com/a", "2021-04-03"),
        ("de", "https://hafenpost.com/a", "2021-04-03"),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_page(read: Read, lang: str, url: str, date: str) -> None:
    assert read(f'<html lang="{lang}">{H1}<p class="date">03/04/2021</p></html>', url).date_published.value == date


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://hafenpost.de/a", "2021-04-04T00:30:00+02:00"),
        ("https://hafenpost.example/a", "2021-04-03T22:30:00+00:00"),
    ],
)
def test_an_instant_in_utc_gets_the_day_that_the_page_prints(read: Read, url: str, date: str) -> None:
    html = LD.format("2021-04-03T22:30:00Z", "") + H1 + '<p class="date">4. April 2021</p>'
    assert read(html, url).date_published.value == date


@pytest.mark.parametrize("text", ["1815-06-18", "3 April 2921", "32.13.2021", "soon"])
def test_impossible_days_are_not_believed(read: Read, text: str) -> None:
    assert read(f'{H1}<p class="date">{text}</p>').date_published.value is None


def test_the_day_may_stand_in_the_address(read: Read) -> None:
    published = read(H1, "https://www.harbour-post.example/2021/04/03/ferries").date_published
    assert (published.value, published.source) == ("2021-04-03", "url")


def test_modified_and_raw(read: Read) -> None:
    fields = read(LD.format("2021-04-03T03:40:00+01:00", "2021-04-04T10:00:00+01:00") + H1)
    assert fields.date_modified.value == "2021-04-04T10:00:00+01:00"
    assert fields.date_published_raw == "2021-04-03T03:40:00+01:00"
