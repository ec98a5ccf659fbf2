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
PAGES["indented"] = make_page(2).replace("<p>", "<p>" + "\n\t " * 120).replace(" a ", " " * 300 + "a" + "\u00a0" * 300)
PAGES["unlikely"] = make_page(3).replace(
    "<p>", "<div class='Sidebar-\u017feen'><a href=/>one,</a> two</div><p class=extra>", 3
)
PAGES["unlikely, possible"] = (
    make_page(4).replace("<p>", "<p class='comment shadow'>").replace("<body>", "<body id=foot>")
)
PAGES["unlikely, with an article"] = f"<body><div class=disqus><div>{make_page(5)}</div></div>"
PAGES["unlikely, in a listing"] = make_page(6).replace("<p>", "<pre><b class=pager>one, two</b></pre><p>", 4)
PAGES["divisions"] = (
    make_page(7).replace("<p>", "<div><span><i>").replace("</p>", "</i></span><br></div><div><div><img></div>x</div>")
)
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
