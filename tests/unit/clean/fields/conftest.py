"""Reads the fields of a page that is written in the test."""

from collections.abc import Callable

import pytest

from pipeline.clean.fields import Fields, read_fields
from pipeline.clean.page import parse

URL = "https://www.harbour-post.example/news/ferry-strike"


@pytest.fixture
def read() -> Callable[..., Fields]:
    def read_page(html: str, url: str | None = URL) -> Fields:
        return read_fields(parse(html), url=url)

    return read_page
