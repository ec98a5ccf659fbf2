"""readability-lxml as it is asked here judges as the package does by itself."""

from copy import deepcopy

import pytest
from lxml.etree import strip_elements
from lxml.html import HtmlElement
from readability.readability import Document

from pipeline.clean.page import parse
from pipeline.clean.program import article_text
from pipeline.clean.reading import UNREAD
from tests.pages import make_page
from workers.samples import sample_files

PAGES = {path.stem: path.read_text("utf-8") for path in sample_files() if path.suffix == ".html"}
PAGES |= {f"made {number}": make_page(number) for number in range(12)}
PAGES["odd spaces"] = make_page(1).replace(" the ", "\u00a0the\t \r\n").replace("<p>", "<p>\n\n   ")
PAGES["hardly any"] = "<html><body><p>Two words.</p></body></html>"


class _Itself(Document):  # type: ignore[misc]  # the package has no types
    """The package on a tree; its own reading of it would not be ours."""

    def _parse(self, tree: HtmlElement) -> HtmlElement:
        self.encoding = "utf-8"
        copy = deepcopy(tree)
        strip_elements(copy, *UNREAD - {"head"}, with_tail=False)
        return copy


@pytest.mark.parametrize("name", PAGES)
def test_the_judgement_is_the_programs_own(name: str) -> None:
    document = _Itself(parse(PAGES[name]))
    document.summary(html_partial=True)
    text = " ".join(document.html.itertext())
    assert article_text(parse(PAGES[name])).split() == text.split()
