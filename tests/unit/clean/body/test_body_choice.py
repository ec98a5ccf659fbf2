import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.candidates import CHEAP, Marks, holding, readable
from pipeline.clean.choice import agreement, choose
from pipeline.clean.page import parse
from pipeline.clean.reading import read
from pipeline.clean.segments import Reading
from tests.unit.clean.body.body_stories import BODY, STORY, page, paragraphs

MENU = "<ul>" + "".join(f"<li><a href=/{number}>Section {number}</a></li>" for number in range(20)) + "</ul>"
HTML = page(f"<div class='article-body'>{paragraphs()}</div>", before=MENU, after=MENU)


def text(reading: Reading, marks: Marks) -> str:
    return "\n\n".join(reading.segments[index].text for index in sorted(marks))


@pytest.mark.parametrize("candidate", CHEAP, ids=lambda candidate: candidate.__name__)
def test_each_candidate_finds_a_plain_story_by_itself(candidate) -> None:  # type: ignore[no-untyped-def]
    reading = read(parse(HTML))
    assert BODY in text(reading, candidate(reading))
    assert "Section 3" not in text(reading, candidate(reading))


def test_readability_is_asked_about_the_same_tree_and_leaves_it_as_it_is() -> None:
    tree = parse(HTML)
    reading = read(tree)
    assert text(reading, readable(reading, tree)) == BODY
    assert [segment.text for segment in read(tree).segments] == [segment.text for segment in reading.segments]


@pytest.mark.parametrize("candidate", CHEAP, ids=lambda candidate: candidate.__name__)
@pytest.mark.parametrize("html", ["<p>", "<body></body>", "<nav>x</nav>"])
def test_no_candidate_needs_an_article(candidate, html: str) -> None:  # type: ignore[no-untyped-def]
    reading = read(parse(html))
    assert not any(reading.segments[index].prose for index in candidate(reading))


def test_a_text_from_elsewhere_is_found_whatever_its_spacing() -> None:
    reading = read(parse(HTML))
    declared = "  ".join(STORY[1:3]).replace(" ", "\n ")
    assert text(reading, holding(reading, declared)) == "\n\n".join(STORY[1:3])
    assert holding(reading, "") == frozenset()


READING = read(parse(paragraphs() * 2))
MARKS = st.frozensets(st.integers(0, len(READING.segments) - 1))


@given(MARKS, MARKS)
def test_agreement_is_a_symmetric_share(one: Marks, other: Marks) -> None:
    assert 0 <= agreement(READING, one, other) == agreement(READING, other, one) <= 1
    assert agreement(READING, one, one) == 1


def test_the_answer_says_who_gave_it_and_how_sure_it_is() -> None:
    tree = parse(HTML)
    choice = choose(read(tree), tree, None)
    assert choice.source in {candidate.__name__ for candidate in CHEAP}
    assert choice.confidence > 0.9


def test_the_answer_of_a_page_without_text_is_nobody_s() -> None:
    tree = parse("<img src=a.jpg>")
    choice = choose(read(tree), tree, None)
    assert (choice.marks, choice.source, choice.confidence) == (frozenset(), "", 0.0)
