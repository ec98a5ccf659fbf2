import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import tostring

from pipeline.clean.page import parse
from pipeline.clean.reading import read

SENTENCE = "The council met on Monday and talked about the bridge for three hours."


def told(html: str) -> list[tuple[str, str]]:
    return [(segment.kind, segment.text) for segment in read(parse(html)).segments]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>one <b>two</b> three</p>", [("paragraph", "one two three")]),
        ("<div>one<p>two</p>three</div>", [("paragraph", "one"), ("paragraph", "two"), ("paragraph", "three")]),
        ("<p>one<br>two<br><br>three</p>", [("paragraph", "one\ntwo"), ("paragraph", "three")]),
        ("<p>one<br> <br>two</p>", [("paragraph", "one"), ("paragraph", "two")]),
        ("<h2>one</h2>two", [("heading", "one"), ("paragraph", "two")]),
        ("<ul><li>one<li>two <a href=x>three</a></ul>", [("item", "one"), ("item", "two three")]),
        ("<ul><li><p>one</p><p>two</p></li></ul>", [("item", "one"), ("item", "two")]),
        ("<dl><dt>one<dd>two</dl>", [("item", "one"), ("item", "two")]),
        ("<blockquote><p>one</p>two</blockquote>", [("quote", "one"), ("quote", "two")]),
        ("<pre>one\n  two</pre>", [("paragraph", "one\ntwo")]),
        (
            "<table><tr><th>a<th>b<tr><td>1<td>2 <i>3</i></table>",
            [("table", "a\tb\n1\t2 3")],
        ),
        (
            f"<table><tr><td><p>{SENTENCE}</p><td>menu<tr><td><table><tr><td>x<td>y<tr><td>1<td>2</table></table>",
            [("paragraph", SENTENCE), ("paragraph", "menu"), ("table", "x\ty\n1\t2")],
        ),
        ("<p>one<script>no</script> two<style>no</style><noscript>no</noscript></p>", [("paragraph", "one two")]),
        ("<p>one<svg><text>no</text></svg></p>", [("paragraph", "one")]),
        ("<select><option>no</select><textarea>no</textarea><p>one</p>", [("paragraph", "one")]),
        ("<x-card>one<x-text>two</x-text></x-card>", [("paragraph", "one"), ("paragraph", "two")]),
        ("<p>one <x-tip>two</x-tip> three</p>", [("paragraph", "one two three")]),
        ("<a href=x><h3>one</h3><p>two</p></a>", [("heading", "one"), ("paragraph", "two")]),
        (
            "<p>one<span class='sr-only'> (opens elsewhere)</span><span hidden>no</span> two</p>",
            [("paragraph", "one two")],
        ),
        ("<p>é\u00a0\u2009 ü</p>", [("paragraph", "é ü")]),
        ("<img src=a.jpg alt='a view'><p>one</p>", [("image", "a view"), ("paragraph", "one")]),
        ("<iframe src='https://player.example/1' title=film></iframe>", [("embed", "film")]),
        ("<img src='data:image/png;base64,x'><iframe></iframe><p>one</p>", [("paragraph", "one")]),
        ("<button>one<p>two</p><p>three", [("paragraph", "one"), ("paragraph", "two"), ("paragraph", "three")]),
        ("<video><source src=a><p>no</video><p>one", [("paragraph", "one")]),
    ],
)
def test_segments(html: str, wanted: list[tuple[str, str]]) -> None:
    assert told(f"<body>{html}</body>") == wanted


@pytest.mark.parametrize(
    ("html", "linked", "links"),
    [
        ("<p>see <a href=/one>the first</a>.</p>", 9, [("/one", "the first")]),
        ("<p>see <a>the first</a>.</p>", 9, []),
        ("<p><a href=/1>a</a> <a href=/2>b <b>c</b></a></p>", 3, [("/1", "a"), ("/2", "b c")]),
    ],
)
def test_links(html: str, linked: int, links: list[tuple[str, str]]) -> None:
    (segment,) = read(parse(html)).segments
    assert (segment.linked, segment.links) == (linked, links)


def test_a_lazy_image_has_its_true_address_and_a_heading_its_level() -> None:
    image, heading = read(parse("<img src='data:x' data-src=/true.jpg><h3><div>one</div></h3>")).segments
    assert image.url == "/true.jpg"
    assert heading.level == 3


FLOW = st.recursive(
    st.text("abc äß漢 \n", max_size=8),
    lambda inner: st.tuples(
        st.sampled_from(["p", "div", "span", "b", "a", "ul", "li", "h2", "blockquote", "td", "x-y", "nav", "section"]),
        st.lists(inner, max_size=4),
    ).map(lambda tag_and_parts: f"<{tag_and_parts[0]}>{''.join(tag_and_parts[1])}</{tag_and_parts[0]}>"),
    max_leaves=25,
)


@given(FLOW)
def test_no_letter_is_lost_doubled_or_moved(html: str) -> None:
    tree = parse(f"<body><i>x</i>{html}</body>")
    before = tostring(tree)
    text = "".join(segment.text for segment in read(tree).segments)
    assert "".join(text.split()) == "".join(tree.text_content().split())
    assert tostring(tree) == before
