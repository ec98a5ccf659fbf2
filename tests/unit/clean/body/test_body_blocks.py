import pytest

from pipeline.clean.body import Body, read_body
from pipeline.clean.page import parse
from pipeline.documents import Block, Image, Link
from tests.unit.clean.body.body_stories import HEADLINE, STORY, page, paragraphs


def body(inner: str, base: str = "https://post.example/news/ferry") -> Body:
    html = page(paragraphs(STORY[:2]) + inner + paragraphs(STORY[2:]))
    return read_body(parse(html), headline=HEADLINE, description=None, declared=None, base=base)


def test_blocks_stand_in_reading_order() -> None:
    inner = (
        "<h3>The costs</h3><ul><li>Cars</li><li>Walkers</li></ul><ol><li>Later</li></ol>"
        "<figure><img src='../q.jpg' alt=quay><figcaption>The quay</figcaption></figure>"
        "<iframe src='https://www.youtube.com/embed/abc' title=Film></iframe>"
        "<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    )
    assert [(block.type, block.text) for block in body(inner).blocks] == [
        ("paragraph", STORY[0]),
        ("paragraph", STORY[1]),
        ("heading", "The costs"),
        ("list", "Cars\nWalkers"),
        ("list", "Later"),
        ("image", "The quay"),
        ("embed", "Film"),
        ("table", "a\tb\nc\td"),
        *(("paragraph", text) for text in STORY[2:]),
    ]


def test_pictures_have_whole_addresses_and_come_once() -> None:
    found = body("<figure><img src='../q.jpg'><figcaption>The quay</figcaption></figure><img src=/q.jpg alt=again>")
    assert found.images == (Image(url="https://post.example/q.jpg", caption="The quay"),)


def test_frames_of_advertising_and_pictures_of_other_stories_are_left_out() -> None:
    found = body("<iframe src='https://ads.example/1'></iframe><div class=related><img src=/other.jpg></div>")
    assert {block.type for block in found.blocks} == {"paragraph"}


def test_links_have_whole_addresses_and_come_once() -> None:
    found = body(
        "<p>The county's <a href='/letter#top'>letter of the week</a> and its <a href='mailto:a@b.example'>author</a>"
        " say otherwise, as does the <a href='/letter#top'>same letter</a> again.</p>"
    )
    assert found.links == (Link(url="https://post.example/letter#top", text="letter of the week"),)


@pytest.mark.parametrize(("tag", "level"), [("h4", 4), ("h2", 2), ("h1", 2)])
def test_headings_know_their_level(tag: str, level: int) -> None:
    (heading,) = (block for block in body(f"<{tag}>The costs</{tag}>").blocks if block.type == "heading")
    assert heading == Block(type="heading", text="The costs", level=level)


def test_addresses_that_cannot_be_are_left_out() -> None:
    found = body(
        "<p>The <a href='http://[bad'>letter</a> is long gone by now, says the county.</p><img src='http://[']>"
    )
    assert (found.links, found.images) == ((), ())
