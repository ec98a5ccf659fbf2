"""An article in three files, joined."""

from pathlib import Path

from pipeline.clean import clean
from pipeline.documents import FetchedPage, Source
from pipeline.fetch import Fetcher, FetchLimits, fetch
from tests.commands import Copydesk

TOLD = (
    "The river has risen by another twenty centimetres since the morning, and the lower bridge is closed to all.",
    "Volunteers carried the archive of the parish up into the tower, box by box, until long after midnight on Sunday.",
    "By Tuesday the water had gone, and what it left in the cellars was weighed and driven to the quarry.",
)


def write(folder: Path, missing: int | None = None) -> Path:
    for number, text in enumerate(TOLD, 1):
        following = f'<link rel="next" href="story-{number + 1}.html">' if number < len(TOLD) else ""
        head = f'<title>Flood</title><meta property="og:type" content="article">{following}'
        body = "".join(f"<p>{text} It was the {word} time.</p>" for word in ("first", "second", "third"))
        html = f"<html><head>{head}</head><body><article><h1>Flood in Oldtown</h1>{body}</article></body></html>"
        if number != missing:
            (folder / ("story.html" if number == 1 else f"story-{number}.html")).write_text(html)
    return folder / "story.html"


def read(path: Path) -> FetchedPage:
    source = Source(id="d", input=str(path), url=path.as_uri())
    with Fetcher(FetchLimits()) as fetcher:
        ((_, page),) = fetch([source], fetcher=fetcher)
    assert isinstance(page, FetchedPage)
    return page


def test_the_parts_are_one_article(tmp_path: Path) -> None:
    page = read(write(tmp_path))
    assert len(page.parts) == 2
    article = clean(page)
    assert [text in article.body for text in TOLD] == [True] * 3
    assert article.body.index(TOLD[0]) < article.body.index(TOLD[1]) < article.body.index(TOLD[2])
    assert article.body.count("Flood in Oldtown") == 0
    assert len(article.body.split("\n\n")) == 9


def test_a_part_that_is_gone_ends_them(tmp_path: Path) -> None:
    page = read(write(tmp_path, missing=2))
    assert page.parts == ()
    assert TOLD[0] in clean(page).body


def test_pages_that_point_at_each_other_end(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "story-3.html").write_text((tmp_path / "story.html").read_text())
    assert len(read(tmp_path / "story.html").parts) == 2


def test_through_the_whole_job(copydesk: Copydesk) -> None:
    assert copydesk("run", write(copydesk.folder)).returncode == 0
    (article,) = copydesk.articles()
    assert TOLD[2] in article["body"]
