"""Scraped plain-text pages of invented outlets, from the page to the article: one folder a layout."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.clean import clean
from pipeline.documents import FetchedPage

PAGES = sorted((Path(__file__).parent / "texts").iterdir())


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_page(folder: Path) -> None:
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    starts, banned = expected.pop("body_starts"), expected.pop("not_in_body")
    article = clean(_fetched(next(folder.glob("page.*")))).model_dump(mode="json")
    article["authors"] = [author["name"] for author in article["authors"]]
    assert {name: article[name] for name in expected} == expected
    paragraphs = article["body"].split("\n\n")
    begun = [next((s for s in starts if p.startswith(s)), p) for p in paragraphs]
    assert begun == starts
    assert [text for text in banned if text in article["body"]] == []
    assert article["outcome"] == "article"


def _fetched(path: Path) -> FetchedPage:
    return FetchedPage(
        id="1",
        requested_url="file:///page",
        url="file:///page",
        media_type="text/markdown" if path.suffix == ".md" else "text/plain",
        text=path.read_text("utf-8"),
        date_fetched="2024-01-01T00:00:00+00:00",
    )
