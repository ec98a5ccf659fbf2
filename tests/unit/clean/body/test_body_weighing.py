import pytest

from pipeline.clean.page import parse
from pipeline.clean.reading import read
from pipeline.clean.segments import Reading
from tests.unit.clean.body.body_stories import STORY, paragraphs

OTHER = "Another sentence that is long enough to be read as running text by anybody."


def reading(html: str) -> Reading:
    return read(parse(f"<body>{html}</body>"))


def beside(html: str) -> bool:
    """Whether the paragraph ``OTHER`` of a page with a story lies beside it."""
    found = [segment for segment in reading(html + paragraphs()).segments if segment.text == OTHER]
    return found[0].noise


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<div>{}</div>", False),
        ("<section class='content'>{}</section>", False),
        ("<div class='related-stories'>{}</div>", True),
        ("<div id=comments>{}</div>", True),
        ("<div class=x><div class='newsletter'><div>{}</div></div></div>", True),
        ("<nav>{}</nav>", True),
        ("<aside>{}</aside>", True),
        ("<footer>{}</footer>", True),
        ("<form>{}</form>", True),
        ("<button>{}</button>", True),
        ("<div role=navigation>{}</div>", True),
        ("<div role=main>{}</div>", False),
        ("<div hidden>{}</div>", True),
        ("<div aria-hidden=true>{}</div>", True),
        ("<div style='color:red; display : none'>{}</div>", True),
        ("<div style='display:block'>{}</div>", False),
        ("<div class='werbung'>{}</div>", True),
        ("<div class='noticias-relacionadas'>{}</div>", True),
        ("<div class='article-body social'>{}</div>", False),
    ],
)
def test_what_lies_beside_the_article(html: str, wanted: bool) -> None:
    assert beside(html.format(f"<p>{OTHER}</p>")) is wanted


@pytest.mark.parametrize("frame", ["<form>{}</form>", "<aside>{}</aside>", "<div class='sidebar'>{}</div>"])
def test_a_name_is_not_believed_of_most_of_the_page(frame: str) -> None:
    assert not any(segment.noise for segment in reading(frame.format(paragraphs())).segments)


def test_names_that_would_leave_nothing_are_not_believed() -> None:
    html = "".join(f"<div class='share-item'>{paragraphs((text,))}</div>" for text in STORY)
    assert not any(segment.noise for segment in reading(html).segments)


def test_comments_are_left_out_also_where_they_are_longer_than_the_article() -> None:
    comments = "".join(f"<p>{number}. {OTHER * 3}</p>" for number in range(30))
    segments = reading(f"{paragraphs()}<div class=comments>{comments}</div>").segments
    assert [segment.text for segment in segments if not segment.noise] == list(STORY)


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<figure><img src=a.jpg><figcaption>Waves on the quay</figcaption></figure>", True),
        ("<div><img src=a.jpg><span>Waves on the quay</span></div>", True),
        ("<div><div><img src=a.jpg></div><div><p>Waves on the quay</p></div></div>", True),
        ("<div class='photo-credit'>Waves on the quay</div>", True),
        ("<ul><li><div class='caption-full'>Waves on the quay</div></ul>", True),
        ("<p><img src=a.jpg>Waves on the quay</p>", False),
        ("<div><img src=a.jpg></div><p>Waves on the quay</p>", False),
        ("<p>Waves on the quay</p>", False),
    ],
)
def test_captions(html: str, wanted: bool) -> None:
    found = [segment for segment in reading(html + paragraphs()).segments if segment.text == "Waves on the quay"]
    assert (found[0].kind == "caption") is wanted


def test_the_paragraphs_of_a_picture_story_are_no_captions() -> None:
    html = "".join(f"<div><img src={place}.jpg><p>{text}</p></div>" for place, text in enumerate(STORY))
    assert not any(segment.kind == "caption" for segment in reading(html).segments)


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (f"<p>{OTHER}</p>", len(OTHER)),
        ("<p>Too short to say.</p>", 0),
        ("<p>A line of some length that lacks the end of any sentence at all</p>", 0),
        (f"<p>{'A long text without any end of a sentence ' * 6}</p>", 251),
        (f"<p><a href=x>{OTHER}</a></p>", 0),
        (f"<p>{OTHER} <a href=x>more</a></p>", len(OTHER) + 1),
        (f"<h2>{OTHER}</h2>", 0),
        ("<p>東京の港で火曜日の朝、冬の間修理されていた船が戻った。</p>", 54),
    ],
)
def test_prose(html: str, wanted: int) -> None:
    assert reading(html).segments[0].prose == wanted


def test_a_heading_that_was_never_closed_holds_paragraphs() -> None:
    segments = reading("<h3>" + "".join(f"<div>{text}</div>" for text in STORY)).segments
    assert [segment.kind for segment in segments] == ["paragraph"] * len(STORY)
