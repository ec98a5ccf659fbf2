"""Live blogs: every block of an entry has the entry's time; other pages have none."""

import pytest

from pipeline.clean import clean
from pipeline.documents import Article, FetchedPage

TEXT = "The river has risen by another twenty centimetres since the morning, and the lower bridge is now closed to all."


def article(body: str) -> Article:
    html = f"<html><body><main><h1>River rises in Oldtown</h1>{body}</main></body></html>"
    page = FetchedPage(
        id="d", requested_url="https://a.example/x", url="https://a.example/x", media_type="text/html", text=html,
        date_fetched="2025-01-01T00:00:00+00:00",
    )  # fmt: skip
    return clean(page)


def entry(hour: int, text: str = TEXT, tag: str = "article") -> str:
    stamp = f'<time datetime="2025-03-02T{hour:02}:15:00+01:00">{hour}:15</time>'
    story = f"<h3>Update number {hour}</h3><p>{text} It is {hour} o'clock.</p><p>{text} Nobody is hurt.</p>"
    return f"<{tag}>{stamp}{story}</{tag}>"


@pytest.mark.parametrize("tag", ["article", "section", "div", "li"])
def test_entries_have_their_times(tag: str) -> None:
    found = article("".join(entry(hour, tag=tag) for hour in (18, 16, 12, 9)))
    times = {block.time for block in found.blocks if "o'clock" in block.text}
    assert times == {f"2025-03-02T{hour:02}:15:00+01:00" for hour in (18, 16, 12, 9)}
    assert "18:15" not in found.body.splitlines()


def test_an_article_with_two_dates_is_no_live_blog() -> None:
    stamps = "".join(f'<p><time datetime="2025-03-02T{hour}:15:00+01:00">{hour}:15</time></p>' for hour in (10, 11))
    found = article(stamps + f"<p>{TEXT}</p>" * 6)
    assert {block.time for block in found.blocks} == {None}


def test_times_inside_sentences_open_no_entries() -> None:
    said = '<p>At <time datetime="2025-03-02T{0}:15:00+01:00">{0}:15</time> ' + TEXT + " Then it was {0} o'clock.</p>"
    found = article("".join(said.format(hour) for hour in range(10, 16)))
    assert {block.time for block in found.blocks} == {None}
    assert "At 12:15 The river" in found.body
