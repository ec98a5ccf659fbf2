"""The summary: whole statements that stand alone, whatever kind of text it is."""

import pytest

from pipeline.documents import Article, Block, Enrichment
from pipeline.enrich.summary import summary
from pipeline.enrich.text import Text

LEAD = "The harbour board of Orrin sold its old crane to a collector on Monday."
STORY = (
    f"{LEAD} He paid in cash for it at once. The crane had stood on the quay of Orrin since the war.\n\n"
    "“We loved it. It was ours,” said Ida Vale, who chairs the harbour board. Why was it sold? The harbour board says "
    "that the crane was a danger to ships. But critics were not convinced by that. The collector wants to put the "
    "crane on a hill.\n\nRead more:\n\nCranes of the world"
)


def summed(body: str, headline: str | None = None, blocks: tuple[Block, ...] = ()) -> tuple[str, ...]:
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, headline=headline, blocks=blocks
    )
    return summary(Text(article), Enrichment(language="en"))


def test_statements_in_order_of_the_text_the_lead_among_them() -> None:
    found = summed(STORY, "Harbour board sells crane")
    assert found[0] == LEAD
    assert [STORY.index(sentence) for sentence in found] == sorted(STORY.index(sentence) for sentence in found)


@pytest.mark.parametrize(
    "weak",
    ["He paid", "“We loved it.", "It was ours", "Why was", "But critics", "Read more", "Cranes of"],
)  # fmt: skip
def test_what_cannot_stand_alone_is_left_out(weak: str) -> None:
    assert not any(sentence.startswith(weak) for sentence in summed(STORY, "Harbour board sells crane"))


def test_a_live_blog_is_summed_by_its_headline_and_not_by_its_latest_line() -> None:
    entries = [
        "12.45 BST",
        "Thanks for reading along with us on this long and rainy afternoon, dear friends.",
        "12.30 BST",
        "The ferry Alba has run aground off Orrin with ninety people on board, the coastguard says.",
        "12.10 BST",
        "Lifeboats have taken forty people off the ferry Alba, and the coastguard expects to have all off by night.",
        "11.50 BST",
        "Share your pictures with us.",
        "11.40 BST",
        "The wind off Orrin reached ninety kilometres an hour in the morning, and the ferry sailed all the same.",
    ]
    blocks = tuple(Block(type="paragraph", text=text, time="2021-05-04T12:00:00Z") for text in entries[1::2])
    found = summed("\n\n".join(entries), "Ferry aground off Orrin: coastguard takes people off", blocks)
    assert found
    assert all("ferry" in sentence for sentence in found)


def test_an_interview_gives_answers_and_no_questions() -> None:
    turns = (
        "Why do you paint lighthouses?\n\nLighthouses are the last public buildings that were built to last.\n\n"
        "Do lighthouses have a future?\n\nMost lighthouses on this coast will be hotels within ten years.\n\n"
        "What do you paint next?\n\nThe next paintings will show the people who live in lighthouses."
    )
    assert all(sentence.endswith(".") for sentence in summed(turns, "A painter of lighthouses"))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", ()),
        ("…!", ()),
        ("Word", ("Word",)),
        ("He left.", ("He left.",)),
        ("• The ferry is late again today.\n• The tram is on time.", ("The ferry is late again today.",)),
    ],
)
def test_short_texts(body: str, found: tuple[str, ...]) -> None:
    assert summed(body) == found


def test_a_repeated_sentence_is_given_once() -> None:
    line = "The harbour board sold the old crane of Orrin on Monday."
    assert summed("\n\n".join([line] * 12)) == (line,)


@pytest.mark.parametrize("unit", ["“", '"a" ', "He said. ", "The crane fell. ", "? ", "word ", "\n"])
def test_hostile_texts_end(unit: str) -> None:
    assert len(summed(unit * (300_000 // len(unit)))) <= 3
