"""Linked data as sites really write it, and the node of it that is the article."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.fields import read_fields
from pipeline.clean.fields.jsonld import MAX_NODES, nodes, parse
from pipeline.clean.fields.schema import linked, plain_text, strings
from pipeline.clean.page import parse as parse_page

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "@graph", "author", "headline", "image", "name", "url", "keywords", "datePublished"]
            ),
            inner
            | st.sampled_from(["NewsArticle", "Person", "Organization", "a", "https://www.harbour-post.example/a"]),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ('{"headline": "Ferries stop"}', "Ferries stop"),
        ('<!-- {"headline": "Ferries stop"} -->', "Ferries stop"),
        ('//<![CDATA[\n{"headline": "Ferries stop"}\n//]]>', "Ferries stop"),
        ('{"headline": "Ferries stop",}', "Ferries stop"),
        ('{"headline": "Ferries stop", "keywords": ["a", "b",],};', "Ferries stop"),
        ('{"headline": "Ferries\n stop"}', "Ferries\n stop"),
        ('{"headline": "Crew: "We had no choice", they say"}', 'Crew: "We had no choice", they say'),
        ('{"headline": "Captain\\\'s orders"}', "Captain's orders"),
        ("{&quot;headline&quot;: &quot;Ferries stop&quot;}", "Ferries stop"),
        ('{"headline": "Ferries stop"}{"headline": "Second"}', "Ferries stop"),
    ],
)
def test_broken_json_is_mended(script: str, value: str) -> None:
    assert parse(script)[0]["headline"] == value


@pytest.mark.parametrize("script", ["", "   ", "not json", '{"headline": ', "{" * 5_000, "[" * 5_000, "window.x = 5"])
def test_what_cannot_be_mended_is_nothing(script: str) -> None:
    assert parse(script) == []


def test_references_are_filled_in_from_the_graph() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "Ferries stop", "author": {"@id": "#ada"}},
            {"@type": "Person", "@id": "#ada", "name": "Ada Quill"},
        ]
    }
    article = linked([json.dumps(graph)], url=None, titles=()).article
    assert article["author"]["name"] == "Ada Quill"


def test_a_graph_that_refers_to_itself_is_read_once() -> None:
    script = '{"@type": "NewsArticle", "@id": "#a", "name": {"@id": "#a"}, "headline": {"@id": "#a"}}'
    assert linked([script], url=None, titles=()).string("headline") == ""


def test_no_more_than_so_many_nodes() -> None:
    assert len(nodes([json.dumps([{"@type": "Thing"}] * (MAX_NODES * 2))])) == MAX_NODES


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (
            [{"@type": "NewsArticle", "headline": "Elsewhere", "url": "https://harbour-post.example/other"}],
            "Ferries stop",
        ),
        ([{"@type": "WebPage", "headline": "The page"}], "Ferries stop"),
        ([{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Listed"}]}], "Ferries stop"),
        ([{"@type": "VideoObject", "name": "A film", "datePublished": "2020-01-01"}], "Ferries stop"),
    ],
)
def test_the_article_is_told_from_other_nodes(others: list[dict[str, object]], expected: str) -> None:
    own = {
        "@type": "ReportageNewsArticle",
        "headline": "Ferries stop",
        "mainEntityOfPage": {"@id": "http://www.harbour-post.example/ferries/"},
    }
    script = json.dumps([*others, own])
    data = linked(
        [script], url="https://harbour-post.example/ferries?utm_source=x", titles=("Ferries stop | Harbour Post",)
    )
    assert data.string("headline") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ferries &amp;amp; trains", ("Ferries & trains",)),
        ({"@type": "Person", "name": "Ada Quill"}, ("Ada Quill",)),
        ([{"name": "a"}, "b", None, ["c"], 5], ("a", "b", "5")),
        (True, ()),
        (None, ()),
    ],
)
def test_texts_of_a_value(value: object, expected: tuple[str, ...]) -> None:
    assert strings(value) == expected


def test_plain_text_keeps_what_only_looks_like_a_tag() -> None:
    assert plain_text("<b>Profit</b> < loss, 3 > 2") == "Profit < loss, 3 > 2"


@given(JSON)
def test_any_linked_data_is_read_without_an_error(value: object) -> None:
    script = json.dumps(value).replace("<", "\\u003c")
    page = parse_page(f'<html><script type="application/ld+json">{script}</script><h1>Ferries stop</h1></html>')
    assert read_fields(page, url="https://www.harbour-post.example/a").headline.value
